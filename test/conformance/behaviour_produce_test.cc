// What Kafka answers to Produce: which batches it takes, and how it refuses the others.
#include <map>

#include "conformance/behaviour.h"
#include "wire/01_fetch.h"

namespace kelp::test {
namespace {

using record::BatchOptions;
using wire::ProduceRequest;
using wire::ProduceResponse;
namespace at = record::at;

constexpr int64_t kHourMs = 3'600'000;
int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// One record without a key, of these bytes and this age.
Slice keyless(std::string_view value, int64_t timestamp_ms = 1000) {
  record::BatchBuilder builder;
  builder.add({.timestamp_ms = timestamp_ms, .value = as_bytes(value)});
  return *builder.build();
}

/// A batch whose header field at `position` is another.
template <class Number>
Slice with_field(const Slice& batch, size_t position, Number value) {
  return changed(batch, [&](uint8_t* bytes) { store_big<Number>(bytes + position, value); });
}

Slice with_bits(const Slice& batch, int attributes) {
  return with_field(batch, at::kAttributes, static_cast<int16_t>(attributes));
}

class BehaviourProduce : public Behaviour {
 protected:
  /// What a consumer gets of the topic from the beginning.
  Slice stored(const Topic& topic) {
    wire::FetchRequest request;
    auto& wanted = request.topics.emplace_back();
    wanted.topic = topic.name;
    wanted.partitions.emplace_back().partition_max_bytes = 1 << 20;
    return ask<wire::FetchResponse>(request, 12).responses.at(0).partitions.at(0).records.slice();
  }
  int64_t end_of(const Topic& topic) {
    wire::FetchRequest request;
    auto& wanted = request.topics.emplace_back();
    wanted.topic = topic.name;
    wanted.partitions.emplace_back().partition_max_bytes = 1 << 20;
    return ask<wire::FetchResponse>(request, 12).responses.at(0).partitions.at(0).high_watermark;
  }

