#include "rt/fragments.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace kelp::rt {
namespace {

Result<void> read_into(uint8_t* to, const FileRange& range) {
  size_t done = 0;
  while (done < range.size) {
    const ssize_t got = ::pread(range.file->descriptor(), to + done, range.size - done,
                                static_cast<off_t>(range.position + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorKind::io, "read of a segment", errno);
    if (got == 0) return fail(ErrorKind::io, "a segment is shorter than its log");
    done += static_cast<size_t>(got);
  }
  return {};
}

}  // namespace

OpenFile::~OpenFile() { ::close(descriptor_); }

Result<Slice> gathered(const Fragments& fragments) {
  const auto& parts = fragments.parts();
  if (parts.size() == 1 && std::holds_alternative<Slice>(parts.front())) {
    return std::get<Slice>(parts.front());
  }
  Buffer buffer(fragments.size());
  uint8_t* to = buffer.data();
  for (const Fragment& part : parts) {
    if (const Slice* slice = std::get_if<Slice>(&part)) {
      std::memcpy(to, slice->data(), slice->size());
      to += slice->size();
    } else {
      const auto& range = std::get<FileRange>(part);
      if (auto read = read_into(to, range); !read) return std::unexpected(read.error());
      to += range.size;
    }
  }
  return buffer.slice();
}

}  // namespace kelp::rt
