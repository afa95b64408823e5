// Output: what a command writes to stdout in a stream, for people who watch and for programs that
// stop reading. Bounded memory: what is beyond a few KiB is written at once.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace kelp::cli {

class Output {
 public:
  /// Nobody who stops reading ends the process any more.
  Output();

  /// Errors: those of flush().
  Result<void> write(std::string_view text);
  /// Errors: io. A reader that is gone is none: see is_closed().
  Result<void> flush();

  /// Nobody reads what is written any more; all that is written is dropped.
  bool is_closed() const { return closed_; }
  /// Looks whether the reader is still there, without having anything to write.
  void look_for_reader();
  /// For poll(): an error of it means that the reader is gone. -1: no pipe.
  int pipe() const { return is_pipe_ ? 1 : -1; }
  bool is_terminal() const { return is_terminal_; }

 private:
  std::string unwritten_;
  bool closed_ = false;
  bool is_pipe_ = false;
  bool is_terminal_ = false;
};

}  // namespace kelp::cli
