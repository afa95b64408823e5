#include "engine/disk/snapshot_file.h"

#include "base/log.h"
#include "engine/disk/checked_file.h"

namespace kelp::engine::disk {
namespace {

// docs/formats/snapshot.md
constexpr uint32_t kMagic = 0x4b534e50;  // "KSNP"
constexpr uint16_t kVersion = 1;
constexpr size_t kHeaderBytes = 16;

/// Producers and epochs of one partition take some 100 bytes each; this is a million of them, and a
/// bound on what a damaged file can make us allocate.
constexpr uint64_t kMaxSnapshotBytes = uint64_t{128} << 20;

std::string path_in(const std::string& directory) { return directory + "/snapshot"; }

}  // namespace

std::string encode_snapshot(Bytes snapshot) {
  std::string text(kHeaderBytes, '\0');
  text.append(as_text(snapshot));
  store_big<uint32_t>(reinterpret_cast<uint8_t*>(text.data()) + kCheckedFrom,
                      static_cast<uint32_t>(snapshot.size()));
  seal_file(text, kMagic, kVersion);
  return text;
}

Result<Slice> decode_snapshot(const Slice& file) {
  const bool good = is_sealed_file(file.bytes(), kMagic, kVersion, kHeaderBytes) &&
                    load_big<uint32_t>(file.data() + kCheckedFrom) == file.size() - kHeaderBytes;
  if (!good) return fail(ErrorKind::malformed, "snapshot: torn or not of this version");
  return file.from(kHeaderBytes);
}

Result<void> write_snapshot(rt::FileSystem& files, const std::string& directory, Bytes snapshot,
                            uint64_t writer) {
  return rt::replace_file(files, path_in(directory), as_bytes(encode_snapshot(snapshot)),
                          rt::Flush::no, fmt::format(".{}.tmp", writer));
}

Result<std::optional<Slice>> read_snapshot(rt::FileSystem& files, const std::string& directory) {
  const auto file = rt::read_file(files, path_in(directory), kMaxSnapshotBytes);
  if (!file && file.error().kind == ErrorKind::not_found) return std::nullopt;
  if (!file) return std::unexpected(file.error());
  const auto snapshot = decode_snapshot(*file);
  if (!snapshot) {
    log_warn("{}: {}: not used", path_in(directory), snapshot.error().text());
    return std::nullopt;
  }
  return *snapshot;
}

}  // namespace kelp::engine::disk
