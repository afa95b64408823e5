#include "record/validate.h"

#include <algorithm>

#include "record/compression.h"
#include "record/record_format.h"

namespace kelp::record {
namespace {

/// The smallest message of any magic behind its 12 bytes of overhead: magic 0 without key or value.
constexpr int32_t kMinMessageLength = 14;
constexpr int8_t kMaxMagic = 2;
constexpr int64_t kNoTimestamp = -1;

std::unexpected<BatchFault> refuse(ErrorCode code, std::string message) {
  return std::unexpected(BatchFault{code, std::move(message), {}});
}

using Checked = std::expected<void, BatchFault>;

/// How Kafka sees what stands at the front: a whole message of some magic (its size), nothing that
/// counts (0: too little for one, or cut), or damage.
std::expected<size_t, BatchFault> front_size(Bytes bytes) {
  if (bytes.size() < kLogOverhead) return 0;
  const auto length = load_big<int32_t>(bytes.data() + at::kLength);
  if (length < kMinMessageLength) {
    return refuse(ErrorCode::corrupt_message,
                  fmt::format("Record size {} is less than the minimum record overhead ({})",
                              length, kMinMessageLength));
  }
  if (bytes.size() < kHeaderToMagicBytes) return 0;
  const auto magic = load_big<int8_t>(bytes.data() + at::kMagic);
  if (magic < 0 || magic > kMaxMagic) {
    return refuse(ErrorCode::corrupt_message,
                  fmt::format("Invalid magic found in record: {}", magic));
  }
  const size_t size = kLogOverhead + static_cast<size_t>(length);
  return size <= bytes.size() ? size : 0;
}

/// The one batch that a request may hold for a partition.
std::expected<BatchView, BatchFault> only_batch(Bytes records, const ProduceRules& rules) {
  const auto size = front_size(records);
  if (!size) return std::unexpected(size.error());
  if (*size == 0) {
    return refuse(ErrorCode::invalid_record, "Produce requests must have one whole record batch");
  }
  const auto magic = load_big<int8_t>(records.data() + at::kMagic);
  if (magic != kMagic2) {
    return refuse(ErrorCode::invalid_record,
                  fmt::format("Produce requests from version 3 on must have record batches with "
                              "magic 2, not {}",
                              magic));
  }
  if (*size < kHeaderBytes) {
    return refuse(ErrorCode::corrupt_message,
                  fmt::format("Record batch is corrupted (the size {} is smaller than the minimum "
                              "allowed overhead {})",
                              *size, kHeaderBytes));
  }
  const BatchView batch(records.first(*size));
  if (batch.codec() == Codec::zstd && rules.api_version < kFirstProduceWithZstd) {
    return refuse(ErrorCode::unsupported_compression_type,
                  fmt::format("Produce version {} may not use zstd", rules.api_version));
  }
  const auto second = front_size(records.subspan(*size));
  if (!second) return std::unexpected(second.error());
  if (*second != 0) {
    return refuse(ErrorCode::invalid_record,
                  "Produce requests from version 3 on may have one record batch per partition");
  }
  return batch;
}

Checked check_frame(const BatchView& batch, const ProduceRules& rules) {
  if (batch.base_offset() != Offset(0)) {
    return refuse(ErrorCode::invalid_record,
                  fmt::format("The base offset of the batch for {} should be 0, but it is {}",
                              rules.topic_partition, batch.base_offset().value()));
  }
  if (rules.max_message_bytes < 0 ||
      batch.size_in_bytes() > static_cast<size_t>(rules.max_message_bytes)) {
    return refuse(
        ErrorCode::message_too_large,
        fmt::format("The batch for {} has {} bytes; max.message.bytes is {}", rules.topic_partition,
                    batch.size_in_bytes(), rules.max_message_bytes));
  }
  const uint32_t crc = batch.computed_crc();
  if (crc != batch.crc()) {
    return refuse(ErrorCode::corrupt_message,
                  fmt::format("Record is corrupt (stored crc = {}, computed crc = {}) in {}",
                              batch.crc(), crc, rules.topic_partition));
  }
  return {};
}

Checked check_header(const BatchView& batch, const ProduceRules& rules) {
  const int32_t count = batch.record_count();
  if (count <= 0 || batch.last_offset_delta() != count - 1) {
    return refuse(ErrorCode::invalid_record,
                  fmt::format("The batch for {} counts {} records and {} as its last offset delta",
                              rules.topic_partition, count, batch.last_offset_delta()));
  }
  if (batch.is_control() && !rules.control_allowed) {
    return refuse(
        ErrorCode::invalid_record,
        fmt::format("Clients may not write control records to {}", rules.topic_partition));
  }
  if (batch.has_producer_id() && batch.base_sequence() < 0 && !batch.is_control()) {
    return refuse(ErrorCode::invalid_record,
                  fmt::format("Invalid sequence number {} in the batch of producer {} for {}",
                              batch.base_sequence(), batch.producer_id(), rules.topic_partition));
  }
  if (batch.is_transactional() && !batch.has_producer_id()) {
    return refuse(
        ErrorCode::invalid_record,
        fmt::format("A transactional batch for {} has no producer id", rules.topic_partition));
  }
  if (!batch.codec()) {
    return refuse(ErrorCode::invalid_record,
                  fmt::format("The batch for {} has the unknown compression codec {}",
                              rules.topic_partition, batch.attributes() & attribute::kCodecMask));
  }
  return {};
}

/// `a + b`, or the nearest there is.
int64_t sum_within_range(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b < 0 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
}

/// What the topic takes of times.
class TimeRange {
 public:
  explicit TimeRange(const ProduceRules& rules)
      : earliest_ms_(sum_within_range(rules.now_ms, -rules.timestamp_before_max_ms)),
        latest_ms_(sum_within_range(rules.now_ms, rules.timestamp_after_max_ms)) {}

