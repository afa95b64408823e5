#include "record/builder.h"

#include <algorithm>
#include <limits>

#include "record/compression.h"
#include "record/reader.h"

namespace kelp::record {
namespace {

size_t signed_varint_size(int64_t value) { return varint_size(zigzag(value)); }
uint8_t* store_signed(uint8_t* to, int64_t value) { return store_varint(to, zigzag(value)); }

size_t nullable_size(const std::optional<Bytes>& bytes) {
  if (!bytes) return signed_varint_size(-1);
  return signed_varint_size(static_cast<int64_t>(bytes->size())) + bytes->size();
}

uint8_t* store_nullable(uint8_t* to, const std::optional<Bytes>& bytes) {
  if (!bytes) return store_signed(to, -1);
  to = store_signed(to, static_cast<int64_t>(bytes->size()));
  return std::copy(bytes->begin(), bytes->end(), to);
}

/// Key, value and headers: all of a body that does not depend on its place.
size_t content_size(const NewRecord& record) {
  return nullable_size(record.key) + nullable_size(record.value) +
         signed_varint_size(record.headers.size()) + record.headers.encoded().size();
}

/// `a - b`, wrapping around: the reader adds it back the same way.
int64_t delta_of(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

}  // namespace

BatchBuilder::BatchBuilder(BatchOptions options) : options_(options) { reset(); }

void BatchBuilder::reset() {
  bytes_.assign(kHeaderBytes, 0);
  record_count_ = 0;
  next_delta_ = 0;
  base_timestamp_ms_ = max_timestamp_ms_ = -1;
}

size_t BatchBuilder::max_record_bytes(const NewRecord& record) {
  constexpr size_t kAttributesByte = 1;
  return kMaxVarint32Bytes + kAttributesByte + kMaxVarint64Bytes + kMaxVarint32Bytes +
         content_size(record);
}

void BatchBuilder::add_at(int32_t offset_delta, const NewRecord& record) {
  KELP_ASSERT(offset_delta >= next_delta_, offset_delta, next_delta_);
  KELP_ASSERT(offset_delta < std::numeric_limits<int32_t>::max(), offset_delta);
  if (record_count_ == 0) {
    max_timestamp_ms_ = record.timestamp_ms;
    base_timestamp_ms_ = options_.delete_horizon_ms.value_or(record.timestamp_ms);
  }
  max_timestamp_ms_ = std::max(max_timestamp_ms_, record.timestamp_ms);
  const int64_t timestamp_delta = delta_of(record.timestamp_ms, base_timestamp_ms_);
  const size_t body = 1 + signed_varint_size(timestamp_delta) + signed_varint_size(offset_delta) +
                      content_size(record);
  const size_t start = bytes_.size();
  bytes_.resize(start + signed_varint_size(static_cast<int64_t>(body)) + body);

  uint8_t* to = store_signed(bytes_.data() + start, static_cast<int64_t>(body));
  *to++ = 0;  // attributes: none are defined
  to = store_signed(to, timestamp_delta);
  to = store_signed(to, offset_delta);
  to = store_nullable(to, record.key);
  to = store_nullable(to, record.value);
  to = store_signed(to, record.headers.size());
  to = std::copy(record.headers.encoded().begin(), record.headers.encoded().end(), to);
  KELP_ASSERT(to == bytes_.data() + bytes_.size(), body);
  ++record_count_;
  next_delta_ = offset_delta + 1;
}

void BatchBuilder::extend_to(int32_t last_offset_delta) {
  KELP_ASSERT(last_offset_delta >= next_delta_ - 1, last_offset_delta, next_delta_);
  KELP_ASSERT(last_offset_delta < std::numeric_limits<int32_t>::max(), last_offset_delta);
  next_delta_ = last_offset_delta + 1;
}

Result<Slice> BatchBuilder::build() {
  constexpr size_t kMaxBatchBytes = std::numeric_limits<int32_t>::max();
  const Codec codec = record_count_ == 0 ? Codec::none : options_.codec;
  std::vector<uint8_t> plain = std::move(bytes_);
  Result<Slice> packed;
  if (codec != Codec::none) {
    packed = compress(codec, Bytes(plain).subspan(kHeaderBytes), options_.level);
    if (!packed) {
      reset();
      return packed;
    }
  }
  const size_t size = codec == Codec::none ? plain.size() : kHeaderBytes + packed->size();
  if (size > kMaxBatchBytes) {
    reset();
    return fail(ErrorKind::too_large, fmt::format("a record batch of {} bytes", size));
  }
  if (codec == Codec::none) {
    store_header(plain.data(), size, codec);
    reset();
    const auto owner = std::make_shared<std::vector<uint8_t>>(std::move(plain));
    return Slice(owner, Bytes(*owner));
  }
  Buffer buffer(size);
  std::copy(packed->bytes().begin(), packed->bytes().end(), buffer.data() + kHeaderBytes);
  store_header(buffer.data(), size, codec);
  reset();
  return buffer.slice();
}

void BatchBuilder::store_header(uint8_t* to, size_t size, Codec codec) const {
  const int attributes =
      static_cast<int>(codec) |
      (options_.timestamp_type == TimestampType::log_append_time ? attribute::kLogAppendTime : 0) |
      (options_.transactional ? attribute::kTransactional : 0) |
      (options_.control ? attribute::kControl : 0) |
      (options_.delete_horizon_ms ? attribute::kDeleteHorizon : 0);
  set_base_offset(to, options_.base_offset);
  store_big<int32_t>(to + at::kLength, static_cast<int32_t>(size - kLogOverhead));
  set_leader_epoch(to, options_.leader_epoch);
  store_big<int8_t>(to + at::kMagic, kMagic2);
  store_big<int16_t>(to + at::kAttributes, static_cast<int16_t>(attributes));
  store_big<int32_t>(to + at::kLastOffsetDelta, std::max(next_delta_ - 1, 0));
  store_big<int64_t>(to + at::kBaseTimestamp, base_timestamp_ms_);
  store_big<int64_t>(to + at::kMaxTimestamp, max_timestamp_ms_);
  store_big<int64_t>(to + at::kProducerId, options_.producer_id);
  store_big<int16_t>(to + at::kProducerEpoch, options_.producer_epoch);
  store_big<int32_t>(to + at::kBaseSequence, options_.base_sequence);
  store_big<int32_t>(to + at::kRecordCount, record_count_);
  store_big<uint32_t>(to + at::kCrc, BatchView(Bytes(to, size)).computed_crc());
}

Result<Slice> recompress(BatchView batch, Codec codec, std::optional<int> level) {
  Result<RecordReader> reader = RecordReader::open(batch);
  if (!reader) return std::unexpected(std::move(reader.error()));
  BatchBuilder builder({.codec = codec,
                        .level = level,
                        .timestamp_type = batch.timestamp_type(),
                        .base_offset = batch.base_offset(),
                        .leader_epoch = batch.leader_epoch(),
                        .producer_id = batch.producer_id(),
                        .producer_epoch = batch.producer_epoch(),
                        .base_sequence = batch.base_sequence(),
                        .transactional = batch.is_transactional(),
                        .control = batch.is_control()});
  for (;;) {
    const Result<const Record*> record = reader->next();
    if (!record) return std::unexpected(record.error());
    if (*record == nullptr) return builder.build();
    builder.add({(*record)->timestamp_ms, (*record)->key, (*record)->value, (*record)->headers});
  }
}

}  // namespace kelp::record
