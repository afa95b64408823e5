// What Kafka answers to idempotent producers: InitProducerId without a transaction, and sequences.
#include <set>

#include "conformance/behaviour.h"
#include "wire/22_init_producer_id.h"

namespace kelp::test {
namespace {

using wire::InitProducerIdRequest;
using wire::InitProducerIdResponse;

constexpr std::initializer_list<int16_t> kVersions = {3, 8, 13};

class BehaviourIdempotence : public Behaviour {
 protected:
  /// Two records, as are all batches here unless said otherwise.
  PartitionProduced send(int64_t producer, int epoch, int32_t sequence, int records = 2) {
    record::BatchOptions options;
    options.producer_id = producer;
    options.producer_epoch = static_cast<int16_t>(epoch);
    options.base_sequence = sequence;
    return produce(topic_, batch_of(records, options), version_);
  }
  ErrorCode error_of(int64_t producer, int epoch, int32_t sequence, int records = 2) {
    return send(producer, epoch, sequence, records).error_code;
  }

  /// Each version on a topic of its own.
  template <class Ask>
  void on_fresh_topics(Ask ask) {
    at_versions(kVersions, [&](int16_t version) {
      topic_ = fresh_topic();
      version_ = version;
      ask();
    });
  }

  /// Batches 0 to `count` - 1 of producer 100, epoch 0.
  void send_batches(int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_EQ(send(100, 0, 2 * i).base_offset, 2 * i);
    }
  }

 private:
  Topic topic_;
  int16_t version_ = 0;
};

TEST_F(BehaviourIdempotence, a_duplicate_of_one_of_the_last_five_is_told_its_first_offset) {
  on_fresh_topics([&] {
    send_batches(6);
    for (int i = 1; i < 6; ++i) {
      const auto answer = send(100, 0, 2 * i);
      EXPECT_EQ(answer.error_code, ErrorCode::none);
      EXPECT_EQ(answer.base_offset, 2 * i);
      EXPECT_EQ(answer.log_append_time_ms, 1001);  // the largest timestamp of that batch
    }
    EXPECT_EQ(send(100, 0, 12).base_offset, 12);  // nothing was written twice
  });
}

TEST_F(BehaviourIdempotence, an_older_duplicate_a_gap_an_overlap_and_another_count_are_45) {
  on_fresh_topics([&] {
    send_batches(6);
    const ErrorCode out_of_order = ErrorCode::out_of_order_sequence_number;
    EXPECT_EQ(error_of(100, 0, 0), out_of_order);
    EXPECT_EQ(error_of(100, 0, 20), out_of_order);
    EXPECT_EQ(error_of(100, 0, 11), out_of_order);
    EXPECT_EQ(error_of(100, 0, 10, 1), out_of_order);
    EXPECT_EQ(error_of(100, 0, 10, 4), out_of_order);
    const auto answer = send(100, 0, 20);
    EXPECT_EQ(answer.base_offset, -1);
    EXPECT_EQ(answer.error_message, std::nullopt);
    EXPECT_EQ(send(100, 0, 12).base_offset, 12);
  });
}

TEST_F(BehaviourIdempotence, a_lower_epoch_and_an_epoch_of_minus_1_are_47) {
  on_fresh_topics([&] {
    EXPECT_EQ(error_of(100, 2, 0), ErrorCode::none);
    EXPECT_EQ(error_of(100, 1, 2), ErrorCode::invalid_producer_epoch);
    EXPECT_EQ(error_of(100, -1, 2), ErrorCode::invalid_producer_epoch);
    EXPECT_EQ(error_of(300, -1, 0), ErrorCode::invalid_producer_epoch);  // Kafka: 0
  });
}

TEST_F(BehaviourIdempotence, a_higher_epoch_begins_at_0_or_is_45) {
  on_fresh_topics([&] {
    send_batches(1);
    EXPECT_EQ(error_of(100, 2, 5), ErrorCode::out_of_order_sequence_number);
    EXPECT_EQ(error_of(100, 2, 0), ErrorCode::none);
    EXPECT_EQ(error_of(100, 2, 2), ErrorCode::none);
  });
}

TEST_F(BehaviourIdempotence, an_unknown_producer_begins_anywhere_and_sequences_wrap) {
  on_fresh_topics([&] {
    for (const int32_t sequence : {0, 7, 2147483646}) {
      EXPECT_EQ(error_of(int64_t{1000} + sequence, 0, sequence), ErrorCode::none);
    }
    EXPECT_EQ(error_of(1000 + int64_t{2147483646}, 0, 0), ErrorCode::none);
    EXPECT_EQ(error_of(9, 5, 3), ErrorCode::none);
  });
}

TEST_F(BehaviourIdempotence, a_producer_id_without_a_sequence_is_87) {
  on_fresh_topics([&] { EXPECT_EQ(error_of(100, 0, -1), ErrorCode::invalid_record); });
}

TEST_F(BehaviourIdempotence, without_a_transactional_id_each_call_gives_a_new_id_and_epoch_0) {
  std::set<int64_t> given;
  at_versions({0, 1, 2, 3, 5}, [&](int16_t version) {
    InitProducerIdRequest request;
    for (const int32_t timeout_ms : {60'000, 0, -1}) {  // which is not looked at
      request.transaction_timeout_ms = timeout_ms;
      const auto answer = ask<InitProducerIdResponse>(request, version);
      EXPECT_EQ(answer.error_code, ErrorCode::none);
      EXPECT_EQ(answer.producer_epoch, 0);
      EXPECT_GE(answer.producer_id, 0);
      EXPECT_TRUE(given.insert(answer.producer_id).second);
    }
  });
}

TEST_F(BehaviourIdempotence, a_given_id_and_epoch_are_ignored_but_one_without_the_other_is_42) {
  at_versions({3, 4, 5}, [&](int16_t version) {
    InitProducerIdRequest request;
    request.producer_id = 7'000'000;
    request.producer_epoch = 3;
    const auto answer = ask<InitProducerIdResponse>(request, version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_NE(answer.producer_id, 7'000'000);
    EXPECT_EQ(answer.producer_epoch, 0);
    request.producer_epoch = -1;
    const auto half = ask<InitProducerIdResponse>(request, version);
    EXPECT_EQ(half.error_code, ErrorCode::invalid_request);
    EXPECT_EQ(half.producer_id, -1);
    EXPECT_EQ(half.producer_epoch, -1);
  });
}

TEST_F(BehaviourIdempotence, an_empty_transactional_id_is_42) {
  at_versions({0, 2, 5}, [&](int16_t version) {
    InitProducerIdRequest request;
    request.transactional_id = "";
    request.transaction_timeout_ms = 1000;
    const auto answer = ask<InitProducerIdResponse>(request, version);
    EXPECT_EQ(answer.error_code, ErrorCode::invalid_request);
    EXPECT_EQ(answer.producer_id, -1);
    EXPECT_EQ(answer.producer_epoch, -1);
  });
}

}  // namespace
}  // namespace kelp::test
