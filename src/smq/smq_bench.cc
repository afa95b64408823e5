// What reading SeaweedMQ's history costs on one core: walking a log file, and the batches that
// consumers get of it. Per record.
#include <benchmark/benchmark.h>

#include <string>

#include "smq/entry_batch.h"
#include "smq/log_file.h"

namespace kelp::smq {
namespace {

constexpr size_t kFileBytes = 8 << 20;  // what the broker flushes at once

std::vector<uint8_t> file_with(size_t value_bytes, MappingRules rules) {
  const std::string value(value_bytes, 'x');
  std::vector<uint8_t> file;
  std::vector<uint8_t> scratch;
  for (int64_t i = 0; file.size() < kFileBytes; ++i) {
    const std::string key = "key-" + std::to_string(i);
    const auto message = message_of({.timestamp_ms = 1'700'000'000'000 + i / 50,
                                     .key = as_bytes(key),
                                     .value = as_bytes(value)},
                                    rules, scratch);
    append_entry(file, {.ts_ns = 1'700'000'000'000'000'000 + i * 20'000,
                        .partition_key_hash = static_cast<int32_t>(i * 0x9e3779b9),
                        .data = message->value,
                        .key = message->key,
                        .offset = i});
  }
  return file;
}

void walk(benchmark::State& state) {
  const auto file = file_with(static_cast<size_t>(state.range(0)),
                              {Mapping::plain, record::TimestampType::log_append_time});
  int64_t entries = 0;
  for (auto _ : state) {
    LogFileReader reader(file);
    LogEntry entry;
    while (reader.next(entry) == LogFileReader::Step::entry) ++entries;
    benchmark::DoNotOptimize(entry);
  }
  state.SetItemsProcessed(entries);
}
BENCHMARK(walk)->ArgName("value")->Arg(10)->Arg(100)->Arg(1024);

void batches(benchmark::State& state) {
  const auto mapping = Mapping(state.range(1));
  const BatchTerms terms{.rules = {mapping, mapping == Mapping::plain
                                                ? record::TimestampType::log_append_time
                                                : record::TimestampType::create_time}};
  const auto file = file_with(static_cast<size_t>(state.range(0)), terms.rules);
  int64_t entries = 0;
  for (auto _ : state) {
    LogFileReader reader(file);
    EntryBatch batch(terms);
    LogEntry entry;
    while (reader.next(entry) == LogFileReader::Step::entry) {
      ++entries;
      if (batch.add(entry)) continue;
      benchmark::DoNotOptimize(batch.build());
      batch.add(entry);
    }
    benchmark::DoNotOptimize(batch.build());
  }
  state.SetItemsProcessed(entries);
}
BENCHMARK(batches)->ArgNames({"value", "mapping"})->ArgsProduct({{10, 100, 1024}, {0, 1}});

}  // namespace
}  // namespace kelp::smq

BENCHMARK_MAIN();
