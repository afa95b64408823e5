// Runs the real binary as a person does at a shell, and tells what it printed: to its end, or
// beside the test.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kelp::test {

class TempDir;

struct Ran {
  int exit_code = -1;  // -1: a signal ended it
  std::string out;
  std::string err;
};

/// `arguments` without the program's name; `input` is its stdin.
Ran run_kelp(const std::vector<std::string>& arguments, std::string_view input = "");

/// A command with pipes for stdin and stdout. Killed when it goes.
class RunningKelp {
 public:
  explicit RunningKelp(const std::vector<std::string>& arguments);
  ~RunningKelp();
  RunningKelp(const RunningKelp&) = delete;
  RunningKelp& operator=(const RunningKelp&) = delete;

  void write(std::string_view input) const;
  void close_input();
  /// The next line of stdout without its end; nothing at the end of stdout, or when none came for a
  /// minute.
  std::optional<std::string> read_line();
  /// As `| head` does when it has seen enough.
  void close_output();
  void signal(int number) const;
  /// Waits for its end, a minute at most: the exit code, or -1 when a signal ended it.
  int wait();
  /// What it wrote to stderr so far.
  std::string errors() const;

 private:
  std::unique_ptr<TempDir> directory_;
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string unread_;
};

}  // namespace kelp::test
