// Our producer and fetcher against brokers that lose answers, refuse batches and move leaders.
#include "client/producer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <atomic>

#include "client/fake_broker.h"
#include "client/fetched_records.h"
#include "client/fetcher.h"
#include "record/testing.h"
#include "wire/01_fetch.h"
#include "wire/03_metadata.h"
#include "wire/18_api_versions.h"
#include "wire/22_init_producer_id.h"

namespace kelp::test {
namespace {

using client::Cluster;
using client::Delivery;
using client::Producer;

template <class Response>
Slice answer_of(const wire::RequestHeader& header, const Response& response) {
  return wire::encode_response(header.correlation_id, response, header.request_api_version)
      .bytes.slice();
}

/// A cluster of one broker with a topic t of one partition; Produce and Fetch are the test's.
class OneBroker {
 public:
  /// The n-th answer to Produce, from 1, to a batch; nothing closes the connection instead.
  using OnProduce = std::function<std::optional<ErrorCode>(int, const record::BatchView&)>;
  using OnFetch = std::function<void(int, int64_t, wire::FetchResponse::PartitionData&)>;

  explicit OneBroker(OnProduce on_produce, OnFetch on_fetch = {})
      : on_produce_(std::move(on_produce)),
        on_fetch_(std::move(on_fetch)),
        broker_(
            {{18, [](const auto& header, const Slice&) { return versions(header); }},
             {3, [this](const auto& header, const Slice&) { return metadata(header); }},
             {22, [this](const auto& header, const Slice&) { return identity(header); }},
             {0, [this](const auto& header, const Slice& body) { return produce(header, body); }},
             {1, [this](const auto& header, const Slice& body) { return fetch(header, body); }}}) {
    port_ = broker_.port();
  }

  Cluster connect(std::chrono::milliseconds timeout = std::chrono::seconds(20)) const {
    Cluster::Options options;
    options.bootstrap = {client::Address{"127.0.0.1", broker_.port()}};
    options.timeout = timeout;
    auto cluster = Cluster::connect(std::move(options));
    KELP_ASSERT(cluster.has_value(), cluster.error().what);
    return *std::move(cluster);
  }
  int looks() const { return looks_; }

 private:
  static Slice versions(const wire::RequestHeader& header) {
    wire::ApiVersionsResponse response;
    if (header.request_api_version > 2) {
      response.error_code = ErrorCode::unsupported_version;
      return wire::encode_response(header.correlation_id, response, 0).bytes.slice();
    }
    response.api_keys = {{0, 0, 8}, {1, 0, 11}, {3, 0, 7}, {18, 0, 2}, {22, 0, 1}};
    return answer_of(header, response);
  }
  Slice metadata(const wire::RequestHeader& header) {
    ++looks_;
    wire::MetadataResponse response;
    response.brokers.push_back({1, "127.0.0.1", port_.load(), std::nullopt});
    auto& topic = response.topics.emplace_back();
    topic.name = "t";
    topic.partitions.emplace_back().leader_id = 1;
    return answer_of(header, response);
  }
  Slice identity(const wire::RequestHeader& header) {
    wire::InitProducerIdResponse response;
    response.producer_id = 100 + ++identities_;
    return answer_of(header, response);
  }
  Slice produce(const wire::RequestHeader& header, const Slice& body) {
    const auto request = wire::decode<wire::ProduceRequest>(body, header.request_api_version);
    const auto& data = request->topic_data.at(0).partition_data.at(0);
    const record::BatchView batch(data.records.slice().bytes());
    EXPECT_TRUE(batch.crc_is_right());
    const auto error = on_produce_(++produced_, batch);
    if (!error.has_value()) return {};
    wire::ProduceResponse response;
    response.responses.emplace_back().name = "t";
    auto& partition = response.responses[0].partition_responses.emplace_back();
    partition.error_code = *error;
    partition.base_offset = *error == ErrorCode::none ? next_offset_ : -1;
    if (*error == ErrorCode::none) next_offset_ += batch.record_count();
    return answer_of(header, response);
  }
  Slice fetch(const wire::RequestHeader& header, const Slice& body) {
    const auto request = wire::decode<wire::FetchRequest>(body, header.request_api_version);
    wire::FetchResponse response;
    response.responses.emplace_back().topic = "t";
    auto& data = response.responses[0].partitions.emplace_back();
    data.records = Slice();
    on_fetch_(++fetched_, request->topics.at(0).partitions.at(0).fetch_offset, data);
    return answer_of(header, response);
  }

