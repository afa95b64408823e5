// What Kafka answers to Fetch: what comes along, what is waited for, and how errors look.
#include "conformance/behaviour_fetch.h"

#include <chrono>

namespace kelp::test {
namespace {

using std::chrono::milliseconds;

constexpr std::initializer_list<int16_t> kVersions = {4, 7, 11, 12, 13, 18};
constexpr int16_t kFirstWithEpochs = 9;
constexpr int16_t kFirstWithReplicaState = 15;
/// Of the topic of most tests: batches at 0, 10, 20, 30 and 40.
constexpr int kBatches = 5, kRecordsInBatch = 10, kEnd = 50;
/// Long enough to tell an answer at once from one that was waited for, on a loaded machine too.
constexpr int32_t kLongWaitMs = 10'000;
constexpr int32_t kShortWaitMs = 60;

class BehaviourFetch : public Behaviour {
 protected:
  static Slice batch() { return batch_of(kRecordsInBatch); }

  Topic filled_topic(int32_t partitions = 1) {
    const Topic topic = fresh_topic(partitions);
    for (int i = 0; i < kBatches; ++i) EXPECT_EQ(produce(topic, batch()).base_offset, 10 * i);
    return topic;
  }

  FetchResponse fetch(const FetchRequest& request, int16_t version) {
    return ask<FetchResponse>(request, version);
  }
  Fetched fetch_one(const FetchRequest& request, int16_t version) {
    return fetch(request, version).responses.at(0).partitions.at(0);
  }

  /// The answer, which has to come at once although the request is ready to wait.
  FetchResponse at_once(FetchRequest request, int16_t version) {
    request.min_bytes = 1;
    request.max_wait_ms = kLongWaitMs;
    const auto start = std::chrono::steady_clock::now();
    FetchResponse response = fetch(request, version);
    EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(kLongWaitMs) / 2);
    return response;
  }
  /// The answer, which has to come when the time is over.
  FetchResponse waited_for(FetchRequest request, int16_t version, int32_t min_bytes = 1) {
    request.min_bytes = min_bytes;
    request.max_wait_ms = kShortWaitMs;
    const auto start = std::chrono::steady_clock::now();
    FetchResponse response = fetch(request, version);
    EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(kShortWaitMs));
    return response;
  }

  static void expect_error_of_log(const Fetched& answer, ErrorCode error) {
    EXPECT_EQ(answer.error_code, error);
    EXPECT_EQ(answer.high_watermark, -1);
    EXPECT_EQ(answer.last_stable_offset, -1);
    EXPECT_EQ(answer.log_start_offset, -1);
    EXPECT_EQ(answer.aborted_transactions, std::nullopt);
    EXPECT_EQ(answer.records.size(), 0U);
  }
};

