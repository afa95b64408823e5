// Makes record batches of magic 2: what the broker writes itself (markers, coordinators' records,
// up-converted and recompressed batches), what a cleaner leaves, and what tests send. Pure. Owned
// by one caller; the finished batch owns its bytes, which may be patched (set_base_offset …).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/slice.h"
#include "record/batch.h"
#include "record/headers.h"

namespace kelp::record {

/// The header's fields that do not follow from the records.
struct BatchOptions {
  Codec codec = Codec::none;
  std::optional<int> level;  // the codec's default without one
  TimestampType timestamp_type = TimestampType::create_time;
  Offset base_offset;
  Epoch leader_epoch{-1};
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  int32_t base_sequence = -1;
  bool transactional = false;
  bool control = false;
  /// When the tombstones in it may go (KIP-534); it takes the base timestamp's place.
  std::optional<int64_t> delete_horizon_ms;
};

struct NewRecord {
  int64_t timestamp_ms = -1;
  std::optional<Bytes> key;
  std::optional<Bytes> value;
  Headers headers;  // a HeaderList converts
};

class BatchBuilder {
 public:
  explicit BatchBuilder(BatchOptions options = {});

  /// Copies the record to the next offset (or, for batches with gaps, to `offset_delta`, which must
  /// be beyond the last one).
  void add(const NewRecord& record) { add_at(next_delta_, record); }
  void add_at(int32_t offset_delta, const NewRecord& record);
  /// The batch shall end at `last_offset_delta` although its last records are gone.
  void extend_to(int32_t last_offset_delta);

  int32_t record_count() const { return record_count_; }
  /// What the batch takes so far, before compression.
  size_t plain_bytes() const { return bytes_.size(); }
  /// What the batch would take with one more record, before compression.
  static size_t max_record_bytes(const NewRecord& record);

  /// The batch. Leaves the builder empty, with its options. too_large: beyond 2 GiB; invalid: a
  /// level that the codec does not have. A batch without records is uncompressed.
  Result<Slice> build();

 private:
  void store_header(uint8_t* to, size_t size, Codec codec) const;
  void reset();

  BatchOptions options_;
  std::vector<uint8_t> bytes_;  // room for the header, then the records
  int32_t record_count_ = 0;
  int32_t next_delta_ = 0;
  int64_t base_timestamp_ms_ = -1;
  int64_t max_timestamp_ms_ = -1;
};

/// A batch with the same records in another codec, at offsets base_offset + 0, 1, 2… (a topic's
/// compression.type; also mends offset deltas that a producer got wrong). Not for batches with
/// gaps. malformed, too_large: as reading it; invalid: a level that the codec does not have.
Result<Slice> recompress(BatchView batch, Codec codec, std::optional<int> level = std::nullopt);

}  // namespace kelp::record
