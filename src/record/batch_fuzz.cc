// libFuzzer: any bytes as the records of a Produce request: validated, read, recompressed,
// converted. The first byte chooses what is mended beforehand, so that not every input ends at the
// length or the CRC.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>

#include "record/builder.h"
#include "record/control.h"
#include "record/legacy.h"
#include "record/reader.h"
#include "record/validate.h"

namespace kelp::record {
namespace {

constexpr uint8_t kMendHeader = 1;

void demand(bool belief) {
  if (!belief) std::abort();
}

void mend(uint8_t* bytes, size_t size) {
  if (size < kHeaderBytes) return;
  set_base_offset(bytes, Offset(0));
  store_big<int32_t>(bytes + at::kLength, static_cast<int32_t>(size - kLogOverhead));
  store_big<int8_t>(bytes + at::kMagic, kMagic2);
  store_big<int32_t>(bytes + at::kLastOffsetDelta,
                     static_cast<int32_t>(load_big<uint32_t>(bytes + at::kRecordCount) - 1));
  store_big<uint32_t>(bytes + at::kCrc, BatchView(Bytes(bytes, size)).computed_crc());
}

/// Reads what first_batch() gives, CRC or not; true if it was sound to its end.
bool read_to_the_end(BatchView batch, int32_t& count) {
  Result<RecordReader> reader = RecordReader::open(batch);
  if (!reader) return false;
  for (count = 0;; ++count) {
    const Result<const Record*> record = reader->next();
    if (!record) return false;
    if (*record == nullptr) return true;
    for (const Header& header : (*record)->headers) demand(header.key.size() < 1U << 31);
  }
}

void run(Bytes input) {
  const bool mends = !input.empty() && input[0] == kMendHeader;
  Slice records = Slice::copy_of(input.subspan(input.empty() ? 0 : 1));
  if (mends) mend(records.patch(), records.size());

  (void)up_convert(records);
  int32_t count = 0;
  bool sound = false;
  if (const auto batch = first_batch(records)) {
    sound = read_to_the_end(*batch, count);
    (void)read_end_txn_marker(*batch);
  }
  const ProduceRules rules{.now_ms = 1'700'000'000'000,
                           .max_message_bytes = std::numeric_limits<int32_t>::max(),
                           .timestamp_after_max_ms = std::numeric_limits<int64_t>::max()};
  auto validated = validate_produced(records, rules);
  ProduceRules unopened = rules;
  unopened.open_compressed = false;
  const auto outside = validate_produced(records, unopened);
  if (!validated) return;
  demand(outside && outside->record_count == validated->record_count);
  demand(sound && count == validated->record_count);
  settle_timestamps(*validated, rules);
  const Result<Slice> other = recompress(validated->view(), Codec::lz4);
  demand(other.has_value());
  const auto again = validate_produced(*other, rules);
  demand(again.has_value() && again->has_dense_offsets &&
         again->max_timestamp_ms == validated->max_timestamp_ms);
}

}  // namespace
}  // namespace kelp::record

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kelp::record::run({data, size});
  return 0;
}
