// One partition of the floor: a file in the page cache and where each batch begins in it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kelp::floor {

class LogFile {
 public:
  /// An empty file; ends the process if it cannot be made.
  explicit LogFile(const std::string& path);
  LogFile(LogFile&& other) noexcept;
  ~LogFile();

  /// Checks each batch's CRC, gives it its offset, writes all with one call. The first offset, or
  /// -1 for a batch that is not whole or not right.
  int64_t append(std::span<uint8_t> batches);

  struct Range {
    int64_t position = 0;
    size_t bytes = 0;
  };
  /// Whole file from the batch that holds `offset` on, at most `max_bytes` (the last may be cut).
  Range from(int64_t offset, size_t max_bytes) const;

  int fd() const { return fd_; }
  int64_t next_offset() const { return next_offset_; }

 private:
  struct Place {
    int64_t offset;
    int64_t position;
  };
  int fd_;
  int64_t next_offset_ = 0;
  int64_t end_ = 0;
  std::vector<Place> places_;
};

}  // namespace kelp::floor
