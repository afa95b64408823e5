// Any bytes as a SeaweedMQ log file, and each of its entries as a record in both mappings: read
// whole or range by range, it is the same; what was read is written and read again unchanged; a
// record that was taken for an envelope makes the same record when it is stored again. The first
// byte says how large the ranges are.
#include <algorithm>

#include "base/assert.h"
#include "record/reader.h"
#include "smq/entry_batch.h"
#include "smq/log_file.h"
#include "smq/mapping.h"

namespace kelp::smq {
namespace {

using Step = LogFileReader::Step;

std::vector<LogEntry> read_whole(Bytes file, bool& damaged) {
  LogFileReader reader(file);
  std::vector<LogEntry> entries;
  LogEntry entry;
  Step step;
  while ((step = reader.next(entry)) == Step::entry) entries.push_back(entry);
  KELP_ASSERT(reader.consumed() <= file.size(), reader.consumed());
  damaged = step == Step::damaged;
  KELP_ASSERT(damaged == (reader.fault() != nullptr), entries.size());
  return entries;
}

size_t count_by_ranges(Bytes file, size_t range_bytes) {
  size_t count = 0;
  size_t position = 0;
  size_t want = range_bytes;
  for (;;) {
    const size_t size = std::min(want, file.size() - position);
    LogFileReader reader(file.subspan(position, size));
    LogEntry entry;
    Step step;
    while ((step = reader.next(entry)) == Step::entry) ++count;
    position += reader.consumed();
    if (step == Step::damaged) return count;
    if (size == file.size() - position + reader.consumed()) return count;  // no more to come
    want = std::max(range_bytes, reader.wanted());
  }
}

bool same(const std::optional<Bytes>& a, const std::optional<Bytes>& b) {
  return a.has_value() == b.has_value() && (!a || as_text(*a) == as_text(*b));
}

void map_and_back(const LogEntry& entry, MappingRules rules) {
  const record::NewRecord record = record_of(entry, rules);
  for (const record::Header& header : record.headers) KELP_ASSERT(header.key.size() < 1U << 31, 0);
  std::vector<uint8_t> scratch;
  const auto message = message_of(record, rules, scratch);
  KELP_ASSERT(message.has_value(), entry.data.size());
  LogEntry stored = entry;
  stored.key = message->key;
  stored.data = message->value;
  const record::NewRecord again = record_of(stored, rules);
  KELP_ASSERT(same(again.key, record.key) && same(again.value, record.value), entry.data.size());
  KELP_ASSERT(as_text(again.headers.encoded()) == as_text(record.headers.encoded()), 0);
  KELP_ASSERT(again.timestamp_ms == record.timestamp_ms, again.timestamp_ms);
}

void read_batches(const std::vector<LogEntry>& entries, MappingRules rules) {
  EntryBatch batch({.rules = rules, .max_bytes = 4096});
  size_t read = 0;
  const auto finish = [&] {
    const Result<Slice> built = batch.build();
    KELP_ASSERT(built.has_value(), read);
    const auto view = record::first_batch(*built);
    KELP_ASSERT(view.has_value() && view->crc_is_right(), read);
    auto reader = record::RecordReader::open(*view);
    while (*reader->next() != nullptr) ++read;
  };
  for (const LogEntry& entry : entries) {
    if (batch.add(entry)) continue;
    finish();
    const bool taken = batch.add(entry);
    KELP_ASSERT(taken, read);
  }
  if (!batch.empty()) finish();
  KELP_ASSERT(read == entries.size(), read, entries.size());
}

void run(Bytes input) {
  if (input.empty()) return;
  const size_t range_bytes = size_t{1} + input[0];
  const Bytes file = input.subspan(1);
  bool damaged = false;
  std::vector<LogEntry> entries = read_whole(file, damaged);
  KELP_ASSERT(count_by_ranges(file, range_bytes) == entries.size(), range_bytes);

  std::vector<uint8_t> written;
  for (const LogEntry& entry : entries) append_entry(written, entry);
  bool damaged_again = false;
  // An entry of defaults alone is written as nothing, which is no entry; brokers give each a time.
  const bool has_empty = std::ranges::any_of(entries, [](const LogEntry& entry) {
    return entry.ts_ns == 0 && entry.partition_key_hash == 0 && entry.offset == 0 &&
           entry.data.empty() && entry.key.empty();
  });
  if (!has_empty) {
    KELP_ASSERT(read_whole(written, damaged_again).size() == entries.size(), entries.size());
    KELP_ASSERT(!damaged_again, entries.size());
  }
  constexpr MappingRules kRules[] = {{Mapping::plain, record::TimestampType::log_append_time},
                                     {Mapping::envelope, record::TimestampType::create_time},
                                     {Mapping::envelope, record::TimestampType::log_append_time}};
  for (const MappingRules rules : kRules) {
    for (const LogEntry& entry : entries) map_and_back(entry, rules);
  }
  put_in_order(entries);
  for (const MappingRules rules : kRules) read_batches(entries, rules);
}

}  // namespace
}  // namespace kelp::smq

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kelp::smq::run({data, size});
  return 0;
}
