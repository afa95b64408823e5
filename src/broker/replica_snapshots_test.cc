// What a partition remembers is saved while it is written to, and never ahead of the disk.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/log.h"
#include "broker/test_broker.h"
#include "engine/disk/disk_engine.h"
#include "engine/test_engines.h"
#include "wire/00_produce.h"
#include "wire/19_create_topics.h"

namespace kelp::broker {
namespace {

constexpr size_t kBatchBytes = 900'000;

/// Where the next batch went.
Offset produce(TestBroker& broker, int16_t acks) {
  const std::string value(kBatchBytes, 'v');
  record::BatchBuilder builder;
  record::NewRecord record;
  record.timestamp_ms = 1000;
  record.value = as_bytes(value);
  builder.add(record);
  wire::ProduceRequest request;
  request.acks = acks;
  auto& data = request.topic_data.emplace_back();
  data.name = "t";
  data.partition_data.emplace_back().records = wire::Records(*builder.build());
  const auto response = broker.call<wire::ProduceResponse>(request, 9);
  const auto& answer = response.responses.at(0).partition_responses.at(0);
  EXPECT_EQ(answer.error_code, ErrorCode::none);
  return Offset(answer.base_offset);
}

TEST(ReplicaSnapshots, one_is_written_after_many_bytes_and_speaks_of_what_is_durable) {
  set_log_level(LogLevel::off);
  engine::TestDirectory directory;
  TestBroker broker(1, {}, 1, *engine::open_disk_engine({.path = directory.path()}));
  wire::CreateTopicsRequest create;
  auto& topic = create.topics.emplace_back();
  topic.name = "t";
  topic.num_partitions = topic.replication_factor = 1;
  broker.call<wire::CreateTopicsResponse>(create, 7);
  const engine::PartitionId id =
      broker.on_first_shard([&] { return broker.broker().image()->find("t")->partition_id(0); });
  const std::filesystem::path file =
      std::filesystem::path(directory.path("data/logs")) / id.topic_id.text() / "0" / "snapshot";
  for (size_t bytes = 0; bytes < (size_t{60} << 20); bytes += kBatchBytes) produce(broker, 1);
  EXPECT_FALSE(std::filesystem::exists(file));
  // acks=all: with each answer everything before is on the disk.
  Offset last;
  for (int i = 0; i < 500 && !std::filesystem::exists(file); ++i) last = produce(broker, -1);
  const auto bytes = rt::read_file(rt::real_files(), file.string(), 1 << 20);
  ASSERT_TRUE(bytes.has_value()) << bytes.error().text();
  const auto state = partition::Partition::decode_snapshot(bytes->from(16).bytes());
  ASSERT_TRUE(state.has_value());
  EXPECT_GE(state->end(), Offset(70));
  EXPECT_LE(state->end(), last + int64_t{1});
}

}  // namespace
}  // namespace kelp::broker
