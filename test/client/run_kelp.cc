#include "client/run_kelp.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "base/assert.h"
#include "client/kelp_process.h"

namespace kelp::test {
namespace {

constexpr int kPatienceMs = 60'000;

std::string contents(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return std::move(text).str();
}

/// Starts the binary with these descriptors as stdin, stdout and stderr, which are closed here.
pid_t start(const std::vector<std::string>& arguments, int in, int out, int err) {
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), KELP_BINARY);
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const pid_t pid = fork();
  KELP_ASSERT(pid >= 0);
  if (pid == 0) {
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    execv(pointers[0], pointers.data());
    _exit(127);
  }
  for (const int descriptor : {in, out, err}) ::close(descriptor);
  return pid;
}

int open_new(const std::filesystem::path& path) {
  return ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
}

int exit_code_of(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

Ran run_kelp(const std::vector<std::string>& arguments, std::string_view input) {
  const TempDir directory;
  const std::filesystem::path in = directory.path() / "in";
  const std::filesystem::path out = directory.path() / "out";
  const std::filesystem::path err = directory.path() / "err";
  std::ofstream(in, std::ios::binary) << input;
  Ran ran;
  ran.exit_code = exit_code_of(
      start(arguments, ::open(in.c_str(), O_RDONLY | O_CLOEXEC), open_new(out), open_new(err)));
  ran.out = contents(out);
  ran.err = contents(err);
  return ran;
}

RunningKelp::RunningKelp(const std::vector<std::string>& arguments)
    : directory_(std::make_unique<TempDir>()) {
  int to[2];
  int from[2];
  KELP_ASSERT(pipe2(to, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0);
  pid_ = start(arguments, to[0], from[1], open_new(directory_->path() / "err"));
  input_ = to[1];
  output_ = from[0];
}

RunningKelp::~RunningKelp() {
  close_input();
  close_output();
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  wait();
}

void RunningKelp::write(std::string_view input) const {
  while (!input.empty()) {
    const ssize_t written = ::write(input_, input.data(), input.size());
    KELP_ASSERT(written > 0, written);
    input.remove_prefix(static_cast<size_t>(written));
  }
}

void RunningKelp::close_input() {
  if (input_ >= 0) ::close(input_);
  input_ = -1;
}

void RunningKelp::close_output() {
  if (output_ >= 0) ::close(output_);
  output_ = -1;
}

std::optional<std::string> RunningKelp::read_line() {
  for (;;) {
    const size_t end = unread_.find('\n');
    if (end != unread_.npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    pollfd polled{output_, POLLIN, 0};
    if (::poll(&polled, 1, kPatienceMs) <= 0) return std::nullopt;
    char bytes[4096];
    const ssize_t got = ::read(output_, bytes, sizeof bytes);
    if (got <= 0) return std::nullopt;
    unread_.append(bytes, static_cast<size_t>(got));
  }
}

void RunningKelp::signal(int number) const { ::kill(pid_, number); }

int RunningKelp::wait() {
  // What never ends shall not hold the other tests up.
  const int process = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  pollfd polled{process, POLLIN, 0};
  if (::poll(&polled, 1, kPatienceMs) <= 0) ::kill(pid_, SIGKILL);
  ::close(process);
  const int code = exit_code_of(pid_);
  pid_ = -1;
  return code;
}

std::string RunningKelp::errors() const { return contents(directory_->path() / "err"); }

}  // namespace kelp::test
