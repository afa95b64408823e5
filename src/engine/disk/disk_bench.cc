// What the disk engine costs: microseconds of an append, of a sync alone and shared, of a read, and
// of opening many partitions. `kelp_disk_bench DIRECTORY`: on the disk that is to be measured.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/log.h"
#include "engine/disk/disk_engine.h"
#include "engine/test_batches.h"
#include "rt/run_on.h"

namespace kelp::engine {
namespace {

using Micros = std::chrono::duration<double, std::micro>;
using rt::Clock;

double micros_since(rt::TimePoint begun) { return Micros(Clock::now() - begun).count(); }

struct Bench {
  explicit Bench(std::string path) : directory(std::move(path)) { shard.start(); }
  void start() {
    const auto begun = Clock::now();
    engine = std::move(*open_disk_engine({.path = directory}));
    fmt::print("  engine start: {:.0f} us\n", micros_since(begun));
  }
  std::string directory;
  rt::Shard shard{0};
  std::unique_ptr<Engine> engine;
};

PartitionId partition(int32_t index) { return {Uuid{{9}}, index}; }

Task<bool> appends(Engine& engine, int32_t index, size_t bytes, int count) {
  const LogOptions options;
  auto log = std::move(*co_await engine.open(partition(index), options));
  std::vector<Chunk> chunks;
  for (int i = 0; i < count; ++i) chunks.push_back(chunk_of(Offset(i), 1, 1, i, bytes));
  const auto begun = Clock::now();
  for (Chunk& chunk : chunks) (void)co_await log->append(std::move(chunk), Durability::replicated);
  fmt::print("  append {} B: {:.2f} us\n", bytes, micros_since(begun) / count);
  const auto reading = Clock::now();
  Offset from;
  int reads = 0;
  while (from < log->bounds().end) {
    ReadLimits limits{.max_bytes = 1, .before = log->bounds().end};
    const auto got = co_await log->read(from, limits);
    from = got->next;
    ++reads;
  }
  fmt::print("  read, a batch at a time: {:.2f} us\n", micros_since(reading) / reads);
  co_return true;
}

/// `logs` logs with `each` appends waiting on each at any moment.
Task<bool> synced(Engine& engine, int32_t first, int logs, int each, int rounds) {
  std::vector<std::unique_ptr<Log>> open;
  const LogOptions options;
  for (int i = 0; i < logs; ++i) {
    open.push_back(std::move(*co_await engine.open(partition(first + i), options)));
  }
  std::vector<double> taken;
  const auto begun = Clock::now();
  for (int round = 0; round < rounds; ++round) {
    const auto asked = Clock::now();
    std::vector<Task<Result<Offset>>> waiting;
    for (auto& log : open) {
      for (int i = 0; i < each; ++i) {
        Chunk chunk = chunk_of(log->bounds().end, 1, 1, 0, 300);
        waiting.push_back(log->append(std::move(chunk), Durability::synced));
      }
    }
    for (auto& one : waiting) {
      Task<Result<Offset>> task = std::move(one);
      (void)co_await task;
    }
    taken.push_back(micros_since(asked));
  }
  std::ranges::sort(taken);
  fmt::print(
      "  synced, {} logs x {} waiting: {:.1f} us an append; a round p50 {:.0f} us, p99 {:.0f} us\n",
      logs, each, micros_since(begun) / (rounds * logs * each), taken[taken.size() / 2],
      taken[taken.size() * 99 / 100]);
  co_return true;
}

Task<bool> open_many(Engine& engine, int count, bool append) {
  const LogOptions options;
  const auto begun = Clock::now();
  for (int32_t i = 0; i < count; ++i) {
    const PartitionId id{Uuid{{5}}, i};
    auto log = std::move(*co_await engine.open(id, options));
    if (append) {
      Chunk chunk = chunk_of(log->bounds().end, 1, 1, 0, 2000);
      (void)co_await log->append(std::move(chunk), Durability::replicated);
    }
  }
  fmt::print("  open {} partitions{}: {:.1f} ms\n", count, append ? ", append to each" : "",
             micros_since(begun) / 1000);
  co_return true;
}

void run(Bench& bench) {
  bench.start();
  for (const size_t bytes : {100, 1000, 16'000, 1'000'000}) {
    const int count = bytes > 100'000 ? 500 : 20'000;
    rt::run_on(bench.shard,
               [&] { return appends(*bench.engine, static_cast<int32_t>(bytes), bytes, count); });
  }
  for (const auto& [logs, each] : {std::pair(1, 1), {1, 16}, {16, 1}, {64, 1}}) {
    rt::run_on(bench.shard,
               [&] { return synced(*bench.engine, 10 + logs * 100, logs, each, 200); });
  }
  constexpr int kMany = 10'000;
  rt::run_on(bench.shard, [&] { return open_many(*bench.engine, kMany, true); });
  fmt::print("killed\n");
  bench.engine.reset();
  bench.start();
  rt::run_on(bench.shard, [&] { return open_many(*bench.engine, kMany, false); });
  const auto begun = Clock::now();
  (void)rt::run_on(bench.shard, [&] { return bench.engine->close(); });
  fmt::print("closed: {:.1f} ms\n", micros_since(begun) / 1000);
  bench.engine.reset();
  bench.start();
  rt::run_on(bench.shard, [&] { return open_many(*bench.engine, kMany, false); });
  bench.engine.reset();
}

}  // namespace
}  // namespace kelp::engine

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  kelp::set_log_level(kelp::LogLevel::error);
  const std::string directory = std::string(argv[1]) + "/kelp-disk-bench";
  std::filesystem::remove_all(directory);
  {
    kelp::engine::Bench bench(directory);
    kelp::engine::run(bench);
  }
  std::filesystem::remove_all(directory);
  return 0;
}
