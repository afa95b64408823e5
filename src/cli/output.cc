#include "cli/output.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace kelp::cli {
namespace {

constexpr size_t kBufferBytes = 64 << 10;

}  // namespace

Output::Output() {
  std::signal(SIGPIPE, SIG_IGN);
  struct stat status{};
  is_pipe_ = ::fstat(STDOUT_FILENO, &status) == 0 && S_ISFIFO(status.st_mode);
  is_terminal_ = ::isatty(STDOUT_FILENO) == 1;
}

Result<void> Output::write(std::string_view text) {
  unwritten_ += text;
  if (unwritten_.size() < kBufferBytes) return {};
  return flush();
}

Result<void> Output::flush() {
  std::string_view rest = unwritten_;
  while (!rest.empty() && !closed_) {
    const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EPIPE) {
      closed_ = true;
    } else if (errno == EAGAIN) {
      pollfd polled{STDOUT_FILENO, POLLOUT, 0};
      (void)::poll(&polled, 1, -1);
    } else if (errno != EINTR) {
      return fail(ErrorKind::io, "cannot write to stdout", errno);
    }
  }
  unwritten_.clear();
  return {};
}

void Output::look_for_reader() {
  if (!is_pipe_) return;
  pollfd polled{STDOUT_FILENO, 0, 0};
  if (::poll(&polled, 1, 0) > 0 && (polled.revents & POLLERR) != 0) closed_ = true;
}

}  // namespace kelp::cli
