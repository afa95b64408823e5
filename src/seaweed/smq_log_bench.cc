// What a SeaweedMQ topic costs Kelp, on the weed that the environment's WEED_ENV_FILE names:
// records of 100 bytes in batches of 1000, eight of them in flight, acknowledged by the broker's
// memory; then all of them read from the flushed files. Prints records a second and CPU per record
// of this process. The first argument: how many records (default 500,000).
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

#include "record/builder.h"
#include "rt/run_on.h"
#include "seaweed/smq_partition.h"
#include "seaweed/test_weed.h"

namespace kelp::seaweed {
namespace {

constexpr int64_t kBatchRecords = 1000;
constexpr size_t kInFlight = 8;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class Measure {
 public:
  void print(const char* what, int64_t records) const {
    const std::chrono::duration<double> took = rt::Clock::now() - begun_;
    const auto count = static_cast<double>(records);
    std::printf("%-8s %8.0f records/s %6.2f us CPU/record\n", what, count / took.count(),
                (cpu_seconds() - cpu_) * 1e6 / count);
  }

 private:
  rt::TimePoint begun_ = rt::Clock::now();
  double cpu_ = cpu_seconds();
};

Slice batch_of_records() {
  const std::string value(100, 'v');
  record::BatchBuilder builder;
  for (int64_t i = 0; i < kBatchRecords; ++i) {
    builder.add({.timestamp_ms = 1000, .value = as_bytes(value)});
  }
  return *builder.build();
}

rt::Task<void> append_one(SmqPartitionLog& log, const Slice& batch, rt::Budget& in_flight) {
  const rt::Units unit = co_await in_flight.take(1);
  engine::Chunk chunk;
  chunk.batches = batch;
  const auto done = co_await log.append(std::move(chunk), engine::Durability::replicated);
  if (!done.has_value()) std::printf("%s\n", done.error().text().c_str());
}

rt::Task<void> read_all(SmqPartitionLog& log, int64_t records) {
  const Measure measure;
  engine::ReadLimits limits;
  limits.max_bytes = 1 << 20;
  limits.before = log.flushed_end();
  Offset at = log.start();
  while (at < limits.before) {
    const auto read = co_await log.read(at, limits);
    if (!read.has_value()) {
      std::printf("%s\n", read.error().text().c_str());
      co_return;
    }
    at = read->next;
  }
  measure.print("read", records);
}

rt::Task<void> measure_all(SmqServices services, int64_t records) {
  const smq::TopicName topic{"kafka", fmt::format("bench-{}", rt::wall_clock_ms())};
  auto partitions = co_await services.broker.configure(topic, 1);
  if (!partitions.has_value()) {
    std::printf("%s\n", partitions.error().text().c_str());
    co_return;
  }
  const SmqLogTerms terms{
      1, {smq::Mapping::plain, record::TimestampType::log_append_time}, Epoch(0)};
  auto log = std::make_shared<SmqPartitionLog>(services, partitions->front(), terms);
  (void)co_await log->open();
  const Slice batch = batch_of_records();
  {
    const Measure measure;
    rt::Budget in_flight(kInFlight);
    for (int64_t i = 0; i < records / kBatchRecords; ++i) {
      auto one = append_one(*log, batch, in_flight);
      std::move(one).detach();
    }
    (void)co_await in_flight.take(kInFlight);
    measure.print("append", records);
    (void)co_await log->sync();
    measure.print("flushed", records);
  }
  co_await read_all(*log, records);
  log->close();
  co_await log->finished();
}

int run(int64_t records) {
  const auto weed = test::shared_weed();
  if (!weed.has_value()) {
    std::printf("no weed runs\n");
    return 1;
  }
  SeaweedOptions options;
  options.filer = weed->filer;
  const auto credentials = grpc::InsecureChannelCredentials();
  rt::Shard shard(0);
  shard.start();
  {
    Filer filer(*parse_server_address(weed->filer), options, credentials);
    Volumes volumes(filer);
    SmqBroker broker(weed->broker, filer, credentials);
    SmqWatch watch(filer);
    rt::run_on(shard, [&] { return measure_all({broker, filer, volumes, watch}, records); });
  }
  shard.stop();
  shard.join();
  return 0;
}

}  // namespace
}  // namespace kelp::seaweed

int main(int count, char** words) {
  return kelp::seaweed::run(count > 1 ? std::atoll(words[1]) : 500'000);
}
