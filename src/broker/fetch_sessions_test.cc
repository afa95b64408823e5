// Fetch sessions where they meet shards: partitions, sessions and connections each on their own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "broker/api/handlers.h"
#include "broker/test_broker.h"

namespace kelp::broker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int16_t kVersion = 12;
constexpr int32_t kPartitions = 12;

class FetchSessionsTest : public testing::TestWithParam<size_t> {
 protected:
  TestBroker broker{GetParam()};
  int32_t id = 0;
  int32_t epoch = 0;

  void create(const std::string& name, int32_t partitions) {
    wire::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = 1;
    const auto made = broker.call<wire::CreateTopicsResponse>(request, 7);
    ASSERT_EQ(made.topics.at(0).error_code, ErrorCode::none);
  }
  void append(int32_t partition) {
    wire::ProduceRequest request;
    request.acks = 1;
    auto& data = request.topic_data.emplace_back();
    data.name = "t";
    data.partition_data.emplace_back().index = partition;
    data.partition_data.back().records = wire::Records(batch_of(1));
    const auto answer = broker.call<wire::ProduceResponse>(request, 9);
    ASSERT_EQ(answer.responses.at(0).partition_responses.at(0).error_code, ErrorCode::none);
  }

  static wire::FetchRequest asking(const std::vector<std::pair<int32_t, int64_t>>& partitions) {
    wire::FetchRequest request;
    auto& topic = request.topics.emplace_back();
    topic.topic = "t";
    for (const auto& [index, offset] : partitions) {
      auto& partition = topic.partitions.emplace_back();
      partition.partition = index;
      partition.fetch_offset = offset;
      partition.partition_max_bytes = 1 << 20;
    }
    return request;
  }
  static wire::FetchRequest forgetting(std::vector<int32_t> partitions) {
    wire::FetchRequest request;
    auto& topic = request.forgotten_topics_data.emplace_back();
    topic.topic = "t";
    topic.partitions = std::move(partitions);
    return request;
  }
  wire::FetchRequest next(wire::FetchRequest request = {}) {
    request.session_id = id;
    request.session_epoch = epoch++;
    return request;
  }
  wire::FetchResponse go_on(wire::FetchRequest request = {}) {
    auto answer = broker.call<wire::FetchResponse>(next(std::move(request)), kVersion);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    return answer;
  }
  /// A session of all partitions of a fresh topic, from their ends, that has heard of each.
  void begin() {
    create("t", kPartitions);
    std::vector<std::pair<int32_t, int64_t>> all;
    for (int32_t i = 0; i < kPartitions; ++i) all.emplace_back(i, 0);
    id = go_on(asking(all)).session_id;
    EXPECT_GT(id, 0);
    EXPECT_THAT(go_on().responses, IsEmpty());
  }
  static std::vector<int32_t> indexes_of(const wire::FetchResponse& answer) {
    std::vector<int32_t> indexes;
    for (const auto& topic : answer.responses) {
      for (const auto& each : topic.partitions) indexes.push_back(each.partition_index);
    }
    return indexes;
  }
  /// Fetches with patience; meanwhile `happen` happens, again and again.
  wire::FetchResponse waited_for(const std::function<void()>& happen) {
    wire::FetchRequest request = next();
    request.min_bytes = 1;
    request.max_wait_ms = 60'000;
    auto waiting = std::async(std::launch::async,
                              [&] { return broker.call<wire::FetchResponse>(request, kVersion); });
    while (waiting.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) happen();
    return waiting.get();
  }

  size_t watchers_of(int32_t partition) {
    return broker.run([&]() -> rt::Task<size_t> {
      const auto where = broker.broker().image()->find("t")->partition_id(partition);
      ShardState& owner = broker.broker().shards().owner_of(where);
      auto there = [&]() -> rt::Task<size_t> { co_return owner.find(where)->watchers().size(); };
      co_return co_await rt::call_on(owner.shard(), there);
    });
  }
  uint64_t counted(net::Counter FetchSessionCounters::* counter) {
    uint64_t sum = 0;
    for (size_t i = 0; i < GetParam(); ++i) {
      const ShardState& shard = broker.broker().shards().at(i);
      sum += (shard.fetch_sessions(0).counters().*counter).value();
    }
    return sum;
  }
};

