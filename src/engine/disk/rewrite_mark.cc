#include "engine/disk/rewrite_mark.h"

#include <algorithm>

#include "engine/disk/checked_file.h"
#include "engine/disk/layout.h"

namespace kelp::engine::disk {
namespace {

// docs/formats/rewritten.md
constexpr uint32_t kMagic = 0x4b525754;  // "KRWT"
constexpr uint16_t kVersion = 1;
constexpr size_t kHeaderBytes = 56;
constexpr size_t kFileBytes = 16;
/// Bounds what a damaged file can make us read; a rewriting has a few files.
constexpr uint64_t kMaxBytes = uint64_t{1} << 20;

std::string path_in(const std::string& directory) {
  return directory + "/" + std::string(kRewrittenName);
}

}  // namespace

std::string encode_mark(const RewriteMark& mark) {
  std::string text(kHeaderBytes + mark.files.size() * kFileBytes, '\0');
  auto* to = reinterpret_cast<uint8_t*>(text.data());
  store_big<uint32_t>(to + kCheckedFrom, static_cast<uint32_t>(mark.files.size()));
  store_big<uint64_t>(to + 16, mark.sequence);
  store_big<int64_t>(to + 24, mark.mark.value());
  store_big<int64_t>(to + 32, mark.gaps_below.value());
  store_big<int64_t>(to + 40, mark.from.value());
  store_big<int64_t>(to + 48, mark.to.value());
  uint8_t* at = to + kHeaderBytes;
  for (const RewriteMark::File& file : mark.files) {
    store_big<int64_t>(at, file.base.value());
    store_big<uint64_t>(at + 8, file.size_bytes);
    at += kFileBytes;
  }
  seal_file(text, kMagic, kVersion);
  return text;
}

Result<RewriteMark> decode_mark(Bytes file) {
  const uint8_t* from = file.data();
  const bool good = is_sealed_file(file, kMagic, kVersion, kHeaderBytes);
  const uint64_t count = good ? load_big<uint32_t>(from + kCheckedFrom) : 0;
  if (!good || file.size() != kHeaderBytes + count * kFileBytes) {
    return fail(ErrorKind::malformed, "rewritten: torn or not of this version");
  }
  RewriteMark mark;
  mark.sequence = load_big<uint64_t>(from + 16);
  mark.mark = Offset(load_big<int64_t>(from + 24));
  mark.gaps_below = Offset(load_big<int64_t>(from + 32));
  mark.from = Offset(load_big<int64_t>(from + 40));
  mark.to = Offset(load_big<int64_t>(from + 48));
  for (uint64_t i = 0; i < count; ++i) {
    const uint8_t* at = from + kHeaderBytes + i * kFileBytes;
    mark.files.push_back(
        {.base = Offset(load_big<int64_t>(at)), .size_bytes = load_big<uint64_t>(at + 8)});
  }
  return mark;
}

Result<std::optional<RewriteMark>> read_mark(rt::FileSystem& files, const std::string& directory) {
  const auto bytes = rt::read_file(files, path_in(directory), kMaxBytes);
  if (!bytes && bytes.error().kind == ErrorKind::not_found) return std::nullopt;
  if (!bytes) return std::unexpected(bytes.error());
  auto mark = decode_mark(*bytes);
  if (!mark) return std::unexpected(std::move(mark.error()));
  return *std::move(mark);
}

Result<void> write_mark(rt::FileSystem& files, const std::string& directory,
                        const RewriteMark& mark) {
  return rt::replace_file(files, path_in(directory), as_bytes(encode_mark(mark)), rt::Flush::yes);
}

std::string new_file_name(Offset base, uint64_t sequence) {
  return fmt::format("{}.{}{}", segment_name(base), sequence, kNewSuffix);
}

Result<void> carry_out(rt::FileSystem& files, const std::string& directory, const RewriteMark& mark,
                       const std::vector<Offset>& bases) {
  const auto path_of = [&](const std::string& name) { return directory + "/" + name; };
  for (const RewriteMark::File& file : mark.files) {
    // An index of the old batches must not be taken for one of the new.
    (void)files.remove_file(path_of(segment_name(file.base, kIndexSuffix)));
    const auto done = files.rename(path_of(new_file_name(file.base, mark.sequence)),
                                   path_of(segment_name(file.base)));
    if (!done && done.error().kind != ErrorKind::not_found) return done;
  }
  for (const Offset base : bases) {
    const bool in_range = base >= mark.from && base < mark.to;
    const bool stays =
        std::ranges::find(mark.files, base, &RewriteMark::File::base) != mark.files.end();
    if (!in_range || stays) continue;
    const auto done = files.remove_file(path_of(segment_name(base)));
    if (!done && done.error().kind != ErrorKind::not_found) return done;
    (void)files.remove_file(path_of(segment_name(base, kIndexSuffix)));
  }
  return files.sync_directory(directory);
}

}  // namespace kelp::engine::disk
