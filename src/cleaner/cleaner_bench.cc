// What compaction costs on one core: gathering keys, and filtering the batches that they leave
// little of. Per byte of the log as it was; a quarter of the records stays.
#include <benchmark/benchmark.h>

#include <random>

#include "cleaner/batch_filter.h"
#include "record/builder.h"

namespace kelp::cleaner {
namespace {

constexpr int kBatches = 200;
constexpr int kRecords = 100;
constexpr int kKeys = 5000;

/// Batches of 100 records with values of that size over 5,000 keys; half of each value repeats.
std::vector<Slice> log_of(size_t value_bytes, record::Codec codec) {
  std::vector<Slice> log;
  uint32_t noise = 1;
  std::mt19937 random(1);
  std::string value(value_bytes, 'x');
  for (int i = 0; i < kBatches; ++i) {
    record::BatchBuilder builder({.codec = codec, .base_offset = Offset(i * kRecords)});
    for (int j = 0; j < kRecords; ++j) {
      for (size_t k = 0; k < value.size() / 2; ++k) {
        noise = noise * 1664525 + 1013904223;
        value[k] = static_cast<char>(noise >> 24);
      }
      const std::string key = "customer-" + std::to_string(random() % kKeys);
      builder.add({.timestamp_ms = 1000, .key = as_bytes(key), .value = as_bytes(value)});
    }
    log.push_back(*builder.build());
  }
  return log;
}

void compact(benchmark::State& state) {
  const auto log = log_of(static_cast<size_t>(state.range(0)), record::Codec(state.range(1)));
  size_t bytes = 0;
  for (const Slice& batch : log) bytes += batch.size();
  for (auto _ : state) {
    OffsetMap map(kBatches * kRecords, 128 << 20, {1, 2});
    FilterTerms terms;
    for (const Slice& batch : log) terms.map_end = *add_keys(record::BatchView(batch), map);
    BatchFilter filter(map, terms);
    for (const Slice& batch : log)
      benchmark::DoNotOptimize(filter.filter(record::BatchView(batch)));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
}
BENCHMARK(compact)
    ->ArgNames({"value", "codec"})
    ->ArgsProduct({{100, 1024}, {0, 3, 4}})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kelp::cleaner

BENCHMARK_MAIN();