  bool has(int64_t timestamp) const { return timestamp >= earliest_ms_ && timestamp <= latest_ms_; }
  int64_t earliest_ms() const { return earliest_ms_; }
  int64_t latest_ms() const { return latest_ms_; }

 private:
  int64_t earliest_ms_, latest_ms_;
};

/// The walk over the records: what they add up to, and which of them the topic does not take.
class RecordChecks {
 public:
  RecordChecks(const BatchView& batch, const ProduceRules& rules)
      : batch_(batch), rules_(rules), times_(rules) {}

  /// Null, or what is wrong with the bytes.
  const char* run(PieceReader& from) {
    const int32_t count = batch_.record_count();
    RecordFields record;
    for (int32_t index = 0; index < count; ++index) {
      int32_t body_bytes = 0;
      if (from.is_at_end()) return "there are fewer records than the batch counts";
      if (const char* fault = read_record_length(from, body_bytes)) return fault;
      if (const char* fault = read_record_body(from, body_bytes, record)) return fault;
      check(index, record);
    }
    return from.is_at_end() ? nullptr : "there are bytes behind the records that the batch counts";
  }

  std::expected<ValidatedBatch, BatchFault> outcome() && {
    if (faults_ > 0) return std::unexpected(rejected());
    if (rules_.timestamp_type == TimestampType::log_append_time) {
      result_.max_timestamp_ms = rules_.now_ms;
      result_.max_timestamp_delta = 0;
    }
    result_.record_count = batch_.record_count();
    return std::move(result_);
  }

 private:
  void check(int32_t index, const RecordFields& record) {
    // Unsigned: a hostile delta wraps around instead of being undefined.
    const auto timestamp = static_cast<int64_t>(static_cast<uint64_t>(batch_.base_timestamp()) +
                                                static_cast<uint64_t>(record.timestamp_delta));
    if (record.offset_delta != index) result_.has_dense_offsets = false;
    if (index == 0 || timestamp > result_.max_timestamp_ms) {
      result_.max_timestamp_ms = timestamp;
      result_.max_timestamp_delta = index;
    }
    if (rules_.compacted && !record.key && !batch_.is_control()) {
      reject(index, fmt::format("Compacted topic cannot accept message without key in topic "
                                "partition {}",
                                rules_.topic_partition));
    } else if (rules_.timestamp_type == TimestampType::create_time && timestamp != kNoTimestamp &&
               !times_.has(timestamp)) {
      wrong_time_ = true;
      reject(index,
             fmt::format("Timestamp {} of message with offset {} is out of range. The "
                         "timestamp should be within [{}, {}]",
                         timestamp, record.offset_delta, times_.earliest_ms(), times_.latest_ms()));
    }
  }

  void reject(int32_t index, std::string message) {
    if (++faults_ <= kMaxRecordFaults) rejected_.push_back({index, std::move(message)});
  }

