// KelpProcess: the real binary as a child process, for tests over real sockets. Listens on free
// ports of 127.0.0.1 and says so in one JSON line; killed when it goes. A temporary directory goes
// with it unless one is given. With INTEROP_ENGINE=seaweed in the environment it stores on the
// cluster that WEED_ENV_FILE names (test/weed) instead, in a folder of its own.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kelp::test {

/// A directory under the system's temporary one; removed when it goes.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class KelpProcess {
 public:
  /// What the child is started with besides `--ready-json`.
  struct Options {
    std::vector<std::string> arguments;
    std::string data_dir;  // empty: --memory
    uint16_t port = 0;
    /// Its first ports lie below those that the kernel lends to clients, so that nobody has taken
    /// them when it starts again.
    bool comes_back = false;
  };

  explicit KelpProcess(Options options) : options_(std::move(options)) {}
  ~KelpProcess();
  KelpProcess(const KelpProcess&) = delete;
  KelpProcess& operator=(const KelpProcess&) = delete;

  /// Starts and waits until it listens. False, with its words on stderr, when it ended instead. A
  /// later start uses the ports of the first.
  bool start();
  /// kill -9.
  void kill();
  /// SIGTERM; the exit code, or -1 when it did not end by itself.
  int terminate();
  /// SIGSTOP; returns when it has stopped. resume() is SIGCONT.
  void pause() const;
  void resume() const;

  /// Of a process that ended by itself; -1 otherwise.
  int exit_code() const { return exit_code_; }
  pid_t pid() const { return pid_; }
  uint16_t port() const { return ports_.at(0); }
  const std::vector<uint16_t>& ports() const { return ports_; }
  const std::string& cluster_id() const { return cluster_id_; }
  /// Resident memory in KiB.
  long rss_kib() const;

 private:
  int wait_for_end();
  bool start_at(uint16_t port);

  Options options_;
  std::vector<std::string> storage_;  // arguments; a later start has the same
  pid_t pid_ = -1;
  int exit_code_ = -1;
  std::vector<uint16_t> ports_;
  std::string cluster_id_;
};

}  // namespace kelp::test
