#include "record/control.h"

#include <array>

#include "record/builder.h"
#include "record/reader.h"

namespace kelp::record {
namespace {

constexpr int16_t kKeyVersion = 0;
constexpr int16_t kMarkerVersion = 0;
constexpr size_t kKeyBytes = 2 * sizeof(int16_t);
constexpr size_t kMarkerBytes = sizeof(int16_t) + sizeof(int32_t);

std::unexpected<Error> no_marker(const BatchView& batch, std::string_view why) {
  return fail(ErrorKind::malformed,
              fmt::format("control batch at {}: {}", batch.base_offset().value(), why));
}

/// The one record of a control batch, through `reader`, which keeps it.
Result<const Record*> control_record(RecordReader& reader) {
  if (!reader.batch().is_control()) return no_marker(reader.batch(), "it holds user data");
  Result<const Record*> record = reader.next();
  if (!record) return record;
  if (*record == nullptr || !(*record)->key || (*record)->key->size() < kKeyBytes) {
    return no_marker(reader.batch(), "no key that says its type");
  }
  return record;
}

ControlType type_of(const Record& record) {
  return ControlType(load_big<int16_t>(record.key->data() + sizeof(int16_t)));
}

}  // namespace

Result<ControlType> control_type(BatchView batch) {
  Result<RecordReader> reader = RecordReader::open(batch);
  if (!reader) return std::unexpected(std::move(reader.error()));
  const Result<const Record*> record = control_record(*reader);
  if (!record) return std::unexpected(record.error());
  return type_of(**record);
}

Result<EndTxnMarker> read_end_txn_marker(BatchView batch) {
  Result<RecordReader> reader = RecordReader::open(batch);
  if (!reader) return std::unexpected(std::move(reader.error()));
  const Result<const Record*> record = control_record(*reader);
  if (!record) return std::unexpected(record.error());
  const ControlType type = type_of(**record);
  if (type != ControlType::abort && type != ControlType::commit) {
    return no_marker(batch, "not the end of a transaction");
  }
  const std::optional<Bytes>& value = (*record)->value;
  // A newer version may have more behind the epoch.
  if (!value || value->size() < kMarkerBytes || load_big<int16_t>(value->data()) < kMarkerVersion) {
    return no_marker(batch, "a marker without its coordinator's epoch");
  }
  return EndTxnMarker{type, load_big<int32_t>(value->data() + sizeof(int16_t))};
}

Slice end_txn_marker(EndTxnMarker marker, int64_t producer_id, int16_t producer_epoch,
                     int64_t timestamp_ms) {
  std::array<uint8_t, kKeyBytes> key;
  store_big<int16_t>(key.data(), kKeyVersion);
  store_big<int16_t>(key.data() + sizeof(int16_t), static_cast<int16_t>(marker.type));
  std::array<uint8_t, kMarkerBytes> value;
  store_big<int16_t>(value.data(), kMarkerVersion);
  store_big<int32_t>(value.data() + sizeof(int16_t), marker.coordinator_epoch);

  BatchBuilder builder({.producer_id = producer_id,
                        .producer_epoch = producer_epoch,
                        .transactional = true,
                        .control = true});
  builder.add({.timestamp_ms = timestamp_ms, .key = Bytes(key), .value = Bytes(value)});
  Result<Slice> batch = builder.build();
  KELP_ASSERT(batch.has_value(), producer_id);
  return std::move(*batch);
}

}  // namespace kelp::record
