// A record batch of magic 2 as it stands on the wire and in the log: where its fields are, a view
// of one, a walk over several that follow each other, and the fields that a broker may overwrite.
// Views own nothing and are as cheap as two pointers; whoever holds the bytes keeps them alive.
// Accessors are total: no bytes a peer can send make one undefined. What a view has passed is said
// at first_batch(); whether a batch may be appended is validate.h's question.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/endian.h"
#include "base/result.h"
#include "base/slice.h"
#include "base/strong.h"

namespace kelp::record {

/// Kafka's numbers in bits 0-2 of the attributes.
enum class Codec : uint8_t { none = 0, gzip = 1, snappy = 2, lz4 = 3, zstd = 4 };

/// Kafka's names, as `compression.type` has them: none, gzip, snappy, lz4, zstd.
std::string_view name_of(Codec codec);
/// The reverse ("uncompressed", the topic's word for it, is none too).
std::optional<Codec> codec_named(std::string_view name);

enum class TimestampType : uint8_t { create_time = 0, log_append_time = 1 };

/// Where the fields of a batch are (Kafka protocol guide, "Record Batch"). Big-endian.
namespace at {
inline constexpr size_t kBaseOffset = 0;
inline constexpr size_t kLength = 8;  // of what follows this field
inline constexpr size_t kLeaderEpoch = 12;
inline constexpr size_t kMagic = 16;
inline constexpr size_t kCrc = 17;         // CRC-32C of everything from kAttributes on
inline constexpr size_t kAttributes = 21;  // from here on the CRC counts
inline constexpr size_t kLastOffsetDelta = 23;
inline constexpr size_t kBaseTimestamp = 27;
inline constexpr size_t kMaxTimestamp = 35;
inline constexpr size_t kProducerId = 43;
inline constexpr size_t kProducerEpoch = 51;
inline constexpr size_t kBaseSequence = 53;
inline constexpr size_t kRecordCount = 57;
inline constexpr size_t kRecords = 61;
}  // namespace at

inline constexpr int8_t kMagic2 = 2;
/// Base offset and length: what every magic has in front of the counted bytes.
inline constexpr size_t kLogOverhead = 12;
/// The header of a batch; what a scan of a log file must read to know the next position.
inline constexpr size_t kHeaderBytes = at::kRecords;
/// What can be told apart (magic 0, 1, 2) from the front of any message.
inline constexpr size_t kHeaderToMagicBytes = 17;

namespace attribute {
inline constexpr int16_t kCodecMask = 0x07;
inline constexpr int16_t kLogAppendTime = 0x08;
inline constexpr int16_t kTransactional = 0x10;
inline constexpr int16_t kControl = 0x20;
inline constexpr int16_t kDeleteHorizon = 0x40;  // base_timestamp holds it (KIP-534)
}  // namespace attribute

/// `sequence + by` as producers count: from 0 to 2^31-1 and again from 0.
constexpr int32_t sequence_after(int32_t sequence, int32_t by) {
  const uint32_t sum = static_cast<uint32_t>(sequence) + static_cast<uint32_t>(by);
  return static_cast<int32_t>(sum & 0x7fffffffU);
}

/// The first kHeaderBytes of a batch; the records need not be there.
class BatchHeader {
 public:
  /// `bytes` has kHeaderBytes at least and is what the caller has checked (see read_header).
  explicit BatchHeader(Bytes bytes) : data_(bytes.data()) {
    KELP_ASSERT(bytes.size() >= kHeaderBytes, bytes.size());
  }

  Offset base_offset() const { return Offset(get<int64_t>(at::kBaseOffset)); }
  /// The whole batch with its 12 bytes of overhead.
  size_t size_in_bytes() const { return kLogOverhead + get<uint32_t>(at::kLength); }
  Epoch leader_epoch() const { return Epoch(get<int32_t>(at::kLeaderEpoch)); }
  int8_t magic() const { return get<int8_t>(at::kMagic); }
  uint32_t crc() const { return get<uint32_t>(at::kCrc); }
  int16_t attributes() const { return get<int16_t>(at::kAttributes); }
  int32_t last_offset_delta() const { return get<int32_t>(at::kLastOffsetDelta); }
  Offset last_offset() const {
    const auto base = static_cast<uint64_t>(base_offset().value());
    return Offset(static_cast<int64_t>(base + static_cast<uint64_t>(last_offset_delta())));
  }
  /// Where the next batch begins: last_offset() + 1.
  Offset next_offset() const {
    return Offset(static_cast<int64_t>(static_cast<uint64_t>(last_offset().value()) + 1));
  }
  /// What the records' timestamp deltas count from. With a delete horizon it is that horizon.
  int64_t base_timestamp() const { return get<int64_t>(at::kBaseTimestamp); }
  int64_t max_timestamp() const { return get<int64_t>(at::kMaxTimestamp); }
  int64_t producer_id() const { return get<int64_t>(at::kProducerId); }
  int16_t producer_epoch() const { return get<int16_t>(at::kProducerEpoch); }
  int32_t base_sequence() const { return get<int32_t>(at::kBaseSequence); }
  /// -1 without a sequence.
  int32_t last_sequence() const {
    return base_sequence() < 0 ? -1 : sequence_after(base_sequence(), last_offset_delta());
  }
  int32_t record_count() const { return get<int32_t>(at::kRecordCount); }

