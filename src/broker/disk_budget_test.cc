// kelp.disk.budget.bytes as clients see it.
#include <gtest/gtest.h>

#include <future>

#include "base/log.h"
#include "broker/test_broker.h"
#include "engine/disk/disk_engine.h"
#include "engine/test_engines.h"
#include "wire/00_produce.h"
#include "wire/01_fetch.h"
#include "wire/02_list_offsets.h"
#include "wire/08_offset_commit.h"
#include "wire/10_find_coordinator.h"
#include "wire/19_create_topics.h"
#include "wire/20_delete_topics.h"
#include "wire/32_describe_configs.h"
#include "wire/44_incremental_alter_configs.h"

namespace kelp::broker {
namespace {

constexpr uint64_t kBudget = 1 << 20;
constexpr size_t kValueBytes = 10'000;

class DiskBudgetTest : public testing::TestWithParam<size_t> {
 protected:
  void SetUp() override { set_log_level(LogLevel::off); }

  static std::vector<std::string> budget(uint64_t bytes = kBudget) {
    return {"kelp.disk.budget.bytes=" + std::to_string(bytes), "offsets.topic.num.partitions=1"};
  }

  ErrorCode put(TestBroker& broker, const std::string& topic, int64_t timestamp_ms = 1000,
                int32_t partition = 0, size_t value_bytes = kValueBytes) {
    const std::string key = "k";
    const std::string value(value_bytes, 'v');
    record::BatchBuilder builder;
    record::NewRecord record;
    record.timestamp_ms = timestamp_ms;
    record.key = as_bytes(key);
    record.value = as_bytes(value);
    builder.add(record);
    wire::ProduceRequest request;
    request.acks = 1;
    auto& data = request.topic_data.emplace_back();
    data.name = topic;
    data.partition_data.emplace_back().records = wire::Records(*builder.build());
    data.partition_data[0].index = partition;
    const auto response = broker.call<wire::ProduceResponse>(request, 9);
    return response.responses.at(0).partition_responses.at(0).error_code;
  }
  /// Until it is refused; how many were taken.
  int fill(TestBroker& broker, const std::string& topic) {
    int taken = 0;
    while (put(broker, topic) == ErrorCode::none && taken < 1000) ++taken;
    return taken;
  }

  int64_t start_of(TestBroker& broker, const std::string& topic) {
    wire::ListOffsetsRequest request;
    request.topics.emplace_back().name = topic;
    request.topics[0].partitions.emplace_back().timestamp = -2;
    const auto earliest = broker.call<wire::ListOffsetsResponse>(request, 7);
    return earliest.topics.at(0).partitions.at(0).offset;
  }

  size_t read_bytes(TestBroker& broker, const std::string& topic, int64_t offset) {
    wire::FetchRequest request;
    request.max_bytes = 1 << 20;
    auto& wanted = request.topics.emplace_back();
    wanted.topic = topic;
    auto& partition = wanted.partitions.emplace_back();
    partition.fetch_offset = offset;
    partition.partition_max_bytes = 1 << 20;
    const auto response = broker.call<wire::FetchResponse>(request, 11);
    const auto& data = response.responses.at(0).partitions.at(0);
    EXPECT_EQ(data.error_code, ErrorCode::none);
    return data.records.size();
  }

  ErrorCode set_broker_key(TestBroker& broker, const std::string& key, const std::string& value) {
    wire::IncrementalAlterConfigsRequest request;
    auto& resource = request.resources.emplace_back();
    resource.resource_type = kBrokerResource;
    auto& config = resource.configs.emplace_back();
    config.name = key;
    config.value = value;
    return broker.call<wire::IncrementalAlterConfigsResponse>(request, 1)
        .responses.at(0)
        .error_code;
  }

