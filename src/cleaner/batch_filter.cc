#include "cleaner/batch_filter.h"

#include <algorithm>
#include <limits>

#include "record/builder.h"
#include "record/reader.h"

namespace kelp::cleaner {
namespace {

record::BatchOptions options_like(record::BatchView batch, std::optional<int64_t> horizon_ms) {
  record::BatchOptions options;
  options.codec = batch.codec().value_or(record::Codec::none);
  options.timestamp_type = batch.timestamp_type();
  options.base_offset = batch.base_offset();
  options.leader_epoch = batch.leader_epoch();
  options.producer_id = batch.producer_id();
  options.producer_epoch = batch.producer_epoch();
  options.base_sequence = batch.base_sequence();
  options.transactional = batch.is_transactional();
  options.control = batch.is_control();
  options.delete_horizon_ms = horizon_ms;
  return options;
}

/// The log's batches are checked when they come in; on a disk anything may happen since.
bool is_in_place(record::BatchView batch, int32_t offset_delta, int32_t after) {
  return offset_delta > after && offset_delta <= batch.last_offset_delta();
}

std::unexpected<Error> out_of_place(record::BatchView batch) {
  return fail(
      ErrorKind::malformed,
      fmt::format("record batch at {}: offsets do not ascend within it", batch.base_offset()));
}

int64_t later(int64_t now_ms, int64_t by_ms) {
  return now_ms > std::numeric_limits<int64_t>::max() - by_ms ? std::numeric_limits<int64_t>::max()
                                                              : now_ms + by_ms;
}

}  // namespace

Result<Offset> add_keys(record::BatchView batch, OffsetMap& map) {
  if (batch.is_control()) return batch.next_offset();
  auto records = record::RecordReader::open(batch);
  if (!records) return std::unexpected(std::move(records.error()));
  for (int32_t last = -1;; last = records->offset_delta()) {
    const auto record = records->next();
    if (!record) return std::unexpected(record.error());
    if (*record == nullptr) return batch.next_offset();
    if (!is_in_place(batch, records->offset_delta(), last)) return out_of_place(batch);
    const auto& [offset, timestamp_ms, key, value, headers] = **record;
    if (key && !map.put(*key, offset)) return offset;
  }
}

struct BatchFilter::Kept {
  record::BatchBuilder builder;
  int32_t read = 0;
  bool has_tombstones = false;
};

Result<BatchFilter::Kept> BatchFilter::rebuild(record::BatchView batch,
                                               std::optional<int64_t> horizon_ms) const {
  const bool tombstones_stay =
      !batch.delete_horizon_ms() || terms_.now_ms < *batch.delete_horizon_ms();
  Kept kept{.builder = record::BatchBuilder(options_like(batch, horizon_ms))};
  auto records = record::RecordReader::open(batch);
  if (!records) return std::unexpected(std::move(records.error()));
  for (int32_t last = -1;; last = records->offset_delta()) {
    const auto next = records->next();
    if (!next) return std::unexpected(next.error());
    if (*next == nullptr) break;
    if (!is_in_place(batch, records->offset_delta(), last)) return out_of_place(batch);
    const record::Record& record = **next;
    ++kept.read;
    if (record.offset < terms_.map_end) {
      if (!record.key || !(record.value || tombstones_stay)) continue;
      const auto newest = map_.find(*record.key);
      if (newest && record.offset < *newest && !is_unreadable(*newest)) continue;
    }
    if (!record.value) kept.has_tombstones = true;
    record::NewRecord copy;
    copy.timestamp_ms = record.timestamp_ms;
    copy.key = record.key;
    copy.value = record.value;
    copy.headers = record.headers;
    kept.builder.add_at(records->offset_delta(), copy);
  }
  kept.builder.extend_to(batch.last_offset_delta());
  return kept;
}

bool BatchFilter::is_unreadable(Offset offset) const {
  const auto behind =
      std::ranges::upper_bound(terms_.unreadable, offset, {}, &std::pair<Offset, Offset>::first);
  return behind != terms_.unreadable.begin() && offset < std::prev(behind)->second;
}

bool BatchFilter::is_newest_of_producer(record::BatchView batch) const {
  if (!batch.has_producer_id()) return false;
  const auto found = terms_.newest_of_producer.find(batch.producer_id());
  return found != terms_.newest_of_producer.end() && found->second == batch.last_offset();
}

Filtered BatchFilter::without_records(record::BatchView batch) const {
  Buffer buffer(record::kHeaderBytes);
  std::copy_n(batch.bytes().data(), record::kHeaderBytes, buffer.data());
  namespace at = record::at;
  namespace attribute = record::attribute;
  const int attributes = batch.attributes() & ~(attribute::kCodecMask | attribute::kDeleteHorizon);
  store_big<int32_t>(buffer.data() + at::kLength,
                     static_cast<int32_t>(record::kHeaderBytes - record::kLogOverhead));
  store_big<int16_t>(buffer.data() + at::kAttributes, static_cast<int16_t>(attributes));
  store_big<int64_t>(buffer.data() + at::kBaseTimestamp, -1);
  store_big<int32_t>(buffer.data() + at::kRecordCount, 0);
  store_big<uint32_t>(buffer.data() + at::kCrc, record::BatchView(buffer.bytes()).computed_crc());
  return {.fate = Fate::changed, .changed = buffer.slice()};
}

Result<Filtered> BatchFilter::judge(record::BatchView batch) {
  if (batch.is_control() || batch.base_offset() >= terms_.map_end) {
    counts_.records_kept += static_cast<uint64_t>(batch.record_count());
    return Filtered{.fate = Fate::as_it_is, .changed = {}};
  }
  if (batch.record_count() == 0) {
    // A header that stayed earlier goes when its producer has sent more, or is forgotten.
    return Filtered{.fate = is_newest_of_producer(batch) ? Fate::as_it_is : Fate::gone,
                    .changed = {}};
  }
  auto kept = rebuild(batch, batch.delete_horizon_ms());
  if (!kept) return std::unexpected(std::move(kept.error()));
  const bool begins_horizon = kept->has_tombstones && !batch.delete_horizon_ms();
  const bool all_stay = kept->builder.record_count() == kept->read;
  counts_.records_kept += static_cast<uint64_t>(kept->builder.record_count());
  if (all_stay && !begins_horizon) return Filtered{.fate = Fate::as_it_is, .changed = {}};
  if (kept->builder.record_count() == 0) {
    return is_newest_of_producer(batch) ? without_records(batch) : Filtered();
  }
  if (begins_horizon) {
    kept = rebuild(batch, later(terms_.now_ms, terms_.delete_retention_ms));
    if (!kept) return std::unexpected(std::move(kept.error()));
  }
  auto changed = kept->builder.build();
  if (!changed) return std::unexpected(std::move(changed.error()));
  return Filtered{.fate = Fate::changed, .changed = *std::move(changed)};
}

void BatchFilter::keep(record::BatchView batch) {
  ++counts_.batches_kept;
  counts_.records_kept += static_cast<uint64_t>(batch.record_count());
  counts_.bytes_kept += batch.size_in_bytes();
}

Result<Filtered> BatchFilter::filter(record::BatchView batch) {
  ++counts_.batches_read;
  counts_.bytes_read += batch.size_in_bytes();
  counts_.records_read += static_cast<uint64_t>(batch.record_count());
  auto filtered = judge(batch);
  if (!filtered || filtered->fate == Fate::gone) return filtered;
  ++counts_.batches_kept;
  const bool changed = filtered->fate == Fate::changed;
  counts_.batches_changed += changed ? 1 : 0;
  counts_.bytes_kept += changed ? filtered->changed.size() : batch.size_in_bytes();
  return filtered;
}

}  // namespace kelp::cleaner
