// For tests only: a broker on the memory engine, asked by frames as the network would, without
// sockets. Every test of it runs with 1 and with 3 shards.
#pragma once

#include <gtest/gtest.h>

#include <atomic>

#include "broker/broker.h"
#include "engine/memory/memory_engine.h"
#include "record/builder.h"
#include "rt/test_shard.h"
#include "wire/19_create_topics.h"
#include "wire/codec.h"
#include "wire/header.h"

namespace kelp::broker {

class TestBroker {
 public:
  explicit TestBroker(size_t shards, std::vector<std::string> overrides = {}, int32_t nodes = 1,
                      std::unique_ptr<engine::Engine> engine = engine::make_memory_engine())
      : engine_(std::move(engine)) {
    for (const std::string& assignment : overrides) settings_.add_override(assignment);
    settings_.add_override("kelp.brokers=" + std::to_string(nodes));
    EXPECT_TRUE(settings_.errors().empty()) << settings_.errors().front();
    std::vector<rt::Shard*> all;
    for (size_t i = 0; i < shards; ++i) {
      shards_.push_back(std::make_unique<rt::Shard>(static_cast<unsigned>(i)));
      shards_.back()->start();
      all.push_back(shards_.back().get());
    }
    connected_to_ = shards - 1;
    std::vector<config::BrokerConfig> configs;
    for (int32_t i = 0; i < nodes; ++i) configs.push_back(*config::resolve(settings_, i));
    broker_ = std::make_unique<Broker>(*engine_, all, settings_, std::move(configs));
    std::vector<std::vector<NodeAddress>> addresses;
    for (int32_t i = 0; i < nodes; ++i) {
      addresses.emplace_back().emplace_back().port = static_cast<uint16_t>(9092 + i);
    }
    broker_->set_addresses(std::move(addresses));
    const auto started = rt::run_on(*shards_.front(), [this] { return broker_->start(); });
    EXPECT_TRUE(started.has_value()) << started.error().text();
  }
  ~TestBroker() {
    rt::run_on(*shards_.front(), [this] { return broker_->stop(); });
    broker_.reset();
    const auto closed = rt::run_on(*shards_.front(), [this] { return engine_->close(); });
    EXPECT_TRUE(closed.has_value()) << closed.error().text();
    engine_.reset();  // its threads may have something to tell the shards
  }

  /// Connections live on the last shard, or from now on on this one.
  void connect_to(size_t shard) { connected_to_ = shard; }

  /// From now on all requests come over one connection; else each has one of its own.
  void keep_connection() { kept_ = std::make_shared<net::Peer>(); }

  /// The answer of a connection to node `node`; nothing if it gave none or closed.
  std::optional<Slice> send(Slice frame, size_t node = 0) {
    const net::Answer answer = rt::run_on(*shards_[connected_to_], [&] {
      auto peer = kept_ ? kept_ : std::make_shared<net::Peer>();
      peer->client_host = "127.0.0.1";
      peer->local_host = "127.0.0.1";
      peer->node = node;
      return broker_->serve(std::move(peer), frame);
    });
    closed_ = answer.kind == net::Answer::Kind::close;
    if (answer.kind != net::Answer::Kind::reply) return std::nullopt;
    return *rt::gathered(answer.frame);
  }
  bool closed() const { return closed_; }

  /// What a connection would do: `work` makes a task, which runs on its shard.
  template <class Work>
  auto run(Work work) {
    return rt::run_on(*shards_[connected_to_], std::move(work));
  }

  template <class Response, class Request>
  Response call(const Request& request, int16_t version, size_t node = 0) {
    wire::RequestHeader header;
    header.correlation_id = 77;
    header.client_id = "test";
    const wire::Frame frame = wire::encode_request(header, request, version);
    const auto reply = send(frame.bytes.slice().from(4), node);
    if (!reply.has_value()) {
      ADD_FAILURE() << Request::name << " v" << version << ": no answer";
      return {};
    }
    EXPECT_EQ(load_big<int32_t>(reply->data()), static_cast<int32_t>(reply->size()) - 4);
    EXPECT_EQ(load_big<int32_t>(reply->data() + 4), 77);
    const size_t header_size = wire::has_flexible_header<Response>(version) ? 9 : 8;
    auto response = wire::decode_exactly<Response>(reply->from(header_size), version);
    if (!response.has_value()) {
      ADD_FAILURE() << response.error().text();
      return {};
    }
    return *std::move(response);
  }

  Broker& broker() { return *broker_; }
  /// The value of `look()`, which runs there.
  template <class Look>
  auto on_first_shard(Look look) {
    auto there = [&look]() -> rt::Task<std::invoke_result_t<Look&>> { co_return look(); };
    return rt::run_on(*shards_.front(), there);
  }

  using Configs = std::vector<std::pair<std::string, std::string>>;
  void create_topic(const std::string& name, const Configs& configs = {}, int32_t partitions = 1,
                    int16_t replicas = 1) {
    wire::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = replicas;
    for (const auto& [key, value] : configs) {
      auto& config = topic.configs.emplace_back();
      config.name = key;
      config.value = value;
    }
    const auto response = call<wire::CreateTopicsResponse>(request, 7);
    ASSERT_EQ(response.topics.at(0).error_code, ErrorCode::none)
        << response.topics.at(0).error_message.value_or("");
  }

  /// What a moment of the log cleaner's timer does.
  CleanerCounts clean(int64_t now_ms) {
    return rt::run_on(*shards_.front(), [&] { return broker_->clean_logs(now_ms); });
  }
  void apply_retention(int64_t now_ms) {
    rt::run_on(*shards_.front(), [&]() -> rt::Task<bool> {
      co_await broker_->apply_retention(now_ms);
      co_return true;
    });
  }
  /// Bytes that the log of a topic's partition takes.
  uint64_t log_bytes(const std::string& topic, int32_t index = 0) {
    return rt::run_on(*shards_.front(), [&]() -> rt::Task<uint64_t> {
      const engine::PartitionId id = broker_->image()->find(topic)->partition_id(index);
      ShardState& owner = broker_->shards().owner_of(id);
      auto there = [&]() -> rt::Task<uint64_t> { co_return owner.find(id)->log().size_bytes(); };
      co_return co_await rt::call_on(owner.shard(), there);
    });
  }

 private:
  std::unique_ptr<engine::Engine> engine_;
  config::BrokerSettings settings_;
  std::vector<std::unique_ptr<rt::Shard>> shards_;
  std::unique_ptr<Broker> broker_;
  std::atomic<size_t> connected_to_ = 0;
  std::shared_ptr<net::Peer> kept_;
  std::atomic<bool> closed_ = false;  // a test may call from several threads
};

/// A batch of records "v0", "v1", … with timestamps from `first_timestamp_ms` on.
inline Slice batch_of(int32_t records, record::BatchOptions options = {},
                      int64_t first_timestamp_ms = 1000) {
  record::BatchBuilder builder(options);
  for (int32_t i = 0; i < records; ++i) {
    const std::string value = "v" + std::to_string(i);
    record::NewRecord record;
    record.timestamp_ms = first_timestamp_ms + i;
    record.value = as_bytes(value);
    builder.add(record);
  }
  return *builder.build();
}

}  // namespace kelp::broker