INSTANTIATE_TEST_SUITE_P(shards, FetchSessionsTest, testing::Values(1, 3));

TEST_P(FetchSessionsTest, only_what_is_new_comes_from_whichever_shard) {
  begin();
  for (int32_t i = 0; i < kPartitions; ++i) {
    append(i);
    EXPECT_THAT(indexes_of(go_on()), ElementsAre(i));
    EXPECT_THAT(indexes_of(go_on(asking({{i, 1}}))), IsEmpty());
  }
}

TEST_P(FetchSessionsTest, it_goes_on_over_connections_of_every_shard_and_is_closed_over_any) {
  for (size_t maker = 0; maker < GetParam(); ++maker) {
    broker.connect_to(maker);
    epoch = id = 0;
    if (maker == 0) begin();
    if (maker > 0) id = go_on(asking({{0, 0}, {1, 0}})).session_id;
    EXPECT_EQ(static_cast<size_t>(id) % GetParam(), maker);
    for (size_t other = 0; other < GetParam(); ++other) {
      broker.connect_to(other);
      EXPECT_EQ(go_on().session_id, id);
    }
    wire::FetchRequest closing;
    closing.session_id = id;
    EXPECT_EQ(broker.call<wire::FetchResponse>(closing, kVersion).session_id, 0);
    EXPECT_EQ(broker.call<wire::FetchResponse>(next(), kVersion).error_code,
              ErrorCode::fetch_session_id_not_found);
  }
}

TEST_P(FetchSessionsTest, records_of_any_partition_end_its_wait_over_any_connection) {
  begin();
  for (int32_t i = 0; i < kPartitions; ++i) {
    broker.connect_to(static_cast<size_t>(i) % GetParam());
    int64_t appended = 0;
    const auto answer = waited_for([&] {
      append(i);
      ++appended;
    });
    EXPECT_THAT(indexes_of(answer), ElementsAre(i));
    go_on(asking({{i, appended}}));
  }
}

TEST_P(FetchSessionsTest, the_end_of_its_client_ends_its_wait) {
  begin();
  for (size_t shard = 0; shard < GetParam(); ++shard) {
    broker.connect_to(shard);
    wire::FetchRequest request = next();
    request.min_bytes = 1;
    request.max_wait_ms = 60'000;
    wire::RequestHeader header;
    const wire::Frame frame = wire::encode_request(header, request, kVersion);
    const net::Answer answer = broker.run([&]() -> rt::Task<net::Answer> {
      auto peer = std::make_shared<net::Peer>();
      rt::Task<net::Answer> answering =
          broker.broker().serve(peer, Slice::copy_of(frame.bytes.slice().from(4).bytes()));
      peer->leaving = true;
      broker.broker().disconnected(peer);
      co_return co_await answering;
    });
    EXPECT_EQ(answer.kind, net::Answer::Kind::reply);
  }
}

TEST_P(FetchSessionsTest, a_partition_that_is_forgotten_and_asked_for_again_is_watched_once) {
  begin();
  for (int round = 0; round < 20; ++round) {
    EXPECT_THAT(indexes_of(go_on(forgetting({3, 4}))), IsEmpty());
    EXPECT_EQ(watchers_of(3), 0U);
    EXPECT_THAT(indexes_of(go_on(asking({{3, 0}, {4, 0}}))), ElementsAre(3, 4));
    EXPECT_EQ(watchers_of(3), 1U);
    EXPECT_THAT(indexes_of(go_on()), IsEmpty());
  }
  append(3);
  EXPECT_THAT(indexes_of(go_on()), ElementsAre(3));
  EXPECT_EQ(watchers_of(5), 1U);
}

TEST_P(FetchSessionsTest, other_topics_that_come_and_go_change_nothing) {
  begin();
  for (const char* name : {"u", "v"}) {
    create(name, 1);
    EXPECT_THAT(indexes_of(go_on()), IsEmpty());
  }
  append(7);
  EXPECT_THAT(indexes_of(go_on()), ElementsAre(7));
}