  /// `log_start`: -1 where Kafka refuses before it asks the log.
  void expect_refused(const Topic& topic, const Slice& records, ErrorCode error, int64_t log_start,
                      std::initializer_list<int16_t> versions,
                      const std::optional<std::string>& message = std::nullopt) {
    at_versions(versions, [&](int16_t version) {
      const auto answer = produce(topic, records, version);
      EXPECT_EQ(answer.error_code, error) << "code " << static_cast<int>(answer.error_code);
      EXPECT_EQ(answer.base_offset, -1);
      EXPECT_EQ(answer.log_append_time_ms, -1);
      if (version >= 5) {
        EXPECT_EQ(answer.log_start_offset, log_start);
      }
      EXPECT_THAT(answer.record_errors, IsEmpty());
      if (version >= 8) {
        EXPECT_EQ(answer.error_message, message);
      }
    });
    EXPECT_EQ(end_of(topic), 0);
  }
};

TEST_F(BehaviourProduce, an_accepted_batch_is_told_its_base_offset_and_the_logs_start) {
  const Topic topic = fresh_topic();
  int64_t expected = 0;
  at_versions({3, 4, 7, 9, 13}, [&](int16_t version) {
    for (const int16_t acks : {int16_t{-1}, int16_t{1}}) {
      const auto answer = produce(topic, batch_of(3), version, 0, acks);
      EXPECT_EQ(answer.error_code, ErrorCode::none);
      EXPECT_EQ(answer.base_offset, expected);
      EXPECT_EQ(answer.log_append_time_ms, -1);
      EXPECT_EQ(answer.log_start_offset, version >= 5 ? 0 : -1);
      EXPECT_EQ(answer.error_message, std::nullopt);
      expected += 3;
    }
  });
}

TEST_F(BehaviourProduce, log_append_time_is_the_brokers_and_is_told) {
  const Topic topic = fresh_topic(1, {{"message.timestamp.type", "LogAppendTime"}});
  at_versions({3, 9, 13}, [&](int16_t version) {
    const int64_t before = now_ms();
    const auto answer = produce(topic, batch_of(2), version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_GE(answer.log_append_time_ms, before);
    EXPECT_LE(answer.log_append_time_ms, now_ms());
  });
}

TEST_F(BehaviourProduce, an_unknown_topic_or_partition_is_3_whatever_its_name) {
  const Topic topic = fresh_topic();
  at_versions({3, 8, 12}, [&](int16_t version) {
    for (const char* name : {"nobody-made-it", "bad name", ""}) {
      const auto answer = produce({name, {}}, batch_of(1), version);
      EXPECT_EQ(answer.error_code, ErrorCode::unknown_topic_or_partition) << name;
      EXPECT_EQ(answer.log_start_offset, -1);
    }
  });
  at_versions({3, 8, 13}, [&](int16_t version) {
    for (const int32_t partition : {7, -1}) {
      EXPECT_EQ(produce(topic, batch_of(1), version, partition).error_code,
                ErrorCode::unknown_topic_or_partition);
    }
  });
}

TEST_F(BehaviourProduce, an_unknown_id_is_100_also_the_zero_one) {
  for (const Uuid& id : {kNobodysId, Uuid()}) {
    EXPECT_EQ(produce({"", id}, batch_of(1), 13).error_code, ErrorCode::unknown_topic_id);
  }
}

TEST_F(BehaviourProduce, a_partition_that_comes_twice_is_written_and_answered_once) {
  at_versions({3, 8, 13}, [&](int16_t version) {
    const Topic topic = fresh_topic();
    ProduceRequest request = produce_request(topic, batch_of(3));
    add_records(request.topic_data.at(0), topic, 0, batch_of(2));
    const auto in_a_topic = ask<ProduceResponse>(request, version);
    ASSERT_EQ(in_a_topic.responses.size(), 1U);
    EXPECT_EQ(in_a_topic.responses[0].partition_responses.size(), 1U);
    EXPECT_EQ(end_of(topic), 2);

    request = produce_request(topic, batch_of(3));
    add_records(request.topic_data.emplace_back(), topic, 0, batch_of(2));
    const auto topic_twice = ask<ProduceResponse>(request, version);
    ASSERT_EQ(topic_twice.responses.size(), 1U);
    ASSERT_EQ(topic_twice.responses[0].partition_responses.size(), 1U);
    EXPECT_EQ(topic_twice.responses[0].partition_responses[0].base_offset, 2);
    EXPECT_EQ(end_of(topic), 4);
  });
}

TEST_F(BehaviourProduce, a_topic_that_comes_twice_with_other_partitions_is_answered_as_one) {
  const Topic topic = fresh_topic(2), other = fresh_topic();
  at_versions({3, 13}, [&](int16_t version) {
    ProduceRequest request = produce_request(topic, batch_of(1));
    add_records(request.topic_data.emplace_back(), other, 0, batch_of(1));
    add_records(request.topic_data.emplace_back(), topic, 1, batch_of(1));
    const auto answer = ask<ProduceResponse>(request, version);
    ASSERT_EQ(answer.responses.size(), 2U);
    size_t answered = 0;
    for (const auto& each : answer.responses) {
      for (const auto& partition : each.partition_responses) {
        EXPECT_EQ(partition.error_code, ErrorCode::none);
        ++answered;
      }
    }
    EXPECT_EQ(answered, 3U);
  });
}

TEST_F(BehaviourProduce, acks_other_than_0_1_and_all_are_21_once_the_partition_is_known) {
  const Topic topic = fresh_topic();
  at_versions({3, 8, 13}, [&](int16_t version) {
    for (const int16_t acks : {int16_t{2}, int16_t{-2}}) {
      EXPECT_EQ(produce(topic, batch_of(1), version, 0, acks).error_code,
                ErrorCode::invalid_required_acks);
      EXPECT_EQ(produce(topic, batch_of(1), version, 9, acks).error_code,
                ErrorCode::unknown_topic_or_partition);
    }
  });
  EXPECT_EQ(end_of(topic), 0);
}

TEST_F(BehaviourProduce, acks_0_is_not_answered_and_the_connection_goes_on) {
  const Topic topic = fresh_topic();
  int64_t expected = 0;
  at_versions({3, 8, 13}, [&](int16_t version) {
    ASSERT_TRUE(client.send(produce_request(topic, batch_of(1), 0, 0), version).has_value());
    // The next answer is that of the next request, and it comes behind the silent one.
    EXPECT_EQ(produce(topic, batch_of(1), version).base_offset, expected + 1);
    expected += 2;
  });
}

TEST_F(BehaviourProduce, acks_0_with_an_error_closes_the_connection) {
  const Topic topic = fresh_topic();
  Slice wrong_crc = with_field<uint32_t>(batch_of(1), at::kCrc, 1);
  store_big<uint32_t>(wrong_crc.patch() + at::kCrc, 1);
  at_versions({3, 8, 13}, [&](int16_t version) {
    for (const ProduceRequest& request :
         {produce_request({"nobody-made-it", kNobodysId}, batch_of(1), 0, 0),
          produce_request(topic, wrong_crc, 0, 0)}) {
      auto other = connect();
      ASSERT_TRUE(other.send(request, version).has_value());
      EXPECT_TRUE(other.raw().await_close().has_value());
    }
  });
}

TEST_F(BehaviourProduce, no_topics_or_a_topic_without_partitions_is_answered_with_nothing) {
  const Topic topic = fresh_topic();
  at_versions({3, 8, 13}, [&](int16_t version) {
    ProduceRequest request;
    request.acks = -1;
    EXPECT_THAT(ask<ProduceResponse>(request, version).responses, IsEmpty());
    request.topic_data.emplace_back().name = topic.name;
    request.topic_data[0].topic_id = topic.id;
    EXPECT_THAT(ask<ProduceResponse>(request, version).responses, IsEmpty());
  });
}

TEST_F(BehaviourProduce, null_records_are_87) {  // Kafka bug: never answered
  const Topic topic = fresh_topic();
  at_versions({3, 8, 13}, [&](int16_t version) {
    ProduceRequest request = produce_request(topic, Slice());
    request.topic_data[0].partition_data[0].records = wire::Records();
    const auto answer = ask<ProduceResponse>(request, version);
    EXPECT_EQ(answer.responses.at(0).partition_responses.at(0).error_code,
              ErrorCode::invalid_record);
  });
}

TEST_F(BehaviourProduce, what_is_not_exactly_one_batch_of_magic_2_is_87) {
  const Topic topic = fresh_topic();
  const Slice good = batch_of(2);
  const std::map<std::string, Slice> wrong = {
      {"empty", Slice()},
      {"too short for a batch", Slice::copy_of("abc")},
      {"a cut batch", good.sub(0, good.size() - 3)},
      {"two batches", joined({good, good})},
      {"magic 0", with_field<int8_t>(good, at::kMagic, 0)},
      {"magic 1", with_field<int8_t>(good, at::kMagic, 1)},
  };
  for (const auto& [rule, records] : wrong) {
    SCOPED_TRACE(rule);
    expect_refused(topic, records, ErrorCode::invalid_record, -1, {3, 5, 8, 13});
  }
}

TEST_F(BehaviourProduce, a_batch_that_contradicts_itself_is_87) {
  const Topic topic = fresh_topic();
  const Slice good = batch_of(2);
  const std::string record("\x10\0\0\0\x02k\x02v\0", 9);
  const std::string null_header_key("\x14\0\0\0\x02k\x02v\x02\x01\0", 11);
  const std::map<std::string, Slice> wrong = {
      {"no records", with_payload(good, Bytes(), 0)},
      {"more records counted than there are", with_field<int32_t>(good, at::kRecordCount, 3)},
      {"last offset delta", with_field<int32_t>(good, at::kLastOffsetDelta, 5)},
      {"base offset", with_field<int64_t>(good, at::kBaseOffset, 3)},
      {"bytes left over inside", with_payload(good, as_bytes(record + "zz"), 1)},
      {"bytes missing inside", with_payload(good, as_bytes(record.substr(0, 7)), 1)},
      {"a null header key", with_payload(good, as_bytes(null_header_key), 1)},
      {"a control batch", with_bits(good, record::attribute::kControl)},
      {"a producer id without a sequence", with_field<int64_t>(good, at::kProducerId, 77)},
  };
  for (const auto& [rule, records] : wrong) {
    SCOPED_TRACE(rule);
    expect_refused(topic, records, ErrorCode::invalid_record, 0, {3, 5, 8, 13});
  }
  const Slice sound = with_payload(good, as_bytes(record), 1);  // so that the others can be wrong
  EXPECT_EQ(produce(topic, sound).error_code, ErrorCode::none);
}

TEST_F(BehaviourProduce, damage_is_2_and_an_impossible_magic_or_length_is_named) {
  const Topic topic = fresh_topic();
  const Slice good = batch_of(2);
  Slice wrong_crc = Slice::copy_of(good.bytes());
  store_big<uint32_t>(wrong_crc.patch() + at::kCrc, 1);
  expect_refused(topic, wrong_crc, ErrorCode::corrupt_message, -1, {3, 5, 8, 13});
  for (const int8_t magic : {int8_t{3}, int8_t{-1}}) {
    expect_refused(topic, with_field<int8_t>(good, at::kMagic, magic), ErrorCode::corrupt_message,
                   -1, {3, 5, 8, 13}, "Invalid magic found in record: " + std::to_string(magic));
  }
  Slice short_length = Slice::copy_of(good.bytes());
  store_big<int32_t>(short_length.patch() + at::kLength, 13);
  expect_refused(topic, short_length, ErrorCode::corrupt_message, -1, {3, 5, 8, 13},
                 "Record size 13 is less than the minimum record overhead (14)");
}

TEST_F(BehaviourProduce, stray_bytes_behind_a_batch_are_ignored) {
  const Topic topic = fresh_topic();
  at_versions({3, 8, 13}, [&](int16_t version) {
    const Slice records = joined({batch_of(1), Slice::copy_of("xyz")});
    EXPECT_EQ(produce(topic, records, version).error_code, ErrorCode::none);
  });
  EXPECT_EQ(stored(topic).size(), 3 * batch_of(1).size());
}

TEST_F(BehaviourProduce, wrong_offset_deltas_inside_are_accepted_and_end_up_dense) {
  const Topic topic = fresh_topic();
  record::BatchBuilder builder;
  builder.add_at(3, {.timestamp_ms = 1, .value = as_bytes("a")});
  builder.add_at(4, {.timestamp_ms = 1, .value = as_bytes("b")});
  const Slice batch = with_field<int32_t>(*builder.build(), at::kLastOffsetDelta, 1);
  at_versions({3, 8, 13}, [&](int16_t version) {
    EXPECT_EQ(produce(topic, batch, version).base_offset % 2, 0);
  });
  EXPECT_EQ(end_of(topic), 6);
}

TEST_F(BehaviourProduce, a_codec_that_does_not_exist_or_is_not_what_it_says_is_87) {
  const Topic topic = fresh_topic();  // Kafka says -1; see docs/differences.md
  for (const int codec : {5, 7, 1, 2, 3, 4}) {
    SCOPED_TRACE(codec);
    expect_refused(topic, with_bits(batch_of(2), codec), ErrorCode::invalid_record, 0, {7, 8, 13});
  }
}

TEST_F(BehaviourProduce, zstd_is_76_before_v7) {
  const Topic topic = fresh_topic();
  const Slice batch = batch_of(2, {.codec = record::Codec::zstd});
  expect_refused(topic, batch, ErrorCode::unsupported_compression_type, -1, {3, 6});
  at_versions({7, 13}, [&](int16_t version) {
    EXPECT_EQ(produce(topic, batch, version).error_code, ErrorCode::none);
  });
}

TEST_F(BehaviourProduce, bits_that_are_not_the_producers_are_ignored_and_overwritten) {
  at_versions({3, 8, 13}, [&](int16_t version) {
    const Slice good = batch_of(2);
    const std::string odd_record("\x10\x05\0\0\x02k\x02v\0", 9);
    for (const Slice& batch :
         {with_bits(good, 0x7f80), with_bits(good, record::attribute::kLogAppendTime),
          with_field<int32_t>(good, at::kLeaderEpoch, 9),
          with_field<int64_t>(good, at::kMaxTimestamp, 5),
          with_payload(good, as_bytes(odd_record), 1)}) {
      const Topic topic = fresh_topic();
      EXPECT_EQ(produce(topic, batch, version).error_code, ErrorCode::none);
      const Slice kept = stored(topic);
      const auto view = record::first_batch(kept.bytes());
      ASSERT_TRUE(view.has_value());
      EXPECT_TRUE(view->crc_is_right());
      EXPECT_EQ(view->attributes(), 0);
      EXPECT_EQ(view->leader_epoch(), Epoch(0));
      EXPECT_NE(view->max_timestamp(), 5);
    }
  });
}

TEST_F(BehaviourProduce, the_largest_batch_counts_whole_and_one_byte_more_is_10) {
  const Topic topic = fresh_topic(1, {{"max.message.bytes", "200"}});
  const size_t overhead = keyless(std::string(100, 'x')).size() - 100;
  const Slice largest = keyless(std::string(200 - overhead, 'x'));
  ASSERT_EQ(largest.size(), 200U);
  expect_refused(topic, keyless(std::string(201 - overhead, 'x')), ErrorCode::message_too_large, -1,
                 {3, 5, 8, 13});
  at_versions({3, 8, 13}, [&](int16_t version) {
    EXPECT_EQ(produce(topic, largest, version).error_code, ErrorCode::none);
  });
}

TEST_F(BehaviourProduce, a_compacted_topic_refuses_records_without_keys_and_lists_them) {
  const Topic topic = fresh_topic(1, {{"cleanup.policy", "compact"}});
  record::BatchBuilder builder;
  builder.add({.timestamp_ms = 1, .value = as_bytes("x")});
  builder.add({.timestamp_ms = 1, .key = as_bytes("k"), .value = as_bytes("x")});
  builder.add({.timestamp_ms = 1, .value = as_bytes("y")});
  const Slice batch = *builder.build();
  const std::string words =
      "Compacted topic cannot accept message without key in topic partition " + topic.name + "-0";
  at_versions({3, 7, 8, 13}, [&](int16_t version) {
    const auto answer = produce(topic, batch, version);
    EXPECT_EQ(answer.error_code, ErrorCode::invalid_record);
    if (version >= 5) {
      EXPECT_EQ(answer.log_start_offset, 0);
    }
    if (version < 8) return;
    ASSERT_EQ(answer.record_errors.size(), 2U);
    EXPECT_EQ(answer.record_errors[0].batch_index, 0);
    EXPECT_EQ(answer.record_errors[1].batch_index, 2);
    EXPECT_EQ(answer.record_errors[1].batch_index_error_message, words);
    EXPECT_THAT(answer.error_message.value_or(""),
                testing::StartsWith("One or more records have been rejected due to 2 record errors "
                                    "in total, and only showing the first three errors at most: "));
  });
  EXPECT_EQ(end_of(topic), 0);
  record::BatchBuilder tombstone;
  tombstone.add({.timestamp_ms = 1, .key = as_bytes("k")});
  EXPECT_EQ(produce(topic, *tombstone.build()).error_code, ErrorCode::none);
}

TEST_F(BehaviourProduce, a_timestamp_out_of_the_topics_range_is_32_for_each_record) {
  const Topic past = fresh_topic(1, {{"message.timestamp.before.max.ms", "1000"}});
  const Topic future = fresh_topic();
  const std::pair<Topic, int64_t> cases[] = {{past, 5}, {future, now_ms() + 2 * kHourMs}};
  for (const auto& [topic, timestamp] : cases) {
    at_versions({3, 8, 13}, [&](int16_t version) {
      const auto answer = produce(topic, keyless("x", timestamp), version);
      EXPECT_EQ(answer.error_code, ErrorCode::invalid_timestamp);
      if (version < 8) return;
      ASSERT_EQ(answer.record_errors.size(), 1U);
      EXPECT_THAT(answer.record_errors[0].batch_index_error_message.value_or(""),
                  testing::StartsWith("Timestamp " + std::to_string(timestamp) +
                                      " of message with offset 0 is out of range. The timestamp "
                                      "should be within ["));
      EXPECT_EQ(answer.error_message,
                "One or more records have been rejected due to invalid timestamp");
    });
    EXPECT_EQ(end_of(topic), 0);
  }
}

TEST_F(BehaviourProduce, timestamps_of_minus_1_0_and_below_are_accepted) {
  const Topic topic = fresh_topic();
  at_versions({3, 8, 13}, [&](int16_t version) {
    for (const int64_t timestamp : {-1, 0, -5}) {
      EXPECT_EQ(produce(topic, keyless("x", timestamp), version).error_code, ErrorCode::none);
    }
  });
}

TEST_F(BehaviourProduce, a_transactional_batch_in_a_request_without_its_id_is_53) {
  const Topic topic = fresh_topic();
  const BatchOptions options = {
      .producer_id = 5, .producer_epoch = 0, .base_sequence = 0, .transactional = true};
  at_versions({3, 8, 13}, [&](int16_t version) {
    EXPECT_EQ(produce(topic, batch_of(2, options), version).error_code,
              ErrorCode::transactional_id_authorization_failed);
  });
  EXPECT_EQ(end_of(topic), 0);
}

TEST_F(BehaviourProduce, a_topics_codec_replaces_the_producers_and_the_offsets_stay) {
  for (const record::Codec codec : record::testing::kAllCodecs) {
    const bool plain = codec == record::Codec::none;
    const std::string name = plain ? "uncompressed" : std::string(record::name_of(codec));
    SCOPED_TRACE(name);
    const Topic topic = fresh_topic(1, {{"compression.type", name}});
    const record::Codec sent = plain ? record::Codec::lz4 : record::Codec::none;
    at_versions({3, 8, 13}, [&](int16_t version) {
      EXPECT_EQ(produce(topic, batch_of(50, {.codec = sent}), version).error_code, ErrorCode::none);
    });
    EXPECT_EQ(end_of(topic), 150);
    const Slice kept = stored(topic);
    const auto view = record::first_batch(kept.bytes());
    ASSERT_TRUE(view.has_value());
    EXPECT_EQ(view->codec(), codec);
    EXPECT_EQ(view->record_count(), 50);
  }
}

}  // namespace
}  // namespace kelp::test
