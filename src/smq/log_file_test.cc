// Log files: the bytes that a real broker wrote, any cut of them, and what is no log file.
#include "smq/log_file.h"

#include <gtest/gtest.h>

#include "base/endian.h"
#include "base/varint.h"
#include "smq/testing.h"

namespace kelp::smq {
namespace {

using Step = LogFileReader::Step;

/// Written by weed 4.48: value-0 and value-1 under k0 and k1.
constexpr uint8_t kWeedWrote[] = {
    0x00, 0x00, 0x00, 0x1d, 0x08, 0xce, 0x9a, 0xe0, 0xf2, 0xe7, 0xc4, 0x98, 0xf5, 0x18, 0x10,
    0xfb, 0xbe, 0xd8, 0xc6, 0x02, 0x1a, 0x07, 0x76, 0x61, 0x6c, 0x75, 0x65, 0x2d, 0x30, 0x22,
    0x02, 0x6b, 0x30, 0x00, 0x00, 0x00, 0x24, 0x08, 0x88, 0x81, 0xe4, 0xf2, 0xe7, 0xc4, 0x98,
    0xf5, 0x18, 0x10, 0xfa, 0xe2, 0xde, 0xb1, 0xfb, 0xff, 0xff, 0xff, 0xff, 0x01, 0x1a, 0x07,
    0x76, 0x61, 0x6c, 0x75, 0x65, 0x2d, 0x31, 0x22, 0x02, 0x6b, 0x31, 0x28, 0x01};

TEST(LogFile, what_weed_wrote_is_read) {
  const std::vector<LogEntry> entries = entries_of(kWeedWrote);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].ts_ns, 1795355318928543054);
  EXPECT_EQ(entries[0].timestamp_ms(), 1795355318928);
  EXPECT_EQ(entries[0].partition_key_hash, 685121403);
  EXPECT_EQ(as_text(entries[0].data), "value-0");
  EXPECT_EQ(as_text(entries[0].key), "k0");
  EXPECT_EQ(entries[0].offset, 0);
  EXPECT_EQ(entries[1].ts_ns, 1795355318928605320);
  EXPECT_EQ(entries[1].partition_key_hash, -1237864070);
  EXPECT_EQ(as_text(entries[1].data), "value-1");
  EXPECT_EQ(as_text(entries[1].key), "k1");
  EXPECT_EQ(entries[1].offset, 1);
}

TEST(LogFile, what_we_write_is_what_weed_wrote) {
  std::vector<uint8_t> written;
  for (const LogEntry& entry : entries_of(kWeedWrote)) append_entry(written, entry);
  EXPECT_EQ(as_text(written), as_text(kWeedWrote));
}

TEST(LogFile, a_range_that_ends_anywhere_gives_the_whole_entries_and_says_what_it_wants) {
  constexpr size_t kFirst = 33;
  for (size_t size = 0; size < sizeof kWeedWrote; ++size) {
    LogFileReader reader(Bytes(kWeedWrote, size));
    LogEntry entry;
    size_t count = 0;
    while (reader.next(entry) == Step::entry) ++count;
    EXPECT_EQ(reader.next(entry), Step::more);
    EXPECT_EQ(count, size < kFirst ? 0U : 1U) << size;
    EXPECT_EQ(reader.consumed(), count * kFirst);
    const size_t left = size - reader.consumed();
    const size_t whole = count == 0 ? kFirst : sizeof kWeedWrote - kFirst;
    EXPECT_EQ(reader.wanted(), left < kEntryLengthBytes ? kEntryLengthBytes : whole) << size;
  }
}

TEST(LogFile, ranges_of_any_size_make_up_the_file) {
  const std::vector<uint8_t> file = file_of(some_entries(50));
  for (size_t range_bytes = 1; range_bytes < 200; range_bytes += 13) {
    std::vector<uint8_t> again;
    size_t position = 0;
    size_t want = range_bytes;
    while (position < file.size()) {
      const size_t size = std::min(want, file.size() - position);
      LogFileReader reader(Bytes(file).subspan(position, size));
      LogEntry entry;
      while (reader.next(entry) == Step::entry) append_entry(again, entry);
      position += reader.consumed();
      want = std::max(range_bytes, reader.wanted());
    }
    EXPECT_EQ(as_text(again), as_text(file)) << range_bytes;
  }
}

const char* fault_in(Bytes message) {
  std::vector<uint8_t> file(kEntryLengthBytes);
  store_big<uint32_t>(file.data(), static_cast<uint32_t>(message.size()));
  file.insert(file.end(), message.begin(), message.end());
  LogFileReader reader(file);
  LogEntry entry;
  if (reader.next(entry) != Step::damaged) return nullptr;
  EXPECT_EQ(reader.next(entry), Step::damaged);
  EXPECT_EQ(reader.consumed(), 0U);
  return reader.fault();
}

TEST(LogFile, damage_is_said_and_nothing_is_read_behind_it) {
  const std::vector<std::vector<uint8_t>> faulty = {
      {},                                                      // no entry has no bytes
      {0x08},                                                  // a number is missing
      {0x08, 0x80},                                            // or cut
      {0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2},  // or beyond 64 bits
      {0x1a, 0x05, 'a'},                                       // longer than the entry
      {0x1a, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1},  // far longer
      {0x00, 0x00},                                            // the field 0
      {0x0b},                                                  // a group
      {0x39, 1, 2, 3},                                         // a cut fixed64
      {0x28, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1},  // the offset -1
      {0x28, 255, 255, 255, 255, 255, 255, 255, 255, 127},     // has no next one
  };
  for (const auto& message : faulty) {
    EXPECT_NE(fault_in(message), nullptr) << ::testing::PrintToString(message);
  }
}

TEST(LogFile, a_length_beyond_the_bound_is_damage_and_one_at_it_is_wanted) {
  uint8_t length[kEntryLengthBytes];
  LogEntry entry;
  store_big<uint32_t>(length, kMaxEntryBytes + 1);
  LogFileReader beyond(length);
  EXPECT_EQ(beyond.next(entry), Step::damaged);
  store_big<uint32_t>(length, kMaxEntryBytes);
  LogFileReader at_it(length);
  EXPECT_EQ(at_it.next(entry), Step::more);
  EXPECT_EQ(at_it.wanted(), kEntryLengthBytes + kMaxEntryBytes);
}

TEST(LogFile, unknown_fields_are_passed_over) {
  const std::vector<uint8_t> message = {
      0x30, 0x85, 0x01,                            // 6: a number
      0x39, 1,    2,    3,    4,    5,   6, 7, 8,  // 7: fixed64
      0x42, 0x02, 'x',  'y',                       // 8: bytes
      0x4d, 1,    2,    3,    4,                   // 9: fixed32
      0x0a, 0x01, 'z',                             // 1 as bytes, which it is not
      0x1a, 0x01, 'a',  0x1a, 0x01, 'b',           // data twice: the last one counts
      0x28, 0x07};
  LogEntry entry;
  ASSERT_EQ(read_entry(message, entry), nullptr);
  EXPECT_EQ(entry.ts_ns, 0);
  EXPECT_EQ(as_text(entry.data), "b");
  EXPECT_EQ(entry.offset, 7);
}

TEST(LogFile, a_time_before_1970_is_1970) {
  EXPECT_EQ(LogEntry{.ts_ns = -5'000'000}.timestamp_ms(), 0);
  EXPECT_EQ(LogEntry{.ts_ns = 1'999'999}.timestamp_ms(), 1);
}

}  // namespace
}  // namespace kelp::smq
