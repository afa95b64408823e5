#include "client/kelp_process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>

#include "base/assert.h"

namespace kelp::test {
namespace {

constexpr int kPortTaken = 75;  // kelp's exit code

/// host:port of the masters of the cluster that WEED_ENV_FILE names.
std::string masters() {
  const char* path = std::getenv("WEED_ENV_FILE");
  std::ifstream env(path != nullptr ? path : "");
  for (std::string line; std::getline(env, line);) {
    if (line.starts_with("WEED_MASTER=")) return line.substr(line.find('=') + 1);
  }
  KELP_ASSERT(false, "no WEED_ENV_FILE with WEED_MASTER");
  return "";
}

/// Where the logs are: one folder on the cluster for one directory.
std::vector<std::string> storage_of(const std::string& data_dir) {
  const char* engine = std::getenv("INTEROP_ENGINE");
  if (engine != nullptr && std::string_view(engine) == "seaweed") {
    std::string name = std::filesystem::path(data_dir).filename().string();
    if (name.empty()) {
      std::random_device device;
      name = "memory-" + std::to_string(device()) + "-" + std::to_string(device());
    }
    return {"--engine", "seaweed",
            "--set",    "seaweed.masters=" + masters(),
            "--set",    "seaweed.root=/" + name,
            "--set",    "seaweed.smq.visible="};
  }
  if (data_dir.empty()) return {"--memory"};
  return {"--data-dir", data_dir};
}

}  // namespace

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "kelp-test-XXXXXX").string();
  KELP_ASSERT(mkdtemp(name.data()) != nullptr, name);
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

KelpProcess::~KelpProcess() { kill(); }

bool KelpProcess::start() {
  if (!ports_.empty()) return start_at(ports_.front());
  if (!options_.comes_back) return start_at(options_.port);
  // 16 ports, the most that virtual brokers take; other tests choose at the same time.
  std::random_device device;
  std::uniform_int_distribution<uint16_t> blocks(0, 1'000);
  for (int tries = 50; tries > 0; --tries) {
    if (start_at(static_cast<uint16_t>(10'000 + 16 * blocks(device)))) return true;
    if (exit_code_ != kPortTaken) return false;
  }
  return false;
}

bool KelpProcess::start_at(uint16_t port) {
  int pipe_ends[2];
  KELP_ASSERT(pipe2(pipe_ends, O_CLOEXEC) == 0);
  std::vector<std::string> words = {KELP_BINARY,
                                    "serve",
                                    "--ready-json",
                                    "--log-level",
                                    "warn",
                                    "--listen",
                                    "127.0.0.1:" + std::to_string(port)};
  if (storage_.empty()) storage_ = storage_of(options_.data_dir);
  words.insert(words.end(), storage_.begin(), storage_.end());
  words.insert(words.end(), options_.arguments.begin(), options_.arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  pid_ = fork();
  KELP_ASSERT(pid_ >= 0);
  if (pid_ == 0) {
    dup2(pipe_ends[1], STDOUT_FILENO);
    execv(pointers[0], pointers.data());
    _exit(127);
  }
  ::close(pipe_ends[1]);
  std::FILE* out = fdopen(pipe_ends[0], "r");
  char line[16384];
  const bool told = std::fgets(line, sizeof line, out) != nullptr;
  std::fclose(out);
  if (!told) {
    wait_for_end();
    return false;
  }
  const boost::json::value ready = boost::json::parse(line);
  cluster_id_ = boost::json::value_to<std::string>(ready.at("cluster_id"));
  ports_.clear();
  for (const auto& value : ready.at("ports").as_array()) {
    ports_.push_back(boost::json::value_to<uint16_t>(value));
  }
  return true;
}

void KelpProcess::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  wait_for_end();
}

int KelpProcess::terminate() {
  if (pid_ < 0) return -1;
  ::kill(pid_, SIGTERM);
  return wait_for_end();
}

void KelpProcess::pause() const {
  ::kill(pid_, SIGSTOP);
  int status = 0;
  waitpid(pid_, &status, WUNTRACED);
}

void KelpProcess::resume() const { ::kill(pid_, SIGCONT); }

int KelpProcess::wait_for_end() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return exit_code_;
}

long KelpProcess::rss_kib() const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::strtol(line.c_str() + 6, nullptr, 10);
  }
  return -1;
}

}  // namespace kelp::test
