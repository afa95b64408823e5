#include "engine/disk/start_file.h"

#include <array>

#include "base/crc32c.h"
#include "base/endian.h"

namespace kelp::engine::disk {
namespace {

// docs/formats/start.md
constexpr uint32_t kMagic = 0x4b535431;  // "KST1"
constexpr size_t kSlotBytes = 16;
constexpr size_t kSlots = 2;
constexpr size_t kCrcAt = 12;

using Slots = std::array<std::optional<Offset>, kSlots>;

std::string path_in(const std::string& directory) { return directory + "/start"; }

Slots decode_slots(Bytes file) {
  Slots slots;
  for (size_t i = 0; i < kSlots && file.size() >= (i + 1) * kSlotBytes; ++i) {
    const Bytes slot = file.subspan(i * kSlotBytes, kSlotBytes);
    const bool good = load_big<uint32_t>(slot.data()) == kMagic &&
                      crc32c(slot.first(kCrcAt)) == load_big<uint32_t>(slot.data() + kCrcAt);
    if (good) slots[i] = Offset(load_big<int64_t>(slot.data() + 4));
  }
  return slots;
}

Result<Slots> read_slots(rt::FileSystem& files, const rt::OpenFile& file) {
  std::array<uint8_t, kSlots * kSlotBytes> bytes;
  const auto got = files.read(file, 0, bytes);
  if (!got) return std::unexpected(got.error());
  return decode_slots(Bytes(bytes).first(*got));
}

}  // namespace

Result<std::optional<Offset>> read_start(rt::FileSystem& files, const std::string& directory) {
  const auto file = files.open(path_in(directory), rt::OpenMode::read);
  if (!file && file.error().kind == ErrorKind::not_found) return std::nullopt;
  if (!file) return std::unexpected(file.error());
  const auto slots = read_slots(files, **file);
  if (!slots) return std::unexpected(slots.error());
  const auto highest = std::max((*slots)[0], (*slots)[1]);
  // A first write that was torn said nothing yet; the segments it would have freed are all there.
  return highest;
}

Result<void> write_start(rt::FileSystem& files, const std::string& directory, Offset start) {
  const auto file = files.open(path_in(directory), rt::OpenMode::create);
  if (!file) return std::unexpected(file.error());
  const auto slots = read_slots(files, **file);
  if (!slots) return std::unexpected(slots.error());
  const bool fresh = !(*slots)[0] && !(*slots)[1];
  const size_t lower = (*slots)[0] <= (*slots)[1] ? 0 : 1;
  std::array<uint8_t, kSlotBytes> slot;
  store_big<uint32_t>(slot.data(), kMagic);
  store_big<int64_t>(slot.data() + 4, start.value());
  store_big<uint32_t>(slot.data() + kCrcAt, crc32c(Bytes(slot).first(kCrcAt)));
  auto done = files.write(**file, lower * kSlotBytes, slot);
  if (done) done = files.sync(**file);
  if (done && fresh) done = files.sync_directory(directory);
  return done;
}

}  // namespace kelp::engine::disk
