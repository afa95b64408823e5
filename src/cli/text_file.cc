#include "cli/text_file.h"

#include <cerrno>
#include <fstream>

namespace kelp::cli {
namespace {

constexpr size_t kLargest = 64 << 20;
constexpr size_t kStep = 64 << 10;

}  // namespace

Result<std::string> read_text_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::not_found, "cannot read " + path, errno);
  std::string text;
  do {
    if (text.size() > kLargest) return fail(ErrorKind::too_large, path + " is too large");
    const size_t size = text.size();
    text.resize(size + kStep);
    file.read(text.data() + size, static_cast<std::streamsize>(kStep));
    text.resize(size + static_cast<size_t>(file.gcount()));
  } while (file);
  // A directory opens well and reads badly.
  if (file.bad()) return fail(ErrorKind::io, "cannot read " + path, errno);
  return text;
}

}  // namespace kelp::cli