  /// Nothing for the numbers 5 to 7, which no codec has.
  std::optional<Codec> codec() const {
    const int id = attributes() & attribute::kCodecMask;
    return id > static_cast<int>(Codec::zstd) ? std::nullopt : std::optional(Codec(id));
  }
  bool is_compressed() const { return (attributes() & attribute::kCodecMask) != 0; }
  TimestampType timestamp_type() const {
    return (attributes() & attribute::kLogAppendTime) != 0 ? TimestampType::log_append_time
                                                           : TimestampType::create_time;
  }
  bool is_transactional() const { return (attributes() & attribute::kTransactional) != 0; }
  bool is_control() const { return (attributes() & attribute::kControl) != 0; }
  bool has_producer_id() const { return producer_id() >= 0; }
  /// When the tombstones and markers in it may go (KIP-534), once the cleaner has decided it.
  std::optional<int64_t> delete_horizon_ms() const {
    return (attributes() & attribute::kDeleteHorizon) != 0 ? std::optional(base_timestamp())
                                                           : std::nullopt;
  }

 protected:
  template <class T>
  T get(size_t position) const {
    return load_big<T>(data_ + position);
  }
  const uint8_t* data_;
};

/// One whole batch.
class BatchView : public BatchHeader {
 public:
  /// The bytes of exactly one batch (see first_batch).
  explicit BatchView(Bytes batch) : BatchHeader(batch) {
    KELP_ASSERT(batch.size() == size_in_bytes(), batch.size(), size_in_bytes());
  }

  Bytes bytes() const { return {data_, size_in_bytes()}; }
  /// What follows the header: the records, compressed as codec() says.
  Bytes payload() const { return bytes().subspan(at::kRecords); }
  /// CRC-32C over the attributes and all that follows.
  uint32_t computed_crc() const;
  bool crc_is_right() const { return computed_crc() == crc(); }
};

/// The header at the front of `bytes`, of which only the first kHeaderBytes are looked at (a scan
/// of a log file goes from header to header). Passed: magic 2; the length covers the header;
/// 0 <= base_offset <= last_offset < 2^63-1; record_count >= 0. Not the CRC.
/// malformed: not so; out_of_range: fewer bytes than a header.
Result<BatchHeader> read_header(Bytes bytes);

/// The batch at the front of `bytes`: read_header(), and all of its bytes are there.
/// malformed: damaged; out_of_range: cut short.
Result<BatchView> first_batch(Bytes bytes);

/// Walks batches that stand one after the other: a produce request, a fetch answer, a log.
///   BatchCursor cursor(bytes);
///   while (const auto batch = cursor.next()) …
class BatchCursor {
 public:
  explicit BatchCursor(Bytes bytes) : rest_(bytes) {}

  /// The next batch; nothing at the end, before a cut batch and before a damaged one.
  std::optional<BatchView> next();
  /// What next() has not returned: empty, a cut batch (a fetch answer's tail is cut on purpose), or
  /// whatever is damaged.
  Bytes rest() const { return rest_; }
  /// Whether next() stopped at bytes that are no batch, rather than at the end or a cut one.
  bool is_damaged() const { return damaged_; }

 private:
  Bytes rest_;
  bool damaged_ = false;
};

/// These two lie before the CRC's bytes: twelve bytes are patched and nothing is computed.
void set_base_offset(uint8_t* batch, Offset base);
void set_leader_epoch(uint8_t* batch, Epoch epoch);

/// Makes the batch's timestamps what the log shall hold, and recomputes the CRC when that changes
/// anything: the timestamp type's bit, the maximum, and no attribute bit that is unknown or that
/// only a cleaner may set. `batch` is a whole batch of magic 2.
void set_timestamps(uint8_t* batch, TimestampType type, int64_t max_timestamp_ms);
/// Every record of the batch counts as appended at `now_ms` (message.timestamp.type=LogAppendTime).
inline void set_log_append_time(uint8_t* batch, int64_t now_ms) {
  set_timestamps(batch, TimestampType::log_append_time, now_ms);
}

}  // namespace kelp::record