TEST_P(FetchSessionsTest, a_topic_that_goes_ends_the_wait_of_a_session_that_has_others) {
  begin();
  create("u", 1);
  wire::FetchRequest more = asking({{0, 0}});
  more.topics[0].topic = "u";
  go_on(std::move(more));
  int calls = 0;
  const auto answer = waited_for([&] {
    if (++calls != 50) return;  // it waits by now; else it is answered when its time is over
    wire::DeleteTopicsRequest deletion;
    deletion.topic_names = {"u"};
    deletion.timeout_ms = 1000;
    const auto deleted = broker.call<wire::DeleteTopicsResponse>(deletion, 5);
    EXPECT_EQ(deleted.responses.at(0).error_code, ErrorCode::none);
  });
  ASSERT_EQ(answer.responses.size(), 1U);
  EXPECT_EQ(answer.responses[0].topic, "u");
  EXPECT_EQ(answer.responses[0].partitions.at(0).error_code, ErrorCode::unknown_topic_or_partition);
}

TEST_P(FetchSessionsTest, sessions_and_their_partitions_are_counted) {
  begin();
  EXPECT_EQ(counted(&FetchSessionCounters::sessions), 1U);
  EXPECT_EQ(counted(&FetchSessionCounters::partitions), static_cast<uint64_t>(kPartitions));
  go_on(forgetting({0, 1}));
  EXPECT_EQ(counted(&FetchSessionCounters::partitions), static_cast<uint64_t>(kPartitions) - 2);
  go_on(forgetting({2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
  EXPECT_EQ(counted(&FetchSessionCounters::sessions), 0U);
  EXPECT_EQ(counted(&FetchSessionCounters::partitions), 0U);
}

TEST(FetchSessionsOfNodes, each_node_has_its_own_and_a_moved_leader_is_told) {
  TestBroker broker(2, {}, 3);
  wire::CreateTopicsRequest creation;
  auto& made = creation.topics.emplace_back();
  made.name = "t";
  made.num_partitions = made.replication_factor = -1;
  auto& assignment = made.assignments.emplace_back();
  assignment.broker_ids = {1, 2};
  const auto created = broker.call<wire::CreateTopicsResponse>(creation, 7).topics.at(0);
  for (const int16_t version : {15, 16}) {
    wire::FetchRequest request;
    request.session_epoch = 0;
    request.topics.emplace_back().topic_id = created.topic_id;
    request.topics[0].partitions.emplace_back();
    const int32_t leader = version == 15 ? 1 : 2, next = version == 15 ? 2 : 1;
    const auto node = static_cast<size_t>(leader - 1);
    const auto begun = broker.call<wire::FetchResponse>(request, version, node);
    ASSERT_GT(begun.session_id, 0);
    wire::FetchRequest going_on;
    going_on.session_id = begun.session_id;
    going_on.session_epoch = 1;
    EXPECT_EQ(broker.call<wire::FetchResponse>(going_on, version, 2).error_code,
              ErrorCode::fetch_session_id_not_found);
    EXPECT_THAT(broker.call<wire::FetchResponse>(going_on, version, node).responses, IsEmpty());

    wire::AlterPartitionReassignmentsRequest move;
    auto& moved = move.topics.emplace_back();
    moved.name = "t";
    moved.partitions.emplace_back().replicas = {{next, leader}};
    broker.call<wire::AlterPartitionReassignmentsResponse>(move, 1);
    going_on.session_epoch = 2;
    going_on.min_bytes = 1;
    going_on.max_wait_ms = 60'000;  // it does not wait
    const auto told = broker.call<wire::FetchResponse>(going_on, version, node);
    const auto& partition = told.responses.at(0).partitions.at(0);
    EXPECT_EQ(partition.error_code, ErrorCode::not_leader_or_follower);
    EXPECT_EQ(partition.current_leader.leader_id, version >= 16 ? next : -1);
    EXPECT_EQ(told.node_endpoints.size(), version >= 16 ? 1U : 0U);

    request.session_epoch = -1;
    request.topics[0].partitions[0].current_leader_epoch = 0;  // of the first leader
    const auto fenced =
        broker.call<wire::FetchResponse>(request, version, static_cast<size_t>(next - 1));
    const auto& refused = fenced.responses.at(0).partitions.at(0);
    EXPECT_EQ(refused.error_code, ErrorCode::fenced_leader_epoch);
    EXPECT_EQ(refused.current_leader.leader_id, version >= 16 ? next : -1);
  }
}

}  // namespace
}  // namespace kelp::broker
