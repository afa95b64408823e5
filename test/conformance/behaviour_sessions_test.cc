// What Kafka answers in fetch sessions (KIP-227): when one is made, kept and closed, which
// partitions an incremental answer has, and in which order they are served.
#include <chrono>

#include "conformance/behaviour_fetch.h"
#include "wire/20_delete_topics.h"
#include "wire/21_delete_records.h"

namespace kelp::test {
namespace {

using std::chrono::milliseconds;

constexpr std::initializer_list<int16_t> kVersions = {7, 11, 12, 13, 18};
constexpr int16_t kFirstWithTopicIds = 13;
constexpr int32_t kWaitMs = 30;          // for what does not come
constexpr int32_t kLongWaitMs = 60'000;  // for what does

/// One partition of an answer, in short.
struct Told {
  std::string topic;  // or an id
  int32_t partition;
  ErrorCode error;
  int64_t high_watermark;
  size_t record_bytes;
  friend bool operator==(const Told&, const Told&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Told& told) {
    return out << told.topic << "-" << told.partition << " error " << static_cast<int>(told.error)
               << " hw " << told.high_watermark << " bytes " << told.record_bytes;
  }
};

std::vector<Told> told_by(const FetchResponse& answer) {
  std::vector<Told> all;
  for (const auto& topic : answer.responses) {
    for (const Fetched& each : topic.partitions) {
      all.push_back({topic.topic.empty() ? topic.topic_id.text() : topic.topic,
                     each.partition_index, each.error_code, each.high_watermark,
                     each.records.size()});
    }
  }
  return all;
}

/// A consumer that fetches in a session, with the next epoch each time.
class Consumer {
 public:
  Consumer(TypedClient client, int16_t version) : client_(std::move(client)), version_(version) {}

  FetchRequest next(FetchRequest request = {}) {
    request.session_id = id;
    request.session_epoch = epoch++;
    request.min_bytes = 1;
    request.max_wait_ms = kWaitMs;
    return request;
  }
  FetchResponse fetch(const FetchRequest& request) { return fetch(request, version_); }
  FetchResponse fetch(const FetchRequest& request, int16_t version) {
    auto answer = client_.call<FetchResponse>(request, version);
    EXPECT_TRUE(answer.has_value()) << answer.error().text();
    return answer.has_value() ? *std::move(answer) : FetchResponse();
  }
  /// Begins a session.
  FetchResponse begin(FetchRequest request, int32_t max_bytes = 1 << 24) {
    id = 0;
    epoch = 0;
    request.max_bytes = max_bytes;
    FetchResponse answer = fetch(next(std::move(request)));
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_GT(answer.session_id, 0);
    id = answer.session_id;
    return answer;
  }
  FetchResponse go_on(FetchRequest request = {}, int32_t max_bytes = 1 << 24) {
    request.max_bytes = max_bytes;
    FetchResponse answer = fetch(next(std::move(request)));
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    return answer;
  }
  TypedClient& client() { return client_; }

  int32_t id = 0;
  int32_t epoch = 0;

 private:
  TypedClient client_;
  int16_t version_;
};

FetchRequest forgetting(const Topic& topic, std::vector<int32_t> partitions,
                        FetchRequest request = {}) {
  auto& forgotten = request.forgotten_topics_data.emplace_back();
  forgotten.topic = topic.name;
  forgotten.topic_id = topic.id;
  forgotten.partitions = std::move(partitions);
  return request;
}

class BehaviourSessions : public Behaviour {
 protected:
  Slice batch() { return batch_of(1); }
  Topic topic_with_a_record_in_each(int32_t partitions) {
    const Topic topic = fresh_topic(partitions);
    for (int32_t i = 0; i < partitions; ++i) produce(topic, batch(), 13, i);
    return topic;
  }
  void append(const Topic& topic, int32_t partition) { produce(topic, batch(), 13, partition); }

