#include "cli/line_reader.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace kelp::cli {
namespace {

constexpr size_t kReadBytes = 64 << 10;

}  // namespace

bool LineReader::take_line() {
  size_t end = buffer_.find('\n', scanned_);
  scanned_ = buffer_.size();
  const bool is_last = end == buffer_.npos && ended_ && begin_ < buffer_.size();
  if (is_last) end = buffer_.size();
  if (end == buffer_.npos) return false;
  line_ = std::string_view(buffer_).substr(begin_, end - begin_);
  begin_ = is_last ? end : end + 1;
  scanned_ = begin_;
  ++number_;
  return true;
}

LineReader::Input LineReader::wait(std::chrono::milliseconds patience) const {
  pollfd polled[] = {{STDIN_FILENO, POLLIN, 0}, {stop_, POLLIN, 0}};
  const int count = ::poll(polled, 2, static_cast<int>(patience.count()));
  if (count > 0 && polled[1].revents != 0) return Input::stop;
  // A signal that is nobody's to stop for is as good as nothing.
  return count > 0 ? Input::ready : Input::nothing;
}

Result<LineReader::Got> LineReader::next(std::chrono::milliseconds patience) {
  for (;;) {
    if (take_line()) return Got::line;
    if (ended_) return Got::end;
    if (buffer_.size() - begin_ > kLongestLine) {
      return fail(ErrorKind::too_large,
                  fmt::format("line {} is longer than {} bytes", number_ + 1, kLongestLine));
    }
    switch (wait(patience)) {
      case Input::stop:
        return Got::end;
      case Input::nothing:
        if (patience.count() < 0) continue;
        return Got::nothing;
      case Input::ready:
        break;
    }
    // Nothing but a part of a line is left: it moves to the front.
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
    const size_t size = buffer_.size();
    buffer_.resize(size + kReadBytes);
    const ssize_t got = ::read(STDIN_FILENO, buffer_.data() + size, kReadBytes);
    const int fault = errno;
    buffer_.resize(size + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) ended_ = true;
    if (got < 0 && fault != EINTR && fault != EAGAIN) {
      return fail(ErrorKind::io, "cannot read stdin", fault);
    }
  }
}

}  // namespace kelp::cli
