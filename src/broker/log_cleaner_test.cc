// Compaction as a client sees it, with the clock in the test's hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <map>

#include "base/log.h"
#include "broker/test_broker.h"
#include "engine/disk/disk_engine.h"
#include "engine/test_engines.h"
#include "record/compression.h"
#include "record/reader.h"
#include "record/testing.h"
#include "wire/00_produce.h"
#include "wire/01_fetch.h"
#include "wire/02_list_offsets.h"
#include "wire/08_offset_commit.h"
#include "wire/09_offset_fetch.h"
#include "wire/10_find_coordinator.h"
#include "wire/19_create_topics.h"
#include "wire/20_delete_topics.h"
#include "wire/44_incremental_alter_configs.h"

namespace kelp::broker {
namespace {

struct Seen {
  std::map<int64_t, std::pair<std::string, std::optional<std::string>>> records;  // by offset
  /// As a reader that keeps a table of keys learns them.
  std::map<std::string, std::string> table() const {
    std::map<std::string, std::string> result;
    for (const auto& [offset, record] : records) {
      if (record.second) {
        result[record.first] = *record.second;
      } else {
        result.erase(record.first);
      }
    }
    return result;
  }
};

class LogCleanerTest : public testing::TestWithParam<size_t> {
 protected:
  void SetUp() override { set_log_level(LogLevel::off); }

  void create(TestBroker& broker, TestBroker::Configs configs) {
    const bool has_policy = !configs.empty() && configs.front().first == "cleanup.policy";
    if (!has_policy) configs.emplace_back("cleanup.policy", "compact");
    configs.emplace_back("internal.segment.bytes", "2000");
    broker.create_topic("t", configs);
  }

  /// One record; nothing: a tombstone.
  void put(TestBroker& broker, const std::string& key, const std::optional<std::string>& value,
           int64_t timestamp_ms) {
    record::BatchBuilder builder;
    record::NewRecord record;
    record.timestamp_ms = timestamp_ms;
    record.key = as_bytes(key);
    if (value) record.value = as_bytes(*value);
    builder.add(record);
    wire::ProduceRequest request;
    request.acks = -1;
    auto& data = request.topic_data.emplace_back();
    data.name = "t";
    data.partition_data.emplace_back().records = wire::Records(*builder.build());
    const auto response = broker.call<wire::ProduceResponse>(request, 9);
    ASSERT_EQ(response.responses.at(0).partition_responses.at(0).error_code, ErrorCode::none);
    if (value) {
      expected_[key] = *value;
    } else {
      expected_.erase(key);
    }
  }
  void put_many(TestBroker& broker, int count, int keys, int64_t timestamp_ms = 1000) {
    for (int i = 0; i < count; ++i) {
      put(broker, "k" + std::to_string(i % keys), std::to_string(written_++) + std::string(40, '.'),
          timestamp_ms);
    }
  }

  Seen read(TestBroker& broker, int64_t offset = 0, int64_t until = INT64_MAX) {
    Seen seen;
    for (;;) {
      wire::FetchRequest request;
      request.min_bytes = 0;
      request.max_bytes = 1 << 24;
      auto& wanted = request.topics.emplace_back();
      wanted.topic = "t";
      auto& partition = wanted.partitions.emplace_back();
      partition.fetch_offset = offset;
      partition.partition_max_bytes = 3000;
      const auto response = broker.call<wire::FetchResponse>(request, 11);
      const auto& data = response.responses.at(0).partitions.at(0);
      EXPECT_EQ(data.error_code, ErrorCode::none);
      if (data.records.size() == 0) return seen;
      record::BatchCursor batches(data.records.slice().bytes());
      while (const auto batch = batches.next()) {
        EXPECT_TRUE(batch->crc_is_right());
        if (batch->base_offset().value() >= until) return seen;
        offset = batch->next_offset().value();
        auto records = record::RecordReader::open(*batch);
        for (auto next = records->next(); *next != nullptr; next = records->next()) {
          auto& [key, value] = seen.records[(*next)->offset.value()];
          key = as_text(*(*next)->key);
          if ((*next)->value) value = as_text(*(*next)->value);
        }
      }
    }
  }