  OnProduce on_produce_;
  OnFetch on_fetch_;
  std::atomic<uint16_t> port_ = 0;
  std::atomic<int> looks_ = 0;
  int identities_ = 0;
  int produced_ = 0;
  int fetched_ = 0;
  int64_t next_offset_ = 0;
  FakeBroker broker_;
};

/// "1,2@0" for records 1 and 2 stored at 0, "3!INVALID_RECORD" for one that was not, "?" behind it
/// where that is not sure.
std::string told(const Delivery& delivery) {
  std::string text = fmt::format("{}", fmt::join(delivery.numbers, ","));
  if (!delivery.fault.has_value()) return text + fmt::format("@{}", delivery.base_offset);
  return text +
         fmt::format("!{}{}", name_of(delivery.fault->code), delivery.may_be_stored ? "?" : "");
}

/// Produces that many records of 10 bytes in one batch, from 1; what became of them.
std::string produce(const OneBroker& broker, int count,
                    std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
  Cluster cluster = broker.connect(timeout);
  std::string deliveries;
  auto producer = Producer::open(cluster, {.topic = "t"}, [&](const Delivery& delivery) {
    deliveries += told(delivery) + ' ';
  });
  KELP_ASSERT(producer.has_value(), producer.error().what);
  for (int i = 1; i <= count; ++i) {
    client::ProducerRecord record;
    record.number = static_cast<uint64_t>(i);
    record.content.value = as_bytes("0123456789");
    EXPECT_TRUE(producer->add(record).has_value());
  }
  const auto flushed = producer->flush();
  return deliveries + (flushed.has_value() ? "" : flushed.error().what);
}

/// Producer and first sequence of each batch that came.
struct Seen {
  std::vector<std::string> batches;
  void add(const record::BatchView& batch) {
    batches.push_back(
        fmt::format("{}:{}+{}", batch.producer_id(), batch.base_sequence(), batch.record_count()));
  }
};
using Batches = std::vector<std::string>;

TEST(Producer, sends_again_what_had_no_answer_and_takes_a_duplicate_for_stored) {
  Seen seen;
  const OneBroker broker([&seen](int time, const record::BatchView& batch) {
    seen.add(batch);
    return time == 1 ? std::optional<ErrorCode>() : ErrorCode::duplicate_sequence_number;
  });
  EXPECT_EQ(produce(broker, 2), "1,2@-1 ");
  EXPECT_EQ(seen.batches, (Batches{"101:0+2", "101:0+2"}));
}

TEST(Producer, looks_for_the_leader_when_it_has_moved) {
  const OneBroker broker([](int time, const record::BatchView&) {
    return time < 3 ? ErrorCode::not_leader_or_follower : ErrorCode::none;
  });
  EXPECT_EQ(produce(broker, 1), "1@0 ");
  EXPECT_GE(broker.looks(), 4) << "when connected, at the beginning, and after each refusal";
}

TEST(Producer, takes_a_new_identity_when_the_broker_forgot_the_old_one) {
  Seen seen;
  const OneBroker broker([&seen](int time, const record::BatchView& batch) {
    seen.add(batch);
    return time == 1 ? ErrorCode::out_of_order_sequence_number : ErrorCode::none;
  });
  EXPECT_EQ(produce(broker, 2), "1,2@0 ");
  EXPECT_EQ(seen.batches, (Batches{"101:0+2", "102:0+2"}));
}

TEST(Producer, does_not_take_new_identities_for_ever) {
  int times = 0;
  const OneBroker broker([&times](int, const record::BatchView&) {
    ++times;
    return ErrorCode::out_of_order_sequence_number;
  });
  EXPECT_EQ(produce(broker, 1), "1!OUT_OF_ORDER_SEQUENCE_NUMBER ");
  EXPECT_EQ(times, 4);
}

TEST(Producer, halves_a_batch_that_is_too_large_until_it_fits) {
  Seen seen;
  const OneBroker broker([&seen](int, const record::BatchView& batch) {
    seen.add(batch);
    return batch.record_count() > 1 ? ErrorCode::message_too_large : ErrorCode::none;
  });
  EXPECT_EQ(produce(broker, 3), "1@0 2@1 3@2 ");
  EXPECT_EQ(seen.batches, (Batches{"101:0+3", "101:0+1", "101:1+2", "101:1+1", "101:2+1"}));
}

TEST(Producer, tells_of_records_that_are_refused) {
  const OneBroker broker(
      [](int, const record::BatchView&) { return ErrorCode::topic_authorization_failed; });
  EXPECT_EQ(produce(broker, 2), "1,2!TOPIC_AUTHORIZATION_FAILED ");
}

TEST(Producer, gives_up_in_time_and_says_that_it_is_not_sure) {
  const OneBroker broker(
      [](int, const record::BatchView&) { return ErrorCode::request_timed_out; });
  EXPECT_EQ(produce(broker, 1, std::chrono::milliseconds(300)), "1!REQUEST_TIMED_OUT? ");
}

/// The values that a fetcher gets from offset 0 until it has so many, or an error.
std::string fetch(const OneBroker& broker, size_t count) {
  Cluster cluster = broker.connect(std::chrono::milliseconds(2000));
  client::Fetcher fetcher(cluster, {{{"t", 0}, 0}}, client::Isolation::read_uncommitted);
  std::string values;
  for (size_t got = 0; got < count;) {
    auto fetched = fetcher.next({}, client::Clock::now() + std::chrono::seconds(1));
    if (!fetched.has_value()) return values + fetched.error().what;
    for (const client::Fetched& each : *fetched) {
      const auto position =
          client::visit_records(each.data, each.position, client::Isolation::read_uncommitted,
                                [&](const client::FetchedRecord& record) {
                                  values += std::string(as_text(*record.value)) + ' ';
                                  return ++got < count;
                                });
      fetcher.set_position(each.at, position.value());
    }
  }
  return values;
}

TEST(Fetcher, goes_on_after_errors_that_pass) {
  const OneBroker broker({}, [](int time, int64_t offset, auto& data) {
    if (time == 1 || time == 3) {
      data.error_code = ErrorCode::not_leader_or_follower;
    } else if (offset < 4) {
      record::BatchOptions options;
      options.base_offset = Offset(offset);
      data.records = record::testing::batch_of(2, options);
    }
  });
  EXPECT_EQ(fetch(broker, 4), "v0 v1 v0 v1 ");
}

TEST(Fetcher, gives_up_in_time_and_says_why) {
  const OneBroker broker(
      {}, [](int, int64_t, auto& data) { data.error_code = ErrorCode::leader_not_available; });
  EXPECT_EQ(fetch(broker, 1), "t:0: LEADER_NOT_AVAILABLE");
}

TEST(Fetcher, stops_at_errors_that_stay) {
  const OneBroker broker({}, [](int, int64_t, auto& data) {
    data.error_code = ErrorCode::topic_authorization_failed;
  });
  EXPECT_EQ(fetch(broker, 1), "t:0: TOPIC_AUTHORIZATION_FAILED");
}

}  // namespace
}  // namespace kelp::test
