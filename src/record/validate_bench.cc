// What a produced batch costs before it may be appended. Reported per byte of uncompressed records;
// Crc is the floor, which no check of a batch can undercut.
#include <benchmark/benchmark.h>

#include "base/crc32c.h"
#include "record/builder.h"
#include "record/reader.h"
#include "record/validate.h"

namespace kelp::record {
namespace {

constexpr size_t kBatchBytes = 1'000'000;

/// About a megabyte of records with values of that size; half of each value repeats.
Slice batch_with(size_t value_bytes, Codec codec) {
  BatchBuilder builder({.codec = codec});
  std::string value(value_bytes, 'x');
  uint32_t noise = 1;
  while (builder.plain_bytes() < kBatchBytes) {
    for (size_t i = 0; i < value.size() / 2; ++i) {
      noise = noise * 1664525 + 1013904223;
      value[i] = static_cast<char>(noise >> 24);
    }
    builder.add({.timestamp_ms = 1000, .value = as_bytes(value)});
  }
  return *builder.build();
}

void count_bytes(benchmark::State& state) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kBatchBytes));
}

void crc_alone(benchmark::State& state) {
  const Slice batch = batch_with(1024, Codec::none);
  for (auto _ : state) benchmark::DoNotOptimize(crc32c(batch));
  count_bytes(state);
}
BENCHMARK(crc_alone);

void validate(benchmark::State& state) {
  const Slice batch = batch_with(static_cast<size_t>(state.range(0)), Codec(state.range(1)));
  const ProduceRules rules{.max_message_bytes = 1 << 30};
  for (auto _ : state) benchmark::DoNotOptimize(validate_produced(batch, rules)->record_count);
  count_bytes(state);
}
BENCHMARK(validate)
    ->ArgNames({"value", "codec"})
    ->ArgsProduct({{10, 100, 1024, 100'000}, {0}})
    ->ArgsProduct({{1024}, {1, 2, 3, 4}});

void validate_one_record(benchmark::State& state) {
  BatchBuilder builder;
  builder.add({.timestamp_ms = 1000, .value = as_bytes(std::string(100, 'x'))});
  const Slice batch = *builder.build();
  const ProduceRules rules;
  for (auto _ : state) benchmark::DoNotOptimize(validate_produced(batch, rules)->record_count);
}
BENCHMARK(validate_one_record);

void read_records(benchmark::State& state) {
  const Slice batch = batch_with(static_cast<size_t>(state.range(0)), Codec(state.range(1)));
  for (auto _ : state) {
    Result<RecordReader> reader = RecordReader::open(BatchView(batch));
    while (const Record* record = *reader->next()) benchmark::DoNotOptimize(record->value->size());
  }
  count_bytes(state);
}
BENCHMARK(read_records)->ArgNames({"value", "codec"})->ArgsProduct({{10, 1024}, {0, 3, 4}});

}  // namespace
}  // namespace kelp::record

BENCHMARK_MAIN();