  static std::string named(const Topic& topic, int16_t version) {
    return version >= kFirstWithTopicIds ? topic.id.text() : topic.name;
  }
  Told quiet(const Topic& topic, int16_t version, int32_t partition, int64_t high_watermark) {
    return {named(topic, version), partition, ErrorCode::none, high_watermark, 0};
  }
  Told data(const Topic& topic, int16_t version, int32_t partition, int64_t high_watermark,
            size_t batches = 1) {
    return {named(topic, version), partition, ErrorCode::none, high_watermark,
            batches * batch().size()};
  }
  static Told failed(const Topic& topic, int16_t version, int32_t partition, ErrorCode error) {
    return {named(topic, version), partition, error, -1, 0};
  }
};

TEST_F(BehaviourSessions, epoch_0_makes_one_and_minus_1_none) {
  const Topic topic = topic_with_a_record_in_each(1);
  at_versions(kVersions, [&](int16_t version) {
    Consumer consumer(connect(), version);
    consumer.begin(request_for(topic, {from(0)}));
    EXPECT_GT(consumer.begin({}).session_id, 0);  // also of nothing
    FetchRequest none = request_for(topic, {from(0)});
    EXPECT_EQ(none.session_epoch, -1);
    const FetchResponse answer = consumer.fetch(none);
    EXPECT_EQ(answer.session_id, 0);
    EXPECT_THAT(told_by(answer), ElementsAre(data(topic, version, 0, 1)));
    none.session_id = 99;  // nobody's
    EXPECT_EQ(consumer.fetch(none).session_id, 0);
    none.session_epoch = 0;
    EXPECT_GT(consumer.fetch(none).session_id, 0);
  });
}

TEST_F(BehaviourSessions, an_incremental_answer_has_only_what_is_new) {
  at_versions(kVersions, [&](int16_t version) {
    const Topic topic = topic_with_a_record_in_each(3);
    Consumer consumer(connect(), version);
    EXPECT_THAT(told_by(consumer.begin(request_for(topic, {from(0), from(1, 1), from(1, 2)}))),
                ElementsAre(data(topic, version, 0, 1), quiet(topic, version, 1, 1),
                            quiet(topic, version, 2, 1)));
    EXPECT_THAT(told_by(consumer.go_on(request_for(topic, {from(1)}))), IsEmpty());
    append(topic, 1);
    EXPECT_THAT(told_by(consumer.go_on()), ElementsAre(data(topic, version, 1, 2)));
    // The client does not say that it has it: it comes again.
    EXPECT_THAT(told_by(consumer.go_on()), ElementsAre(data(topic, version, 1, 2)));
    EXPECT_THAT(told_by(consumer.go_on(request_for(topic, {from(2, 1)}))), IsEmpty());
    EXPECT_THAT(told_by(consumer.go_on()), IsEmpty());
    for (const int32_t partition : {2, 1, 0}) append(topic, partition);
    // Who got records is behind who did not.
    EXPECT_THAT(told_by(consumer.go_on()),
                ElementsAre(data(topic, version, 0, 2), data(topic, version, 2, 2),
                            data(topic, version, 1, 3)));
  });
}

TEST_F(BehaviourSessions, another_high_watermark_is_told_without_records) {
  at_versions(kVersions, [&](int16_t version) {
    const Topic topic = topic_with_a_record_in_each(1);
    Consumer consumer(connect(), version);
    consumer.begin(request_for(topic, {from(1)}));
    append(topic, 0);
    EXPECT_THAT(told_by(consumer.go_on(request_for(topic, {from(2)}))),
                ElementsAre(quiet(topic, version, 0, 2)));
    EXPECT_THAT(told_by(consumer.go_on()), IsEmpty());
  });
}

TEST_F(BehaviourSessions, another_log_start_is_told) {
  at_versions(kVersions, [&](int16_t version) {
    const Topic topic = topic_with_a_record_in_each(2);
    Consumer consumer(connect(), version);
    consumer.begin(request_for(topic, {from(1), from(1, 1)}));
    EXPECT_THAT(told_by(consumer.go_on()), IsEmpty());
    wire::DeleteRecordsRequest trim;
    trim.timeout_ms = 1000;
    trim.topics.emplace_back().name = topic.name;
    trim.topics[0].partitions.emplace_back().offset = 1;
    ask<wire::DeleteRecordsResponse>(trim, 2);
    const FetchResponse answer = consumer.go_on();
    EXPECT_THAT(told_by(answer), ElementsAre(quiet(topic, version, 0, 1)));
    EXPECT_EQ(answer.responses.at(0).partitions.at(0).log_start_offset, 1);
    EXPECT_THAT(told_by(consumer.go_on()), IsEmpty());
  });
}

TEST_F(BehaviourSessions, an_error_is_told_each_time_and_that_it_is_over_as_well) {
  const Topic topic = topic_with_a_record_in_each(2);
  at_versions(kVersions, [&](int16_t version) {
    Consumer consumer(connect(), version);
    const Told out_of_range = failed(topic, version, 1, ErrorCode::offset_out_of_range);
    EXPECT_THAT(told_by(consumer.begin(request_for(topic, {from(1), from(99, 1)}))),
                ElementsAre(quiet(topic, version, 0, 1), out_of_range));
    EXPECT_THAT(told_by(consumer.go_on()), ElementsAre(out_of_range));
    EXPECT_THAT(told_by(consumer.go_on()), ElementsAre(out_of_range));
    EXPECT_THAT(told_by(consumer.go_on(request_for(topic, {from(1, 1)}))),
                ElementsAre(quiet(topic, version, 1, 1)));
    EXPECT_THAT(told_by(consumer.go_on()), IsEmpty());
  });
}

TEST_F(BehaviourSessions,
       a_log_that_cannot_be_read_answers_at_once_and_an_unknown_partition_does_not) {
  const Topic topic = topic_with_a_record_in_each(2);
  at_versions(kVersions, [&](int16_t version) {
    Consumer consumer(connect(), version);
    consumer.begin(request_for(topic, {from(1), from(0, 9)}));
    FetchRequest request = consumer.next();
    const auto start = std::chrono::steady_clock::now();
    EXPECT_THAT(told_by(consumer.fetch(request)),
                ElementsAre(failed(topic, version, 9, ErrorCode::unknown_topic_or_partition)));
    EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(kWaitMs));
    request = consumer.next(request_for(topic, {from(-1, 1)}));
    request.max_wait_ms = kLongWaitMs;
    EXPECT_THAT(told_by(consumer.fetch(request)),
                ElementsAre(failed(topic, version, 1, ErrorCode::offset_out_of_range),
                            failed(topic, version, 9, ErrorCode::unknown_topic_or_partition)));
  });
}

TEST_F(BehaviourSessions, what_is_unknown_comes_last_and_neighbours_share_their_topics_entry) {
  const Topic one = topic_with_a_record_in_each(2), other = topic_with_a_record_in_each(1);
  at_versions({4, 7, 12, 13, 18}, [&](int16_t version) {
    FetchRequest request = request_for(one, {from(0), from(0, 99), from(0, 1)});
    add(request, other, {from(0)});
    const FetchResponse answer = ask<FetchResponse>(request, version);
    ASSERT_EQ(answer.responses.size(), 3U);
    EXPECT_THAT(
        told_by(answer),
        ElementsAre(data(one, version, 0, 1), data(one, version, 1, 1), data(other, version, 0, 1),
                    failed(one, version, 99, ErrorCode::unknown_topic_or_partition)));
  });
}

TEST_F(BehaviourSessions, forgotten_partitions_are_told_of_no_more) {
  at_versions(kVersions, [&](int16_t version) {
    const Topic topic = topic_with_a_record_in_each(3);
    Consumer consumer(connect(), version);
    consumer.begin(request_for(topic, {from(1), from(1, 1), from(0, 9)}));
    consumer.go_on();
    append(topic, 0);
    append(topic, 1);
    EXPECT_THAT(told_by(consumer.go_on(forgetting(topic, {0, 9}))),
                ElementsAre(data(topic, version, 1, 2)));
    // It comes again, with another one that is forgotten at once.
    const FetchRequest both = request_for(topic, {from(1), from(0, 2), from(2, 1)});
    EXPECT_THAT(told_by(consumer.go_on(forgetting(topic, {2, 77}, both))),
                ElementsAre(data(topic, version, 0, 2)));
  });
}

TEST_F(BehaviourSessions, without_partitions_it_is_closed) {
  const Topic topic = topic_with_a_record_in_each(2);
  at_versions(kVersions, [&](int16_t version) {
    Consumer consumer(connect(), version);
    consumer.begin({});
    EXPECT_EQ(consumer.go_on().session_id, 0);
    consumer.begin(request_for(topic, {from(1)}));
    // What is asked for in the same request is answered as without a session.
    const FetchRequest other = request_for(topic, {from(0, 1)});
    const FetchResponse answer = consumer.go_on(forgetting(topic, {0, 1}, other));
    EXPECT_EQ(answer.session_id, 0);
    EXPECT_THAT(told_by(answer), ElementsAre(data(topic, version, 1, 1)));
    EXPECT_EQ(consumer.fetch(consumer.next()).error_code, ErrorCode::fetch_session_id_not_found);
  });
}

TEST_F(BehaviourSessions, a_full_request_closes_the_one_that_it_names) {
  const Topic topic = topic_with_a_record_in_each(1);
  at_versions(kVersions, [&](int16_t version) {
    for (const int32_t epoch : {-1, 0}) {
      Consumer consumer(connect(), version);
      consumer.begin(request_for(topic, {from(1)}));
      FetchRequest full = consumer.next(request_for(topic, {from(0)}));
      full.session_epoch = epoch;
      const FetchResponse answer = consumer.fetch(full);
      EXPECT_THAT(told_by(answer), ElementsAre(data(topic, version, 0, 1)));
      EXPECT_EQ(answer.session_id > 0, epoch == 0);
      EXPECT_NE(answer.session_id, consumer.id);
      consumer.epoch = 1;
      EXPECT_EQ(consumer.fetch(consumer.next()).error_code, ErrorCode::fetch_session_id_not_found);
    }
  });
}

TEST_F(BehaviourSessions, an_id_that_nobody_has_is_70) {
  at_versions(kVersions, [&](int16_t version) {
    for (const auto& [id, epoch] : {std::pair{77, 4}, {0, 3}, {77, 1}, {0, -2}, {-5, 1}}) {
      FetchRequest request;
      request.session_id = id;
      request.session_epoch = epoch;
      const FetchResponse refused = ask<FetchResponse>(request, version);
      EXPECT_EQ(refused.error_code, ErrorCode::fetch_session_id_not_found) << id << " " << epoch;
      EXPECT_EQ(refused.session_id, 0);
      EXPECT_THAT(refused.responses, IsEmpty());
    }
  });
}

TEST_F(BehaviourSessions, another_epoch_than_the_next_is_71_and_the_session_goes_on) {
  const Topic topic = topic_with_a_record_in_each(1);
  at_versions(kVersions, [&](int16_t version) {
    Consumer consumer(connect(), version);
    consumer.begin(request_for(topic, {from(1)}));
    consumer.go_on();
    for (const int32_t epoch : {1, 9, -2}) {
      FetchRequest wrong = consumer.next(request_for(topic, {from(0)}));
      --consumer.epoch;
      wrong.session_epoch = epoch;
      const FetchResponse refused = consumer.fetch(wrong);
      EXPECT_EQ(refused.error_code, ErrorCode::invalid_fetch_session_epoch);
      EXPECT_EQ(refused.session_id, 0);
      EXPECT_THAT(refused.responses, IsEmpty());
    }
    EXPECT_THAT(told_by(consumer.go_on()), IsEmpty());  // nothing was changed by them
  });
}

TEST_F(BehaviourSessions, names_and_ids_do_not_mix) {
  const Topic topic = topic_with_a_record_in_each(1);
  for (const auto& [version, other] : {std::pair<int16_t, int16_t>{12, 13}, {18, 7}}) {
    Consumer consumer(connect(), version);
    consumer.begin(request_for(topic, {from(1)}));
    FetchRequest request = consumer.next();
    EXPECT_EQ(consumer.fetch(request, other).error_code, ErrorCode::fetch_session_topic_id_error);
    request.session_epoch = 7;
    EXPECT_EQ(consumer.fetch(request, other).error_code, ErrorCode::invalid_fetch_session_epoch);
    request.session_epoch = 1;
    EXPECT_EQ(consumer.fetch(request).session_id, consumer.id);
  }
}

TEST_F(BehaviourSessions, it_goes_on_over_another_connection) {
  const Topic topic = topic_with_a_record_in_each(1);
  at_versions(kVersions, [&](int16_t version) {
    Consumer consumer(connect(), version);
    consumer.begin(request_for(topic, {from(1)}));
    Consumer elsewhere(connect(), version);
    elsewhere.id = consumer.id;
    elsewhere.epoch = 1;
    EXPECT_EQ(elsewhere.go_on().session_id, consumer.id);
    consumer.epoch = 2;
    EXPECT_EQ(consumer.go_on().session_id, consumer.id);
  });
}

TEST_F(BehaviourSessions, partitions_take_turns_when_the_answer_is_too_small) {
  const Topic one = fresh_topic(3), other = fresh_topic(1);
  for (int i = 0; i < 4; ++i) {
    for (int32_t partition = 0; partition < 3; ++partition) append(one, partition);
    append(other, 0);
  }
  at_versions(kVersions, [&](int16_t version) {
    Consumer consumer(connect(), version);
    FetchRequest all = request_for(one, {from(0), from(0, 1), from(0, 2)});
    add(all, other, {from(0)});
    FetchResponse answer = consumer.begin(std::move(all), 1);
    EXPECT_THAT(told_by(answer),
                ElementsAre(data(one, version, 0, 4), quiet(one, version, 1, 4),
                            quiet(one, version, 2, 4), quiet(other, version, 0, 4)));
    // The first answer of a session does not count: partition 0 is the first again.
    EXPECT_THAT(told_by(consumer.go_on(request_for(one, {from(1)}), 1)),
                ElementsAre(data(one, version, 0, 4)));
    EXPECT_THAT(told_by(consumer.go_on(request_for(one, {from(2)}), 1)),
                ElementsAre(data(one, version, 1, 4)));
    EXPECT_THAT(told_by(consumer.go_on({}, 1)), ElementsAre(data(one, version, 2, 4)));
    EXPECT_THAT(told_by(consumer.go_on({}, 1)), ElementsAre(data(other, version, 0, 4)));
    EXPECT_THAT(told_by(consumer.go_on({}, 1)), ElementsAre(data(one, version, 0, 4)));
    // With room for all, all come, in the order of the session.
    EXPECT_THAT(told_by(consumer.go_on()),
                ElementsAre(data(one, version, 1, 4, 4), data(one, version, 2, 4, 4),
                            data(other, version, 0, 4, 4), data(one, version, 0, 4, 2)));
  });
}

TEST_F(BehaviourSessions, records_and_nothing_else_end_its_wait) {
  at_versions(kVersions, [&](int16_t version) {
    const Topic topic = topic_with_a_record_in_each(3);
    Consumer consumer(connect(), version);
    consumer.begin(request_for(topic, {from(1), from(1, 1), from(1, 2)}));
    for (int32_t partition = 0; partition < 3; ++partition) {
      FetchRequest request = consumer.next();
      request.max_wait_ms = kLongWaitMs;
      request.min_bytes = static_cast<int32_t>(2 * batch().size());
      const auto sent = consumer.client().send(request, version);
      ASSERT_TRUE(sent.has_value());
      append(topic, partition);
      append(topic, (partition + 1) % 3);
      const auto answer = consumer.client().receive<FetchResponse>(version, *sent);
      ASSERT_TRUE(answer.has_value()) << answer.error().text();
      size_t bytes = 0;
      for (const Told& told : told_by(*answer)) bytes += told.record_bytes;
      EXPECT_GE(bytes, 2 * batch().size());
    }
  });
}

TEST_F(BehaviourSessions, a_later_request_ends_the_wait_of_the_earlier) {  // Kafka: 71
  const Topic topic = topic_with_a_record_in_each(1);
  at_versions(kVersions, [&](int16_t version) {
    Consumer consumer(connect(), version), other(connect(), version);
    consumer.begin(request_for(topic, {from(1)}));
    FetchRequest first = consumer.next();
    first.max_wait_ms = kLongWaitMs;
    const auto sent = consumer.client().send(first, version);
    ASSERT_TRUE(sent.has_value());
    // Until the first has arrived, the second is too early.
    const FetchRequest second = consumer.next();
    FetchResponse answer;
    do {
      answer = other.fetch(second);
    } while (answer.error_code == ErrorCode::invalid_fetch_session_epoch);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    const auto earlier = consumer.client().receive<FetchResponse>(version, *sent);
    ASSERT_TRUE(earlier.has_value()) << earlier.error().text();
    EXPECT_EQ(earlier->error_code, ErrorCode::none);
    EXPECT_EQ(consumer.go_on().session_id, consumer.id);
  });
}

TEST_F(BehaviourSessions, a_deleted_topic_is_unknown_and_one_of_its_name_is_found_again) {
  at_versions(kVersions, [&](int16_t version) {
    const Topic topic = topic_with_a_record_in_each(1), stays = topic_with_a_record_in_each(1);
    const bool by_id = version >= kFirstWithTopicIds;
    const ErrorCode unknown =
        by_id ? ErrorCode::unknown_topic_id : ErrorCode::unknown_topic_or_partition;
    Consumer consumer(connect(), version);
    FetchRequest both = request_for(topic, {from(0)});
    add(both, stays, {from(1)});
    consumer.begin(std::move(both));
    consumer.go_on();
    wire::DeleteTopicsRequest deletion;
    deletion.topic_names = {topic.name};
    deletion.timeout_ms = 1000;
    ask<wire::DeleteTopicsResponse>(deletion, 5);
    EXPECT_THAT(told_by(consumer.go_on()), ElementsAre(failed(topic, version, 0, unknown)));
    create(topic.name, 1, {});
    if (by_id) {
      EXPECT_THAT(told_by(consumer.go_on()), ElementsAre(failed(topic, version, 0, unknown)));
      return;
    }
    EXPECT_THAT(told_by(consumer.go_on()), ElementsAre(quiet(topic, version, 0, 0)));
    FetchRequest request = consumer.next();
    request.max_wait_ms = kLongWaitMs;
    const auto sent = consumer.client().send(request, version);
    ASSERT_TRUE(sent.has_value());
    produce(topic, batch(), 9);  // by its name: its id is another one
    const auto answer = consumer.client().receive<FetchResponse>(version, *sent);
    ASSERT_TRUE(answer.has_value()) << answer.error().text();
    EXPECT_THAT(told_by(*answer), ElementsAre(data(topic, version, 0, 1)));
  });
}

class BehaviourFewSessions : public Behaviour {
 protected:
  static void SetUpTestSuite() { start({"--set", "max.incremental.fetch.session.cache.slots=2"}); }
};

TEST_F(BehaviourFewSessions, beyond_the_slots_no_session_is_granted_until_one_is_closed) {
  const Topic topic = fresh_topic();
  const auto begin = [&](TypedClient& client, int32_t id = 0) {
    FetchRequest request = request_for(topic, {from(0)});
    request.session_id = id;
    request.session_epoch = 0;
    const auto answer = client.call<FetchResponse>(request, 13);
    EXPECT_TRUE(answer.has_value());
    EXPECT_EQ(answer->responses.size(), 1U);
    return answer->session_id;
  };
  const int32_t one = begin(client), other = begin(client);
  EXPECT_GT(one, 0);
  EXPECT_GT(other, 0);
  EXPECT_EQ(begin(client), 0);
  EXPECT_GT(begin(client, one), 0);
  EXPECT_EQ(begin(client), 0);
  // A connection's end closes no session: another one may go on with it.
  FetchRequest going_on;
  going_on.session_id = other;
  going_on.session_epoch = 1;
  EXPECT_EQ(ask<FetchResponse>(going_on, 13).session_id, other);
}

}  // namespace
}  // namespace kelp::test
