#include "app/seaweed_module.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

namespace kelp::app {
namespace {

/// A function of the library. It is never closed: threads of gRPC live until the process ends.
template <class Function>
Result<Function> function_of_library(const char* name) {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto beside = program.parent_path() / engine::kSeaweedLibrary;
  const auto installed = program.parent_path() / "../lib/kelp" / engine::kSeaweedLibrary;
  std::string faults;
  for (const auto& path : {beside, installed}) {
    if (!std::filesystem::exists(path, error)) continue;
    void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      faults += fmt::format("; {}", ::dlerror());
      continue;
    }
    if (void* found = ::dlsym(library, name)) return reinterpret_cast<Function>(found);
    faults += fmt::format("; {} is not Kelp's", path.string());
  }
  return fail(ErrorKind::not_found, fmt::format("the seaweed engine needs {} beside the program{}",
                                                engine::kSeaweedLibrary, faults));
}

}  // namespace

Result<std::unique_ptr<engine::Engine>> open_seaweed(const seaweed::SeaweedOptions& options) {
  const auto open = function_of_library<engine::OpenSeaweed>(engine::kOpenSeaweedName);
  if (!open.has_value()) return std::unexpected(open.error());
  return (*open)(options, KELP_VERSION);
}

Result<std::vector<engine::SeaweedFinding>> diagnose_seaweed(
    const seaweed::SeaweedOptions& options) {
  const auto diagnose = function_of_library<engine::DiagnoseSeaweed>(engine::kDiagnoseSeaweedName);
  if (!diagnose.has_value()) return std::unexpected(diagnose.error());
  return (*diagnose)(options);
}

seaweed::SeaweedOptions seaweed_options_of(const config::SeaweedConfig& config) {
  seaweed::SeaweedOptions options;
  options.masters = config.masters;
  options.filer = config.filer;
  options.filer_group = config.filer_group;
  options.root = config.root;
  options.collection = config.collection;
  options.replication = config.replication;
  options.smq_namespace = config.smq_namespace;
  options.smq_visible = config.smq_visible;
  options.delete_delay_ms = config.delete_delay_ms;
  options.start_timeout_ms = config.start_timeout_ms;
  options.tls_ca_file = config.tls_ca_file;
  options.tls_certificate_file = config.tls_certificate_file;
  options.tls_key_file = config.tls_key_file;
  return options;
}

int seaweed_doctor(const config::SeaweedConfig& config) {
  const auto findings = diagnose_seaweed(seaweed_options_of(config));
  if (!findings.has_value()) {
    std::fprintf(stderr, "kelp: %s\n", findings.error().text().c_str());
    return 1;
  }
  bool bad = false;
  for (const engine::SeaweedFinding& finding : *findings) {
    using Level = engine::SeaweedFinding::Level;
    const char* mark = finding.level == Level::good       ? "ok   "
                       : finding.level == Level::doubtful ? "WARN "
                                                          : "BAD  ";
    std::printf("%s%s\n", mark, finding.words.c_str());
    bad = bad || finding.level == Level::bad;
  }
  return bad ? 1 : 0;
}

}  // namespace kelp::app
