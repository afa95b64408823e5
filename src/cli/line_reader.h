// LineReader: the lines of stdin, as they come. Bounded memory: the longest line.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kelp::cli {

class LineReader {
 public:
  /// Lines beyond it are refused: the largest request that brokers take by default is 100 MiB, and
  /// base64 makes a third more of it.
  static constexpr size_t kLongestLine = 140 << 20;

  /// `stop`: a descriptor that ends waiting when there is something to read (Interrupt).
  explicit LineReader(int stop) : stop_(stop) {}

  enum class Got : uint8_t {
    line,
    nothing,  // yet
    end,      // also when told to stop
  };
  /// The next line, without its end, in line(); the last one needs none. Waits so long; negative:
  /// until something comes. Errors: too_large, io.
  Result<Got> next(std::chrono::milliseconds patience);
  /// Valid until the next call.
  std::string_view line() const { return line_; }
  /// Its number, from 1.
  uint64_t number() const { return number_; }

 private:
  bool take_line();
  enum class Input : uint8_t { ready, nothing, stop };
  Input wait(std::chrono::milliseconds patience) const;

  int stop_;
  std::string buffer_;
  size_t begin_ = 0;    // of what was not taken
  size_t scanned_ = 0;  // up to here there is no line end
  bool ended_ = false;
  std::string_view line_;
  uint64_t number_ = 0;
};

}  // namespace kelp::cli