  BatchFault rejected() {
    if (wrong_time_) {
      return {ErrorCode::invalid_timestamp,
              "One or more records have been rejected due to invalid timestamp",
              std::move(rejected_)};
    }
    constexpr size_t kShown = 3;
    std::string shown;
    for (size_t i = 0; i < std::min(kShown, rejected_.size()); ++i) {
      shown += fmt::format("{}RecordError(batchIndex={}, message='{}')", i == 0 ? "" : ", ",
                           rejected_[i].batch_index, rejected_[i].message);
    }
    return {ErrorCode::invalid_record,
            fmt::format("One or more records have been rejected due to {} record errors in total, "
                        "and only showing the first three errors at most: [{}]",
                        faults_, shown),
            std::move(rejected_)};
  }

  const BatchView batch_;
  const ProduceRules& rules_;
  const TimeRange times_;
  ValidatedBatch result_;
  uint64_t faults_ = 0;
  bool wrong_time_ = false;
  std::vector<RecordFault> rejected_;
};

BatchFault damaged_records(const ProduceRules& rules, const char* what,
                           const std::optional<Error>& error) {
  const bool too_large = error && error->kind == ErrorKind::too_large;
  return {too_large ? ErrorCode::message_too_large : ErrorCode::invalid_record,
          fmt::format("The batch for {} has damaged records: {}", rules.topic_partition,
                      error ? std::string_view(error->what) : std::string_view(what)),
          {}};
}

/// Whether the header of a compressed batch says all that is needed, and nothing odd. Its first
/// timestamp need not be the least one: a topic that bounds them has each looked at.
bool header_suffices(const BatchView& batch, const ProduceRules& rules) {
  if (rules.open_compressed || rules.compacted || batch.is_control()) return false;
  if (rules.timestamp_type == TimestampType::log_append_time) return true;
  const TimeRange times(rules);
  // Some clients leave the maximum out.
  return batch.timestamp_type() == TimestampType::create_time &&
         rules.timestamp_before_max_ms == std::numeric_limits<int64_t>::max() &&
         batch.max_timestamp() >= batch.base_timestamp() && batch.base_timestamp() >= 0 &&
         times.has(batch.max_timestamp());
}

/// Whether the payload is of whole frames that may hold so many records, and not too much.
bool frames_are_sound(const BatchView& batch) {
  const auto bound = output_bound(*batch.codec(), batch.payload());
  return bound && *bound <= max_uncompressed_bytes(batch.payload().size()) &&
         *bound / kMinRecordBytes >= static_cast<uint64_t>(batch.record_count());
}

ValidatedBatch taken_unopened(const BatchView& batch, const ProduceRules& rules) {
  ValidatedBatch result;
  result.opened = false;
  result.record_count = batch.record_count();
  result.max_timestamp_ms =
      rules.timestamp_type == TimestampType::log_append_time ? rules.now_ms : batch.max_timestamp();
  return result;
}

std::expected<ValidatedBatch, BatchFault> check_records(const BatchView& batch,
                                                        const ProduceRules& rules) {
  RecordChecks checks(batch, rules);
  if (!batch.is_compressed()) {
    PieceReader from(batch.payload());
    if (const char* fault = checks.run(from)) {
      return std::unexpected(damaged_records(rules, fault, std::nullopt));
    }
    return std::move(checks).outcome();
  }
  if (header_suffices(batch, rules) && frames_are_sound(batch)) {
    return taken_unopened(batch, rules);
  }
  const Bytes payload = batch.payload();
  Result<Decompressor> pieces =
      Decompressor::open(*batch.codec(), payload, max_uncompressed_bytes(payload.size()));
  if (!pieces) return std::unexpected(damaged_records(rules, "", pieces.error()));
  PieceReader from(*pieces);
  if (const char* fault = checks.run(from)) {
    return std::unexpected(damaged_records(rules, fault, from.error()));
  }
  return std::move(checks).outcome();
}

}  // namespace

std::expected<ValidatedBatch, BatchFault> validate_produced(const Slice& records,
                                                            const ProduceRules& rules) {
  auto batch = only_batch(records.bytes(), rules);
  if (!batch) {
    batch.error().of_request = true;
    return std::unexpected(std::move(batch.error()));
  }
  if (Checked frame = check_frame(*batch, rules); !frame) return std::unexpected(frame.error());
  if (Checked header = check_header(*batch, rules); !header) {
    return std::unexpected(header.error());
  }
  auto validated = check_records(*batch, rules);
  if (validated) validated->batch = records.sub(0, batch->size_in_bytes());
  return validated;
}

void settle_timestamps(ValidatedBatch& validated, const ProduceRules& rules) {
  set_timestamps(validated.batch.patch(), rules.timestamp_type, validated.max_timestamp_ms);
}

}  // namespace kelp::record
