#include "app/options.h"

#include <cerrno>
#include <fstream>
#include <sstream>

#include "base/log.h"

namespace kelp::app {

Result<std::string> read_text_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) return fail(ErrorKind::not_found, "cannot read " + path, errno);
  std::stringstream text;
  text << file.rdbuf();
  if (file.bad()) return fail(ErrorKind::io, "cannot read " + path, errno);
  return std::move(text).str();
}

Result<ServeOptions> resolve_options(config::BrokerSettings settings) {
  ServeOptions options;
  options.settings = std::move(settings);
  auto first = config::resolve(options.settings, 0);
  if (!first.has_value()) return std::unexpected(std::move(first.error()));
  const int32_t brokers = first->brokers;
  options.nodes.push_back(*std::move(first));
  for (int32_t i = 1; i < brokers; ++i) {
    auto next = config::resolve(options.settings, i);
    if (!next.has_value()) return std::unexpected(std::move(next.error()));
    options.nodes.push_back(*std::move(next));
  }
  for (const std::string& warning : options.settings.warnings()) log_warn("{}", warning);
  const std::string without_effect = options.settings.without_effect();
  if (!without_effect.empty()) log_info("{}", without_effect);
  return options;
}

}  // namespace kelp::app
