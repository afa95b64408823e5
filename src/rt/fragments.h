// Fragments: bytes to be sent, in order, without being gathered: slices of memory and ranges of
// files. What it holds keeps the memory and the files alive, also when a file is deleted meanwhile.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/slice.h"

namespace kelp::rt {

/// An open file; closed when the last one that holds it goes.
class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

struct FileRange {
  std::shared_ptr<const OpenFile> file;
  uint64_t position = 0;
  size_t size = 0;
};

using Fragment = std::variant<Slice, FileRange>;

class Fragments {
 public:
  Fragments() = default;
  explicit Fragments(Slice slice) { add(std::move(slice)); }

  void add(Slice slice) {
    if (slice.empty()) return;
    size_ += slice.size();
    parts_.emplace_back(std::move(slice));
  }
  void add(FileRange range) {
    if (range.size == 0) return;
    size_ += range.size;
    parts_.emplace_back(std::move(range));
  }
  void add(Fragments others) {
    size_ += others.size_;
    for (Fragment& part : others.parts_) parts_.push_back(std::move(part));
  }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const std::vector<Fragment>& parts() const { return parts_; }

 private:
  std::vector<Fragment> parts_;
  size_t size_ = 0;
};

/// All bytes in one piece: for those who look into records. Reads files on the calling thread.
/// Errors: io.
Result<Slice> gathered(const Fragments& fragments);

}  // namespace kelp::rt