  std::map<std::string, std::string> expected_;
  int64_t written_ = 0;
};

INSTANTIATE_TEST_SUITE_P(shards, LogCleanerTest, testing::Values(1, 3));

TEST_P(LogCleanerTest, keeps_the_last_value_of_each_key_at_its_offset) {
  TestBroker broker(GetParam());
  create(broker, {});
  put_many(broker, 400, 20);
  const uint64_t before = broker.log_bytes("t");
  const CleanerCounts counts = broker.clean(5000);
  EXPECT_EQ(counts.cleanings, 1U);
  EXPECT_GT(counts.records_read, 350U);
  EXPECT_LE(counts.records_kept, 20U);
  EXPECT_LT(broker.log_bytes("t"), before / 5);
  const Seen seen = read(broker);
  EXPECT_EQ(seen.table(), expected_);
  EXPECT_LT(seen.records.size(), 60U);
  for (const auto& [offset, record] : seen.records) {
    EXPECT_EQ(record.second->substr(0, record.second->find('.')), std::to_string(offset));
  }
  EXPECT_EQ(broker.clean(5000).cleanings, 1U) << "there is nothing new";
  put_many(broker, 400, 30);
  EXPECT_EQ(broker.clean(5000).cleanings, 2U);
  EXPECT_EQ(read(broker).table(), expected_);

  wire::ListOffsetsRequest request;
  request.topics.emplace_back().name = "t";
  request.topics[0].partitions.emplace_back().timestamp = -3;
  const auto largest = broker.call<wire::ListOffsetsResponse>(request, 7);
  EXPECT_EQ(largest.topics.at(0).partitions.at(0).offset, read(broker).records.begin()->first);
}

TEST_P(LogCleanerTest, waits_for_the_dirty_ratio_and_the_lags) {
  TestBroker broker(GetParam());
  create(broker, {{"min.cleanable.dirty.ratio", "0.9"},
                  {"min.compaction.lag.ms", "5000"},
                  {"max.compaction.lag.ms", "20000"}});
  put_many(broker, 200, 150, 1000);
  EXPECT_EQ(broker.clean(5999).cleanings, 0U) << "too young";
  EXPECT_EQ(broker.clean(6001).cleanings, 1U);
  put_many(broker, 200, 150, 10'000);
  EXPECT_EQ(broker.clean(16'000).cleanings, 1U) << "not dirty enough";
  EXPECT_EQ(broker.clean(30'001).cleanings, 2U) << "waited for too long";
  EXPECT_EQ(read(broker).table(), expected_);
}

TEST_P(LogCleanerTest, forgets_a_tombstone_when_readers_had_time_to_see_it) {
  TestBroker broker(GetParam());
  create(broker, {{"delete.retention.ms", "1000"}, {"min.cleanable.dirty.ratio", "0"}});
  const auto tombstones = [&] {
    const Seen seen = read(broker);
    return std::ranges::count_if(seen.records,
                                 [](const auto& record) { return !record.second.second; });
  };
  put_many(broker, 50, 50);
  for (int i = 0; i < 10; ++i) put(broker, "k" + std::to_string(i), std::nullopt, 1000);
  put_many(broker, 100, 1);
  broker.clean(50'000);
  EXPECT_EQ(tombstones(), 9) << "k0 has a value again";
  put_many(broker, 100, 1);
  broker.clean(50'999);
  EXPECT_EQ(tombstones(), 9);
  put_many(broker, 100, 1);
  broker.clean(51'000);
  EXPECT_EQ(tombstones(), 0);
  EXPECT_EQ(read(broker).table(), expected_);
}

TEST_P(LogCleanerTest, leaves_other_topics_alone) {
  TestBroker broker(GetParam());
  create(broker, {{"cleanup.policy", "delete"}});
  put_many(broker, 100, 5);
  EXPECT_EQ(broker.clean(5000).cleanings, 0U);
  EXPECT_EQ(read(broker).records.size(), 100U);
}

TEST_P(LogCleanerTest, comes_to_the_end_also_when_its_memory_is_small) {
  TestBroker broker(GetParam(), {"log.cleaner.dedupe.buffer.size=3000"});
  create(broker, {{"min.cleanable.dirty.ratio", "0"}});
  put_many(broker, 1000, 400);
  const uint64_t before = broker.log_bytes("t");
  for (uint64_t done = 0, next = 0; (next = broker.clean(5000).cleanings) != done; done = next) {
    ASSERT_LT(next, 30U);
  }
  EXPECT_LT(broker.log_bytes("t"), before / 2);
  EXPECT_EQ(read(broker).table(), expected_);
}

TEST_P(LogCleanerTest, goes_by_bounds_that_are_changed_while_it_runs) {
  const auto cleanings = [this](bool is_changed) {
    TestBroker broker(GetParam());
    create(broker, {{"min.cleanable.dirty.ratio", "0"}});
    if (is_changed) {
      wire::IncrementalAlterConfigsRequest request;
      auto& resource = request.resources.emplace_back();
      resource.resource_type = kBrokerResource;
      auto& config = resource.configs.emplace_back();
      config.name = "log.cleaner.dedupe.buffer.size";
      config.value = "3000";
      const auto altered = broker.call<wire::IncrementalAlterConfigsResponse>(request, 1);
      EXPECT_EQ(altered.responses.at(0).error_code, ErrorCode::none);
    }
    put_many(broker, 1000, 400);
    uint64_t done = 0;
    for (uint64_t next = 0; (next = broker.clean(5000).cleanings) != done && next < 30;)
      done = next;
    return done;
  };
  EXPECT_EQ(cleanings(false), 1U);
  EXPECT_GT(cleanings(true), 1U);
}

/// A batch of the record `key`, `value` and then bytes that are no record.
Slice half_readable(const std::string& key, const std::string& value) {
  record::BatchOptions options;
  options.codec = record::Codec::lz4;
  record::BatchBuilder plain, builder(options);
  for (int i = 0; i < 2; ++i) {
    const record::NewRecord record{
        .timestamp_ms = 1000, .key = as_bytes(key), .value = as_bytes(value), .headers = {}};
    builder.add(record);
    if (i == 0) plain.add(record);
  }
  const Slice one = *plain.build();
  const Slice inside =
      record::testing::joined({one.from(record::kHeaderBytes), Slice::copy_of("no record")});
  return record::testing::with_payload(*builder.build(), *record::compress(options.codec, inside),
                                       2);
}

TEST_P(LogCleanerTest, a_batch_that_cannot_be_read_stays_and_so_does_what_it_would_replace) {
  TestBroker broker(GetParam());
  create(broker, {{"cleanup.policy", "delete"}});
  broker.keep_connection();
  const auto send = [&](Slice batch) {
    wire::ProduceRequest request;
    request.acks = -1;
    auto& data = request.topic_data.emplace_back();
    data.name = "t";
    data.partition_data.emplace_back().records = wire::Records(std::move(batch));
    const auto response = broker.call<wire::ProduceResponse>(request, 9);
    return response.responses.at(0).partition_responses.at(0).error_code;
  };
  ASSERT_EQ(send(batch_of(1, {.codec = record::Codec::lz4})), ErrorCode::none);
  put(broker, "lost", "its last readable value", 1000);
  ASSERT_EQ(send(half_readable("lost", "newer")), ErrorCode::none);
  put_many(broker, 400, 20);
  wire::IncrementalAlterConfigsRequest compact;
  auto& topic = compact.resources.emplace_back();
  topic.resource_type = 2;
  topic.resource_name = "t";
  auto& policy = topic.configs.emplace_back();
  policy.name = "cleanup.policy";
  policy.value = "compact";
  const auto altered = broker.call<wire::IncrementalAlterConfigsResponse>(compact, 1);
  ASSERT_EQ(altered.responses.at(0).error_code, ErrorCode::none);
  const uint64_t before = broker.log_bytes("t");
  for (uint64_t round = 1; round <= 2; ++round) {
    EXPECT_EQ(broker.clean(5000).cleanings, round);
    EXPECT_LT(broker.log_bytes("t"), before / 3);
    EXPECT_EQ(read(broker, 0, 2).records.at(1).second, "its last readable value");
    EXPECT_EQ(read(broker, 4).table().size(), 20U);
    put_many(broker, 400, 20);
  }
}

TEST_P(LogCleanerTest, gives_way_when_the_topic_is_deleted) {
  TestBroker broker(GetParam(), {"log.cleaner.io.max.bytes.per.second=10"});
  create(broker, {});
  put_many(broker, 200, 5);
  auto cleaning = std::async(std::launch::async, [&] { return broker.clean(5000); });
  wire::DeleteTopicsRequest request;
  request.topic_names = {"t"};
  request.timeout_ms = 1000;
  const auto deleted = broker.call<wire::DeleteTopicsResponse>(request, 5);
  EXPECT_EQ(deleted.responses.at(0).error_code, ErrorCode::none);
  EXPECT_EQ(cleaning.get().failures, 0U);
}

int64_t start_of(TestBroker& broker) {
  wire::ListOffsetsRequest request;
  request.topics.emplace_back().name = "t";
  request.topics[0].partitions.emplace_back().timestamp = -2;
  const auto earliest = broker.call<wire::ListOffsetsResponse>(request, 7);
  return earliest.topics.at(0).partitions.at(0).offset;
}

TEST_P(LogCleanerTest, segments_that_are_too_old_or_too_much_are_deleted) {
  TestBroker broker(GetParam());
  create(broker,
         {{"cleanup.policy", "delete"}, {"retention.ms", "1000"}, {"retention.bytes", "30000"}});
  put_many(broker, 100, 5, 1000);
  put_many(broker, 100, 5, 2000);
  broker.apply_retention(2000);
  EXPECT_EQ(start_of(broker), 0);
  broker.apply_retention(2001);
  const int64_t start = start_of(broker);
  EXPECT_GT(start, 60);
  EXPECT_LE(start, 100);
  EXPECT_EQ(read(broker, start).records.size(), static_cast<size_t>(200 - start));
  put_many(broker, 200, 5, 2000);
  broker.apply_retention(2001);
  EXPECT_GT(start_of(broker), start);
  EXPECT_GE(broker.log_bytes("t"), 30'000U);
  EXPECT_LT(broker.log_bytes("t"), 32'100U);
  EXPECT_EQ(broker.clean(5000).cleanings, 0U);
}

TEST_P(LogCleanerTest, an_idle_log_loses_also_what_it_wrote_last) {
  TestBroker broker(GetParam());
  create(broker, {{"cleanup.policy", "delete"}, {"retention.ms", "1000"}});
  put_many(broker, 60, 5, 1000);
  put(broker, "k", "last", 1500);
  broker.apply_retention(2500);
  EXPECT_GT(start_of(broker), 0);
  EXPECT_LT(start_of(broker), 61);
  broker.apply_retention(2501);
  EXPECT_EQ(start_of(broker), 61);
  EXPECT_EQ(broker.log_bytes("t"), 0U);
  put(broker, "k", "new", 2000);
  EXPECT_EQ(read(broker, 61).records.size(), 1U);
}

TEST_P(LogCleanerTest, a_log_of_no_size_keeps_nothing) {
  TestBroker broker(GetParam());
  create(broker, {{"cleanup.policy", "delete"}, {"retention.bytes", "0"}});
  put_many(broker, 10, 5);
  broker.apply_retention(1000);
  EXPECT_EQ(start_of(broker), 10);
}

TEST_P(LogCleanerTest, a_compacted_topic_is_not_trimmed_unless_it_says_so) {
  TestBroker broker(GetParam());
  create(broker, {{"retention.ms", "1"}, {"retention.bytes", "1"}});
  put_many(broker, 100, 5);
  broker.apply_retention(50'000);
  EXPECT_EQ(start_of(broker), 0);
}

/// The answer to one record of an idempotent producer.
wire::ProduceResponse::PartitionProduceResponse put_sequence(TestBroker& broker,
                                                             const std::string& key,
                                                             int64_t producer_id,
                                                             int32_t sequence) {
  record::BatchOptions options;
  options.producer_id = producer_id;
  options.producer_epoch = 0;
  options.base_sequence = sequence;
  record::BatchBuilder builder(options);
  const std::string value(50, 'v');
  record::NewRecord record;
  record.timestamp_ms = 1000;
  record.key = as_bytes(key);
  record.value = as_bytes(value);
  builder.add(record);
  wire::ProduceRequest request;
  request.acks = -1;
  auto& data = request.topic_data.emplace_back();
  data.name = "t";
  data.partition_data.emplace_back().records = wire::Records(*builder.build());
  const auto response = broker.call<wire::ProduceResponse>(request, 9);
  return response.responses.at(0).partition_responses.at(0);
}

TEST(LogCleanerOnDisk, a_producer_goes_on_although_all_of_its_records_were_compacted_away) {
  set_log_level(LogLevel::off);
  const engine::TestDirectory directory;
  const auto open = [&] {
    return std::move(*engine::open_disk_engine({.path = directory.path()}));
  };
  constexpr int64_t kFirst = 7, kSecond = 8;
  constexpr int32_t kLast = 9;
  int64_t last_offset = -1;
  {
    TestBroker broker(1, {}, 1, open());
    wire::CreateTopicsRequest create;
    auto& topic = create.topics.emplace_back();
    topic.name = "t";
    topic.num_partitions = topic.replication_factor = 1;
    for (const auto& [key, value] :
         {std::pair("cleanup.policy", "compact"), std::pair("internal.segment.bytes", "2000"),
          std::pair("min.cleanable.dirty.ratio", "0")}) {
      auto& config = topic.configs.emplace_back();
      config.name = key;
      config.value = value;
    }
    broker.call<wire::CreateTopicsResponse>(create, 7);
    for (int32_t i = 0; i <= kLast; ++i) {
      last_offset = put_sequence(broker, "k", kFirst, i).base_offset;
    }
    for (int32_t i = 0; i < 100; ++i) put_sequence(broker, "k", kSecond, i);
    for (int i = 0; i < 200 && broker.log_bytes("t") > 3000; ++i) broker.clean(5000);
    ASSERT_LE(broker.log_bytes("t"), 3000U) << "one record, and a header without one";
  }
  // What it remembers is read from the log alone.
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory.path())) {
    const std::string name = entry.path().filename().string();
    if (name.find("snapshot") != std::string::npos) std::filesystem::remove(entry.path());
  }
  TestBroker again(1, {}, 1, open());
  const auto repeated = put_sequence(again, "k", kFirst, kLast);
  EXPECT_EQ(repeated.error_code, ErrorCode::none);
  EXPECT_EQ(repeated.base_offset, last_offset) << "a duplicate";
  EXPECT_EQ(put_sequence(again, "k", kFirst, kLast + 2).error_code,
            ErrorCode::out_of_order_sequence_number);
  EXPECT_EQ(put_sequence(again, "k", kFirst, kLast + 1).error_code, ErrorCode::none);
}

TEST(LogCleanerOnDisk, two_hundred_thousand_commits_of_a_hundred_keys_are_a_small_log) {
  set_log_level(LogLevel::off);
  const engine::TestDirectory directory;
  const std::vector<std::string> overrides = {
      "offsets.topic.num.partitions=1", "offsets.topic.segment.bytes=1048576",
      "kelp.flush.acks.all=false", "log.cleaner.backoff.ms=3600000"};  // never by itself
  const auto open = [&] {
    return std::move(*engine::open_disk_engine({.path = directory.path()}));
  };
  constexpr int kKeys = 100, kRounds = 2000;
  uint64_t cleaned_bytes = 0;
  {
    TestBroker broker(1, overrides, 1, open());
    wire::CreateTopicsRequest create;
    create.topics.emplace_back().name = "t";
    create.topics[0].num_partitions = kKeys;
    create.topics[0].replication_factor = 1;
    broker.call<wire::CreateTopicsResponse>(create, 7);
    wire::FindCoordinatorRequest find;
    find.coordinator_key = "g";
    ASSERT_EQ(broker.call<wire::FindCoordinatorResponse>(find, 3).error_code, ErrorCode::none);
    for (int round = 1; round <= kRounds; ++round) {
      wire::OffsetCommitRequest commit;
      commit.group_id = "g";
      auto& topic = commit.topics.emplace_back();
      topic.name = "t";
      for (int32_t i = 0; i < kKeys; ++i) {
        auto& partition = topic.partitions.emplace_back();
        partition.partition_index = i;
        partition.committed_offset = int64_t{round} * 1000 + i;
      }
      const auto answer = broker.call<wire::OffsetCommitResponse>(commit, 7);
      ASSERT_EQ(answer.topics.at(0).partitions.at(kKeys - 1).error_code, ErrorCode::none);
    }
    const uint64_t before = broker.log_bytes("__consumer_offsets");
    EXPECT_GT(before, 8U << 20);
    // Segments become durable behind the back of the writer: the last may need another moment.
    for (int i = 0; i < 200 && broker.log_bytes("__consumer_offsets") > (1U << 20) + 20'000; ++i) {
      broker.clean(rt::wall_clock_ms());
    }
    cleaned_bytes = broker.log_bytes("__consumer_offsets");
    EXPECT_LE(cleaned_bytes, (1U << 20) + 20'000);
  }
  TestBroker again(1, overrides, 1, open());
  EXPECT_EQ(again.log_bytes("__consumer_offsets"), cleaned_bytes);
  wire::OffsetFetchRequest fetch;
  fetch.group_id = "g";
  wire::OffsetFetchResponse answer;
  do {
    answer = again.call<wire::OffsetFetchResponse>(fetch, 7);
  } while (answer.error_code == ErrorCode::coordinator_load_in_progress);
  ASSERT_EQ(answer.topics.at(0).partitions.size(), static_cast<size_t>(kKeys));
  for (const auto& partition : answer.topics[0].partitions) {
    EXPECT_EQ(partition.committed_offset, kRounds * 1000 + partition.partition_index);
  }
}

}  // namespace
}  // namespace kelp::broker
