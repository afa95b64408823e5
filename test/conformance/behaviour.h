// Behaviour: what the behaviour tests share: one broker in memory for each suite, a client, fresh
// topics, and the requests that most of them send. A test is a rule of Kafka's that the protocol
// guide is silent about (learnt from a real 4.3.1), asked in the lowest, a middle and the highest
// version that has it. Every test makes its own topics, so that none sees another's.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/kelp_process.h"
#include "client/typed_client.h"
#include "record/testing.h"
#include "wire/00_produce.h"
#include "wire/19_create_topics.h"

namespace kelp::test {

using record::testing::batch_of;
using record::testing::changed;
using record::testing::joined;
using record::testing::with_payload;
using testing::ElementsAre;
using testing::IsEmpty;

using PartitionProduced = wire::ProduceResponse::PartitionProduceResponse;
using TopicCreated = wire::CreateTopicsResponse::CreatableTopicResult;
using Configs = std::vector<std::pair<std::string, std::string>>;

/// Requests name a topic by its name, or in later versions by its id: they take what they know.
struct Topic {
  std::string name;
  Uuid id;
};

/// An id that no topic has.
inline constexpr Uuid kNobodysId{{0x8e, 0x3d, 0xab, 0x5c, 7, 7, 7}};
/// The largest name that is too long.
inline const std::string kTooLong(250, 'x');

/// `ask(version)` for each, its number in every failure.
template <class Ask>
void at_versions(std::initializer_list<int16_t> versions, Ask ask) {
  for (const int16_t version : versions) {
    SCOPED_TRACE(testing::Message() << "version " << version);
    ask(version);
  }
}

class Behaviour : public testing::Test {
 protected:
  static void SetUpTestSuite() { start({}); }
  static void start(std::vector<std::string> arguments) {
    kelp_ = std::make_unique<KelpProcess>(KelpProcess::Options{std::move(arguments), "", 0});
    ASSERT_TRUE(kelp_->start());
  }
  static void TearDownTestSuite() { kelp_.reset(); }

  static uint16_t port() { return kelp_->port(); }
  static const std::string& cluster_id() { return kelp_->cluster_id(); }

  static TypedClient connect() {
    auto client = TypedClient::connect("127.0.0.1", port());
    EXPECT_TRUE(client.has_value());
    return *std::move(client);
  }

  /// The answer; an empty one, and a failure, when there is none.
  template <class Response, class Request>
  Response ask(const Request& request, int16_t version) {
    auto answer = client.call<Response>(request, version);
    EXPECT_TRUE(answer.has_value()) << answer.error().text();
    return answer.has_value() ? *std::move(answer) : Response();
  }

  static std::string fresh_name(const std::string& like = "t") {
    static std::atomic<int> made = 0;
    return like + "-" + std::to_string(++made);
  }

  TopicCreated create(const std::string& name, int32_t partitions, const Configs& configs) {
    wire::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = 1;
    for (const auto& [key, value] : configs) {
      auto& config = topic.configs.emplace_back();
      config.name = key;
      config.value = value;
    }
    return ask<wire::CreateTopicsResponse>(request, 7).topics.at(0);
  }

  Topic fresh_topic(int32_t partitions = 1, const Configs& configs = {}) {
    const TopicCreated made = create(fresh_name(), partitions, configs);
    EXPECT_EQ(made.error_code, ErrorCode::none);
    return {made.name, made.topic_id};
  }

  static wire::ProduceRequest produce_request(const Topic& topic, Slice records,
                                              int32_t partition = 0, int16_t acks = -1) {
    wire::ProduceRequest request;
    request.acks = acks;
    request.timeout_ms = 1000;
    add_records(request.topic_data.emplace_back(), topic, partition, std::move(records));
    return request;
  }

  static void add_records(wire::ProduceRequest::TopicProduceData& to, const Topic& topic,
                          int32_t partition, Slice records) {
    to.name = topic.name;
    to.topic_id = topic.id;
    auto& data = to.partition_data.emplace_back();
    data.index = partition;
    data.records = wire::Records(std::move(records));
  }

  PartitionProduced produce(const Topic& topic, Slice records, int16_t version = 13,
                            int32_t partition = 0, int16_t acks = -1) {
    const auto request = produce_request(topic, std::move(records), partition, acks);
    const auto answer = ask<wire::ProduceResponse>(request, version);
    return answer.responses.at(0).partition_responses.at(0);
  }

  TypedClient client = connect();

 private:
  inline static std::unique_ptr<KelpProcess> kelp_;
};

}  // namespace kelp::test
