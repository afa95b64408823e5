// The real weed that tests speak with (test/weed/README.md): the one that all tests of a ctest run
// share, and clusters of a test's own, whose processes it may kill.
//
//   const auto weed = shared_weed();
//   if (!weed.has_value()) GTEST_SKIP() << kNoWeed;
//
// By hand: test/weed/weed.py start build/release/weed-cluster, then the test program.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.h"

namespace kelp::seaweed::test {

inline constexpr std::string_view kNoWeed = "no weed runs: ./dev clients; ctest starts it";

/// Where a cluster listens, each as host:port.
struct WeedAddresses {
  std::string master;  // what --seaweed.masters takes; its gRPC is at the port + 10000
  std::string master_grpc;
  std::string volume;
  std::string filer;
  std::string filer_grpc;
  std::string broker;  // gRPC itself

  /// Of the KEY=VALUE lines that weed.py prints; nothing unless all are there.
  static std::optional<WeedAddresses> of(const std::map<std::string, std::string>& env) {
    WeedAddresses found;
    for (auto [key, to] : {std::pair{"WEED_MASTER", &found.master},
                           {"WEED_MASTER_GRPC", &found.master_grpc},
                           {"WEED_VOLUME", &found.volume},
                           {"WEED_FILER", &found.filer},
                           {"WEED_FILER_GRPC", &found.filer_grpc},
                           {"WEED_BROKER", &found.broker}}) {
      const auto value = env.find(key);
      if (value == env.end()) return std::nullopt;
      *to = value->second;
    }
    return found;
  }
};

/// The cluster of this ctest run: the file that the environment's WEED_ENV_FILE names, otherwise
/// <build>/weed-cluster/env. Others write to it at the same time: a test makes names of its own.
inline std::optional<WeedAddresses> shared_weed() {
  const char* given = std::getenv("WEED_ENV_FILE");
  std::ifstream file(given != nullptr ? given : WEED_BUILD_DIR "/weed-cluster/env");
  std::map<std::string, std::string> env;
  for (std::string line; std::getline(file, line);) {
    const size_t equals = line.find('=');
    if (equals != std::string::npos) env[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return WeedAddresses::of(env);
}

/// A cluster of a test's own in a temporary directory, one process per role; it goes when this
/// object goes, however the test program ends. Calls return when the thing is done.
class WeedCluster {
 public:
  enum class Role { master, volume, filer, broker };

  WeedCluster() = default;
  ~WeedCluster() { end(); }
  WeedCluster(const WeedCluster&) = delete;
  WeedCluster& operator=(const WeedCluster&) = delete;

  /// False, with weed.py's words on stderr, when it cannot be started (or is not installed).
  bool start() {
    std::string name = (std::filesystem::temp_directory_path() / "kelp-weed-XXXXXX").string();
    KELP_ASSERT(mkdtemp(name.data()) != nullptr, name);
    directory_ = name;
    spawn();
    if (!answered()) return false;
    const auto found = answered() ? WeedAddresses::of(answer_) : std::nullopt;
    if (found.has_value()) addresses_ = *found;
    return found.has_value();
  }

  const WeedAddresses& addresses() const { return addresses_; }
  const std::filesystem::path& directory() const { return directory_; }

  /// kill -9.
  bool kill(Role role) { return say("kill", role); }
  /// SIGTERM.
  bool terminate(Role role) { return say("terminate", role); }
  /// SIGSTOP; resume() is SIGCONT.
  bool pause(Role role) { return say("pause", role); }
  bool resume(Role role) { return say("resume", role); }
  /// kill -9 if it still runs, then starts it and waits until it answers.
  bool restart(Role role) { return say("restart", role); }
  /// kill -9 of all at once; start_all() brings them back at the same ports with their data.
  bool kill_all() { return say("kill_all"); }
  bool start_all() { return say("start"); }
  /// Until all of it works, which takes the broker up to 40 s after its filer was restarted.
  bool wait() { return say("wait"); }

 private:
  static std::string name_of(Role role) {
    switch (role) {
      case Role::master:
        return "master";
      case Role::volume:
        return "volume";
      case Role::filer:
        return "filer";
      case Role::broker:
        return "broker";
    }
    return "";
  }

  bool say(const std::string& verb, Role role) { return say(verb + " " + name_of(role)); }
  bool say(const std::string& command) {
    std::fputs((command + "\n").c_str(), to_);
    std::fflush(to_);
    return answered();
  }

  /// Reads lines until `ok` (true) or `failed WHY` (false); what stood before goes to answer_.
  bool answered() {
    answer_.clear();
    char line[4096];
    while (std::fgets(line, sizeof line, from_) != nullptr) {
      std::string text(line);
      while (text.ends_with('\n')) text.pop_back();
      if (text == "ok") return true;
      const size_t equals = text.find('=');
      if (text.starts_with("failed ") || equals == std::string::npos) {
        std::fprintf(stderr, "weed.py: %s\n", text.c_str());
        return false;
      }
      answer_[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return false;
  }

  void spawn() {
    int in[2];
    int out[2];
    KELP_ASSERT(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    std::vector<std::string> words = {"python3",           "-B",     WEED_PROGRAM, "serve",
                                      directory_.string(), "--split"};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::string build = "INTEROP_BUILD=" WEED_BUILD_DIR;
    std::vector<char*> environment = {build.data()};
    for (char** each = environ; *each != nullptr; ++each) environment.push_back(*each);
    environment.push_back(nullptr);
    KELP_ASSERT(posix_spawnp(&pid_, words[0].c_str(), &actions, nullptr, arguments.data(),
                             environment.data()) == 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    to_ = fdopen(in[1], "w");
    from_ = fdopen(out[0], "r");
  }

  /// The end of its stdin tells weed.py to kill everything.
  void end() {
    if (pid_ < 0) return;
    std::fclose(to_);
    waitpid(pid_, nullptr, 0);
    std::fclose(from_);
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  std::filesystem::path directory_;
  WeedAddresses addresses_;
  std::map<std::string, std::string> answer_;
  pid_t pid_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
};

}  // namespace kelp::seaweed::test
