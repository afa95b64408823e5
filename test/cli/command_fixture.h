// CommandFixture: a broker of the real binary, and commands of the real binary that ask it.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/assert.h"
#include "client/kelp_process.h"
#include "client/run_kelp.h"
#include "client/typed_client.h"
#include "record/builder.h"
#include "wire/00_produce.h"
#include "wire/19_create_topics.h"

namespace kelp::test {

class CommandFixture : public testing::Test {
 protected:
  void SetUp() override { start(1); }

  /// Instead of the one that runs.
  void start(int brokers, const std::vector<std::string>& arguments = {}) {
    KelpProcess::Options options;
    options.arguments = {"--brokers", std::to_string(brokers), "--set",
                         "group.initial.rebalance.delay.ms=0"};
    options.arguments.insert(options.arguments.end(), arguments.begin(), arguments.end());
    kelp_ = std::make_unique<KelpProcess>(options);
    ASSERT_TRUE(kelp_->start());
    client_ = connect(kelp_->port());
  }
  static std::unique_ptr<TypedClient> connect(uint16_t port) {
    auto client = TypedClient::connect("127.0.0.1", port);
    KELP_ASSERT(client.has_value());
    return std::make_unique<TypedClient>(std::move(*client));
  }

  /// `kelp …`, told where the broker is.
  Ran run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"-b", "127.0.0.1:" + std::to_string(kelp_->port())});
    return run_kelp(arguments);
  }
  /// Its JSON; it must do well.
  boost::json::value json(std::vector<std::string> arguments) const {
    arguments.emplace_back("--json");
    const Ran ran = run(std::move(arguments));
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    return boost::json::parse(ran.out);
  }

  void create_topic(const std::string& name, int32_t partitions) {
    wire::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = 1;
    const auto created = client_->call<wire::CreateTopicsResponse>(request, 7);
    ASSERT_TRUE(created.has_value()) << created.error().text();
    ASSERT_EQ(created->topics.at(0).error_code, ErrorCode::none);
  }
  /// Ten records, a second apart, the first at second 1000.
  void produce_ten(const std::string& topic, int32_t partition) {
    record::BatchBuilder builder;
    for (int i = 0; i < 10; ++i) {
      record::NewRecord record;
      record.timestamp_ms = (1000 + i) * 1000;
      record.value = as_bytes("x");
      builder.add(record);
    }
    wire::ProduceRequest request;
    request.acks = -1;
    request.timeout_ms = 10'000;
    auto& data = request.topic_data.emplace_back();
    data.name = topic;
    auto& to = data.partition_data.emplace_back();
    to.index = partition;
    to.records = wire::Records(*builder.build());
    const auto produced = client_->call<wire::ProduceResponse>(request, 9);
    ASSERT_TRUE(produced.has_value()) << produced.error().text();
    ASSERT_EQ(produced->responses.at(0).partition_responses.at(0).error_code, ErrorCode::none);
  }

  std::unique_ptr<KelpProcess> kelp_;
  std::unique_ptr<TypedClient> client_;
};

}  // namespace kelp::test