TEST_F(BehaviourFetch, whole_batches_come_from_the_one_that_holds_the_offset) {
  const Topic topic = filled_topic();
  at_versions(kVersions, [&](int16_t version) {
    const Fetched answer = fetch_one(request_for(topic, {from(27)}), version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_THAT(bases_of(answer), ElementsAre(20, 30, 40));
    EXPECT_EQ(answer.high_watermark, kEnd);
    EXPECT_EQ(answer.last_stable_offset, kEnd);
    EXPECT_EQ(answer.log_start_offset, version >= 5 ? 0 : -1);
    EXPECT_EQ(answer.preferred_read_replica, -1);
  });
}

TEST_F(BehaviourFetch, at_the_end_it_waits_and_then_gives_empty_records_that_are_not_null) {
  const Topic topic = filled_topic();
  at_versions(kVersions, [&](int16_t version) {
    const FetchRequest request = request_for(topic, {from(kEnd)});
    const Fetched answer = waited_for(request, version).responses.at(0).partitions.at(0);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_EQ(answer.high_watermark, kEnd);
    EXPECT_FALSE(answer.records.is_null());
    EXPECT_EQ(answer.records.size(), 0U);
  });
}

TEST_F(BehaviourFetch, an_offset_out_of_range_is_1_at_once_without_any_offsets) {
  const Topic topic = filled_topic();
  at_versions(kVersions, [&](int16_t version) {
    for (const int64_t offset : {kEnd + 1, -1}) {
      for (const int8_t isolation : {int8_t{0}, int8_t{1}}) {
        FetchRequest request = request_for(topic, {from(offset)});
        request.isolation_level = isolation;
        expect_error_of_log(at_once(request, version).responses.at(0).partitions.at(0),
                            ErrorCode::offset_out_of_range);
      }
    }
  });
}

TEST_F(BehaviourFetch, an_unknown_topic_or_partition_is_3_and_an_unknown_id_100) {
  const Topic topic = fresh_topic();
  const Topic nobodys{"nobody-made-it", kNobodysId};
  at_versions(kVersions, [&](int16_t version) {
    const ErrorCode unknown_topic =
        version >= 13 ? ErrorCode::unknown_topic_id : ErrorCode::unknown_topic_or_partition;
    const auto expect = [&](const FetchRequest& request, ErrorCode error) {
      const Fetched answer = at_once(request, version).responses.at(0).partitions.at(0);
      EXPECT_EQ(answer.error_code, error);
      EXPECT_EQ(answer.high_watermark, -1);
      EXPECT_TRUE(answer.aborted_transactions.has_value());  // an empty list, unlike the log's
    };
    expect(request_for(nobodys, {from(0)}), unknown_topic);
    expect(request_for(topic, {from(0, 9)}), ErrorCode::unknown_topic_or_partition);
    expect(request_for(topic, {from(0, -1)}), ErrorCode::unknown_topic_or_partition);
  });
}

TEST_F(BehaviourFetch, aborted_transactions_are_null_unless_read_committed_asks) {
  const Topic topic = filled_topic();
  at_versions(kVersions, [&](int16_t version) {
    FetchRequest request = request_for(topic, {from(0)});
    EXPECT_EQ(fetch_one(request, version).aborted_transactions, std::nullopt);
    request.isolation_level = 1;
    const Fetched committed = fetch_one(request, version);
    ASSERT_TRUE(committed.aborted_transactions.has_value());
    EXPECT_THAT(*committed.aborted_transactions, IsEmpty());
    EXPECT_EQ(bases_of(committed).size(), 5U);
  });
}

TEST_F(BehaviourFetch, the_first_batch_comes_whole_whatever_the_limits) {
  const Topic topic = filled_topic(2);
  at_versions(kVersions, [&](int16_t version) {
    for (const int32_t limit : {0, 1}) {
      const Fetched by_partition = fetch_one(request_for(topic, {from(10, 0, limit)}), version);
      EXPECT_THAT(bases_of(by_partition), ElementsAre(10));
      FetchRequest whole = request_for(topic, {from(0, 1), from(0, 0)});
      whole.max_bytes = limit;
      const auto answers = fetch(whole, version).responses.at(0).partitions;
      EXPECT_THAT(bases_of(answers.at(0)), IsEmpty());
      EXPECT_THAT(bases_of(answers.at(1)), ElementsAre(0));
    }
  });
}

TEST_F(BehaviourFetch, only_the_first_partition_that_has_records_may_exceed_the_limits) {
  const Topic one = filled_topic(), other = filled_topic();
  at_versions(kVersions, [&](int16_t version) {
    FetchRequest request = request_for(one, {from(0)});
    add(request, other, {from(0)});
    request.max_bytes = 1;
    const FetchResponse answer = fetch(request, version);
    EXPECT_THAT(bases_of(answer.responses.at(0).partitions.at(0)), ElementsAre(0));
    EXPECT_THAT(bases_of(answer.responses.at(1).partitions.at(0)), IsEmpty());
  });
}

TEST_F(BehaviourFetch, room_for_one_and_a_half_batches_gives_one) {  // Kafka cuts the second
  const Topic topic = filled_topic();
  const auto size = static_cast<int32_t>(batch().size());
  at_versions(kVersions, [&](int16_t version) {
    for (const int32_t limit : {size, size * 3 / 2}) {
      EXPECT_THAT(bases_of(fetch_one(request_for(topic, {from(10, 0, limit)}), version)),
                  ElementsAre(10));
    }
  });
}

TEST_F(BehaviourFetch, a_negative_limit_is_0_and_an_unknown_isolation_level_read_uncommitted) {
  const Topic topic = filled_topic();  // Kafka bug: -1
  at_versions(kVersions, [&](int16_t version) {
    FetchRequest request = request_for(topic, {from(0, 0, -1)});
    EXPECT_THAT(bases_of(fetch_one(request, version)), ElementsAre(0));
    request = request_for(topic, {from(0)});
    request.isolation_level = 7;
    EXPECT_EQ(bases_of(fetch_one(request, version)).size(), 5U);
  });
}

TEST_F(BehaviourFetch, of_a_partition_that_comes_twice_the_last_one_counts) {
  const Topic topic = filled_topic(2);
  at_versions(kVersions, [&](int16_t version) {
    FetchRequest request = request_for(topic, {from(0), from(0, 1), from(40)});
    const auto in_a_topic = fetch(request, version).responses;
    ASSERT_EQ(in_a_topic.size(), 1U);
    ASSERT_EQ(in_a_topic[0].partitions.size(), 2U);
    EXPECT_EQ(in_a_topic[0].partitions[0].partition_index, 0);  // in the place of the first
    EXPECT_THAT(bases_of(in_a_topic[0].partitions[0]), ElementsAre(40));

    request = request_for(topic, {from(0)});
    add(request, topic, {from(40)});
    const auto topic_twice = fetch(request, version).responses;
    ASSERT_EQ(topic_twice.size(), 1U);
    ASSERT_EQ(topic_twice[0].partitions.size(), 1U);
    EXPECT_THAT(bases_of(topic_twice[0].partitions[0]), ElementsAre(40));
  });
}

TEST_F(BehaviourFetch, fewer_than_min_bytes_are_waited_for_and_then_returned) {
  const Topic topic = filled_topic();
  at_versions(kVersions, [&](int16_t version) {
    const auto answer = waited_for(request_for(topic, {from(40)}), version, 1'000'000);
    EXPECT_THAT(bases_of(answer.responses.at(0).partitions.at(0)), ElementsAre(40));
  });
}

TEST_F(BehaviourFetch, records_that_come_meanwhile_end_the_wait) {
  at_versions(kVersions, [&](int16_t version) {
    const Topic topic = fresh_topic();
    FetchRequest request = request_for(topic, {from(0)});
    request.min_bytes = 1;
    request.max_wait_ms = 60'000;
    auto consumer = connect();
    const auto sent = consumer.send(request, version);
    ASSERT_TRUE(sent.has_value());
    EXPECT_EQ(produce(topic, batch()).error_code, ErrorCode::none);
    const auto answer = consumer.receive<FetchResponse>(version, *sent);
    ASSERT_TRUE(answer.has_value()) << answer.error().text();
    EXPECT_THAT(bases_of(answer->responses.at(0).partitions.at(0)), ElementsAre(0));
  });
}

TEST_F(BehaviourFetch, min_bytes_of_0_and_a_wait_of_0_or_less_are_answered_at_once) {
  const Topic topic = filled_topic();
  at_versions(kVersions, [&](int16_t version) {
    FetchRequest request = request_for(topic, {from(kEnd)});
    request.max_wait_ms = 60'000;
    request.min_bytes = 0;
    EXPECT_EQ(fetch_one(request, version).high_watermark, kEnd);
    request.min_bytes = 1;
    for (const int32_t wait_ms : {0, -1}) {
      request.max_wait_ms = wait_ms;
      EXPECT_EQ(fetch_one(request, version).high_watermark, kEnd);
    }
  });
}

TEST_F(BehaviourFetch, no_topics_or_a_topic_without_partitions_is_answered_at_once_with_nothing) {
  const Topic topic = fresh_topic();
  at_versions(kVersions, [&](int16_t version) {
    EXPECT_THAT(at_once(FetchRequest(), version).responses, IsEmpty());
    EXPECT_THAT(at_once(request_for(topic, {}), version).responses, IsEmpty());
  });
}

TEST_F(BehaviourFetch, an_unknown_topic_beside_an_empty_one_waits_but_an_error_of_a_log_does_not) {
  const Topic topic = filled_topic(), empty = fresh_topic();
  at_versions(kVersions, [&](int16_t version) {
    FetchRequest unknown = request_for({"nobody-made-it", kNobodysId}, {from(0)});
    add(unknown, empty, {from(0)});
    EXPECT_EQ(waited_for(unknown, version).responses.size(), 2U);
    FetchRequest out_of_range = request_for(topic, {from(99)});
    add(out_of_range, empty, {from(0)});
    EXPECT_EQ(at_once(out_of_range, version).responses.size(), 2U);
  });
}

TEST_F(BehaviourFetch, a_current_leader_epoch_from_the_future_is_75) {
  const Topic topic = filled_topic();
  at_versions({kFirstWithEpochs, 12, 13, 18}, [&](int16_t version) {
    FetchRequest request = request_for(topic, {from(0)});
    auto& wanted = request.topics[0].partitions[0];
    wanted.current_leader_epoch = 5;
    expect_error_of_log(at_once(request, version).responses.at(0).partitions.at(0),
                        ErrorCode::unknown_leader_epoch);
    wanted.current_leader_epoch = 0;
    EXPECT_EQ(fetch_one(request, version).error_code, ErrorCode::none);
  });
}

TEST_F(BehaviourFetch, a_log_that_diverges_is_told_where_its_epoch_ended) {
  const Topic topic = filled_topic(), empty = fresh_topic();
  at_versions({12, 13, 18}, [&](int16_t version) {
    const auto with_epoch = [&](const Topic& of, int64_t offset, int32_t last_fetched) {
      FetchRequest request = request_for(of, {from(offset)});
      request.topics[0].partitions[0].last_fetched_epoch = last_fetched;
      return at_once(request, version).responses.at(0).partitions.at(0);
    };
    const Fetched beyond = with_epoch(topic, 60, 0);
    EXPECT_EQ(beyond.error_code, ErrorCode::none);
    EXPECT_EQ(beyond.diverging_epoch.epoch, 0);
    EXPECT_EQ(beyond.diverging_epoch.end_offset, kEnd);
    EXPECT_EQ(beyond.records.size(), 0U);
    const Fetched beyond_empty = with_epoch(empty, 5, 0);
    EXPECT_EQ(beyond_empty.error_code, ErrorCode::none);
    EXPECT_EQ(beyond_empty.diverging_epoch.epoch, 0);
    EXPECT_EQ(beyond_empty.diverging_epoch.end_offset, 0);
    EXPECT_THAT(bases_of(with_epoch(topic, 20, 0)), ElementsAre(20, 30, 40));
    expect_error_of_log(with_epoch(topic, 20, 3), ErrorCode::offset_out_of_range);
  });
}

TEST_F(BehaviourFetch, a_replica_that_is_no_follower_is_6_and_the_debugging_one_a_consumer) {
  const Topic topic = filled_topic();
  at_versions(kVersions, [&](int16_t version) {
    const auto as_replica = [&](int32_t replica) {
      FetchRequest request = request_for(topic, {from(40)});
      (version >= kFirstWithReplicaState ? request.replica_state.replica_id : request.replica_id) =
          replica;
      return fetch_one(request, version);
    };
    for (const int32_t replica : {1, 5}) {
      expect_error_of_log(as_replica(replica), ErrorCode::not_leader_or_follower);
    }
    for (const int32_t replica : {-2, -3}) {
      EXPECT_THAT(bases_of(as_replica(replica)), ElementsAre(40));
    }
  });
}

}  // namespace
}  // namespace kelp::test
