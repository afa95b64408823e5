// SeaweedMQ's log files: [length: uint32, big-endian][LogEntry: protobuf], one after the other, as
// its broker flushes them and as they are read from the filer. LogFileReader walks the entries of
// a range of such a file; the caller reads the next range from where the last whole entry ended.
// Views only: whoever holds the range keeps the entries' bytes alive. Pure, total on any bytes.
// Format: docs/formats/smq-log.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/slice.h"

namespace kelp::smq {

/// `LogEntry` of filer.proto. What a message does not carry is 0 or empty (proto3).
struct LogEntry {
  int64_t ts_ns = 0;               // 1: the broker's clock, increasing within a partition
  int32_t partition_key_hash = 0;  // 2: the first four bytes of MD5(key), big-endian
  Bytes data;                      // 3: the message's value
  Bytes key;                       // 4
  int64_t offset = 0;              // 5: in the partition

  /// The time of its append, as Kafka counts.
  int64_t timestamp_ms() const { return ts_ns < 0 ? 0 : ts_ns / 1'000'000; }
};

inline constexpr size_t kEntryLengthBytes = 4;
/// SeaweedMQ takes messages of 20 MiB (measured) and sets no limit of its own; Kelp writes what
/// fits max.message.bytes. A length beyond this is damage, not an entry worth 4 GiB of memory.
inline constexpr size_t kMaxEntryDataBytes = size_t{32} << 20;
/// Tags, lengths, numbers and the envelope's front: far less than this.
inline constexpr size_t kEntrySlackBytes = size_t{64} << 10;
inline constexpr size_t kMaxEntryBytes = kMaxEntryDataBytes + kEntrySlackBytes;

class LogFileReader {
 public:
  enum class Step : uint8_t {
    entry,    // `out` has it
    more,     // the range ends here, perhaps within an entry: read on at consumed()
    damaged,  // what follows is no entry; stays so
  };

  /// `range` begins where an entry begins.
  explicit LogFileReader(Bytes range) : range_(range) {}

  Step next(LogEntry& out);

  /// Bytes of the whole entries that next() has given.
  size_t consumed() const { return consumed_; }
  /// After Step::more: the bytes from consumed() on that a range must have to hold the next entry,
  /// as far as it is known (its length, before that can be read).
  size_t wanted() const { return wanted_; }
  /// After Step::damaged: what is wrong, in words.
  const char* fault() const { return fault_; }

 private:
  Step need(size_t bytes) {
    wanted_ = bytes;
    return Step::more;
  }
  Step damaged(const char* fault) {
    fault_ = fault;
    return Step::damaged;
  }

  Bytes range_;
  size_t consumed_ = 0;
  size_t wanted_ = kEntryLengthBytes;
  const char* fault_ = nullptr;
};

/// Reads the protobuf of one entry. Null, or what is wrong with it. Unknown fields are passed over.
const char* read_entry(Bytes message, LogEntry& out);

/// Writes an entry with its length behind what `to` holds, byte for byte as SeaweedMQ does.
void append_entry(std::vector<uint8_t>& to, const LogEntry& entry);

}  // namespace kelp::smq