  static DiskBudgetNumbers numbers(TestBroker& broker) {
    return broker.broker().disk_budget_numbers();
  }
};

INSTANTIATE_TEST_SUITE_P(shards, DiskBudgetTest, testing::Values(1, 3));

TEST_P(DiskBudgetTest, the_oldest_segments_go_and_producers_see_no_error) {
  TestBroker broker(GetParam(), budget());
  broker.create_topic("t");
  for (int i = 0; i < 800; ++i) {
    ASSERT_EQ(put(broker, "t"), ErrorCode::none) << i;
    ASSERT_LE(numbers(broker).used_bytes, kBudget);
  }
  const DiskBudgetNumbers now = numbers(broker);
  EXPECT_EQ(now.budget_bytes, kBudget);
  EXPECT_GT(now.evicted_bytes, 800 * kValueBytes - kBudget - 1);
  EXPECT_GE(now.evicted_segments, now.evicted_bytes / (kBudget / 16 + kValueBytes));
  EXPECT_EQ(now.appends_refused, 0U);
  EXPECT_EQ(now.used_bytes, broker.log_bytes("t"));
  EXPECT_GT(now.used_bytes, kBudget / 2) << "no more goes than must";
  const int64_t start = start_of(broker, "t");
  EXPECT_GT(start, 690);
  EXPECT_LT(start, 760);
  EXPECT_GT(read_bytes(broker, "t", 799), kValueBytes);
}

TEST_P(DiskBudgetTest, without_a_budget_everything_stays) {
  TestBroker broker(GetParam(), {});
  broker.create_topic("t");
  for (int i = 0; i < 200; ++i) ASSERT_EQ(put(broker, "t"), ErrorCode::none);
  EXPECT_EQ(start_of(broker, "t"), 0);
  EXPECT_EQ(numbers(broker).budget_bytes, UINT64_MAX);
  EXPECT_EQ(numbers(broker).used_bytes, broker.log_bytes("t"));
}

TEST_P(DiskBudgetTest, many_partitions_share_it_although_each_has_a_segment_that_is_written_to) {
  TestBroker broker(GetParam(), budget());
  broker.create_topic("t", {}, 20);
  for (int i = 0; i < 600; ++i) {
    ASSERT_EQ(put(broker, "t", 1000 + i, i % 20), ErrorCode::none) << i;
    ASSERT_LE(numbers(broker).used_bytes, kBudget);
  }
  EXPECT_GT(numbers(broker).used_bytes, kBudget / 2);
  EXPECT_EQ(numbers(broker).appends_refused, 0U);
}

TEST_P(DiskBudgetTest, idle_partitions_give_what_they_have_when_nothing_is_closed) {
  TestBroker broker(GetParam(), budget());
  broker.create_topic("old", {}, 30);
  for (int i = 0; i < 30; ++i) {
    for (int j = 0; j < 3; ++j) ASSERT_EQ(put(broker, "old", i), ErrorCode::none);
  }
  broker.create_topic("new");
  for (int i = 0; i < 200; ++i) ASSERT_EQ(put(broker, "new", 5000), ErrorCode::none) << i;
  EXPECT_LE(numbers(broker).used_bytes, kBudget);
}

TEST_P(DiskBudgetTest, when_nothing_may_go_producers_are_refused_and_all_else_goes_on) {
  TestBroker broker(GetParam(), budget());
  broker.create_topic("compacted", {{"cleanup.policy", "compact"}});
  const int taken = fill(broker, "compacted");
  EXPECT_GT(taken, 100);
  EXPECT_LT(taken, 105);
  EXPECT_EQ(put(broker, "compacted"), ErrorCode::kafka_storage_error);
  EXPECT_LE(numbers(broker).used_bytes, kBudget);
  EXPECT_GE(numbers(broker).appends_refused, 2U);
  EXPECT_GT(read_bytes(broker, "compacted", taken - 1), kValueBytes);
  EXPECT_EQ(start_of(broker, "compacted"), 0);

  wire::FindCoordinatorRequest find;
  find.coordinator_key = "g";
  EXPECT_EQ(broker.call<wire::FindCoordinatorResponse>(find, 3).error_code, ErrorCode::none);
  for (int i = 0; i < 20; ++i) {
    wire::OffsetCommitRequest commit;
    commit.group_id = "g";
    auto& topic = commit.topics.emplace_back();
    topic.name = "compacted";
    auto& partition = topic.partitions.emplace_back();
    partition.committed_offset = i;
    partition.committed_metadata = std::string(4000, 'm');
    ErrorCode error = ErrorCode::none;
    do {
      const auto answer = broker.call<wire::OffsetCommitResponse>(commit, 7);
      error = answer.topics.at(0).partitions.at(0).error_code;
    } while (error == ErrorCode::coordinator_load_in_progress);
    EXPECT_EQ(error, ErrorCode::none) << name_of(error);
  }
  EXPECT_GT(numbers(broker).used_bytes, kBudget) << "commits need not ask";
}

TEST_P(DiskBudgetTest, room_comes_from_a_larger_budget_from_compaction_and_from_deleted_topics) {
  TestBroker broker(GetParam(), budget());
  broker.create_topic("t", {{"cleanup.policy", "compact"}, {"internal.segment.bytes", "100000"}});
  fill(broker, "t");
  ASSERT_EQ(set_broker_key(broker, "kelp.disk.budget.bytes", "1500000"), ErrorCode::none);
  EXPECT_EQ(put(broker, "t"), ErrorCode::none);
  EXPECT_GT(fill(broker, "t"), 30);
  EXPECT_EQ(broker.clean(50'000).cleanings, 1U);
  EXPECT_LT(numbers(broker).used_bytes, 300'000U) << "one key";
  EXPECT_GT(fill(broker, "t"), 100);

  wire::DeleteTopicsRequest request;
  request.topic_names = {"t"};
  request.timeout_ms = 1000;
  broker.call<wire::DeleteTopicsResponse>(request, 5);
  EXPECT_EQ(numbers(broker).used_bytes, 0U);
  broker.create_topic("u");
  EXPECT_EQ(put(broker, "u"), ErrorCode::none);
  EXPECT_NE(set_broker_key(broker, "kelp.disk.budget.bytes", "-2"), ErrorCode::none);
}

TEST_P(DiskBudgetTest, one_that_writes_much_does_not_push_out_one_that_writes_little) {
  TestBroker broker(GetParam(), budget());
  broker.create_topic("little", {{"internal.segment.bytes", "20000"}});
  broker.create_topic("much");
  for (int i = 0; i < 20; ++i) ASSERT_EQ(put(broker, "little", 1), ErrorCode::none);
  for (int i = 0; i < 400; ++i) ASSERT_EQ(put(broker, "much", 5000), ErrorCode::none);
  EXPECT_EQ(start_of(broker, "little"), 0);
  EXPECT_GT(start_of(broker, "much"), 300);
}

TEST_P(DiskBudgetTest, a_floor_is_kept_whatever_comes) {
  TestBroker broker(GetParam(), budget());
  broker.create_topic(
      "kept", {{"kelp.disk.budget.floor.bytes", "600000"}, {"internal.segment.bytes", "20000"}});
  broker.create_topic("other", {{"cleanup.policy", "compact"}});
  for (int i = 0; i < 70; ++i) ASSERT_EQ(put(broker, "kept"), ErrorCode::none);
  const int taken = fill(broker, "other");
  EXPECT_GT(taken, 35);
  EXPECT_GE(broker.log_bytes("kept"), 600'000U);
  EXPECT_LT(broker.log_bytes("kept"), 640'000U);

  wire::DescribeConfigsRequest request;
  request.resources.emplace_back().resource_type = kTopicResource;
  request.resources[0].resource_name = "kept";
  const auto answer = broker.call<wire::DescribeConfigsResponse>(request, 4);
  EXPECT_EQ(answer.results.at(0).configs.size(), 34U)
      << "our own keys are shown where they are set";
}

TEST_P(DiskBudgetTest, a_batch_that_never_fits_is_refused_and_costs_nobody_anything) {
  TestBroker broker(GetParam(), budget(100'000));
  broker.create_topic("t");
  ASSERT_EQ(put(broker, "t"), ErrorCode::none);
  EXPECT_EQ(put(broker, "t", 1000, 0, 200'000), ErrorCode::kafka_storage_error);
  EXPECT_EQ(start_of(broker, "t"), 0);
  EXPECT_EQ(put(broker, "t"), ErrorCode::none);
}

TEST(DiskBudgetOnDisk, fast_producers_wait_for_room_in_the_order_of_their_batches) {
  set_log_level(LogLevel::off);
  const engine::TestDirectory directory;
  const auto open = [&] {
    return std::move(*engine::open_disk_engine({.path = directory.path()}));
  };
  const std::vector<std::string> settings = {"kelp.disk.budget.bytes=1048576"};
  constexpr int kRequests = 600;
  {
    TestBroker broker(2, settings, 1, open());
    wire::CreateTopicsRequest create;
    create.topics.emplace_back().name = "t";
    create.topics[0].num_partitions = 1;
    create.topics[0].replication_factor = 1;
    broker.call<wire::CreateTopicsResponse>(create, 7);
    const std::string value(kValueBytes, 'v');
    const auto produce_all = [&]() -> rt::Task<int> {
      const engine::PartitionId id = broker.broker().image()->find("t")->partition_id(0);
      ShardState& owner = broker.broker().shards().owner_of(id);
      auto there = [&]() -> rt::Task<int> {
        const auto replica = owner.find(id);
        std::vector<rt::Task<ProduceOutcome>> all;
        for (int i = 0; i < kRequests; ++i) {
          record::BatchOptions options;
          options.producer_id = 7;
          options.producer_epoch = 0;
          options.base_sequence = i;
          record::BatchBuilder builder(options);
          record::NewRecord record;
          record.timestamp_ms = 1000;
          record.value = as_bytes(value);
          builder.add(record);
          ProduceTerms terms;
          terms.api_version = 9;
          all.push_back(replica->produce(*builder.build(), terms));
        }
        int stored = 0;
        for (auto& one : all) {
          const ProduceOutcome outcome = co_await one;
          EXPECT_EQ(outcome.error, ErrorCode::none) << name_of(outcome.error);
          EXPECT_EQ(outcome.base.value(), stored);
          ++stored;
        }
        co_return stored;
      };
      co_return co_await rt::call_on(owner.shard(), there);
    };
    EXPECT_EQ(broker.run(produce_all), kRequests);
    const DiskBudgetNumbers now = broker.broker().disk_budget_numbers();
    EXPECT_GT(now.appends_waited, 100U) << "all of them came at once";
    EXPECT_EQ(now.appends_refused, 0U);
    EXPECT_LE(now.used_bytes, kBudget);
  }
  TestBroker again(2, settings, 1, open());
  const DiskBudgetNumbers now = again.broker().disk_budget_numbers();
  EXPECT_EQ(now.used_bytes, again.log_bytes("t"));
  EXPECT_GT(now.used_bytes, kBudget / 2);
}

}  // namespace
}  // namespace kelp::broker
