// The SeaweedMQ broker of a filer group, and its topics. One broker per group is assumed: with two,
// ordinary traffic ends one of them. Any shard. Owner: the engine.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rt/task.h"
#include "seaweed/filer.h"
#include "seaweed/proto/mq_broker.grpc.pb.h"
#include "seaweed/rpc.h"
#include "seaweed/smq_requests.h"

namespace kelp::seaweed {

class SmqBroker {
 public:
  /// `address` is host:port of gRPC, as the masters name brokers.
  SmqBroker(std::string address, Filer& filer,
            std::shared_ptr<grpc::ChannelCredentials> credentials);
  ~SmqBroker();

  /// Makes the topic, or finds it with so many partitions; waits until each partition has a leader
  /// (up to kLeaderWait: a broker that was restarted, or whose filer was, needs up to 40 s). In the
  /// order of the partitions' indexes. invalid: names, counts; timed_out: no leader yet.
  Task<Result<std::vector<SmqPartition>>> configure(smq::TopicName topic, int32_t partitions);
  /// The partitions of a topic that is there; not_found.
  Task<Result<std::vector<SmqPartition>>> describe(smq::TopicName topic);
  /// One past the last offset that the broker gave. Not before the partition was repaired: it loads
  /// it.
  Task<Result<int64_t>> next_offset(SmqPartition partition);

  /// All topics that have a `topic.conf` on the filer: what the broker itself lists may be gone.
  Task<Result<std::vector<smq::TopicName>>> topics();
  /// Deletes its files. The broker is not told and goes on with its memory: streams must have
  /// ended, and the name is used up for the broker's life.
  Task<Result<void>> remove(smq::TopicName topic);

  messaging_pb::SeaweedMessaging::Stub& stub() { return *stub_; }
  CallGuard& guard() { return guard_; }
  Filer& filer() { return filer_; }
  const std::string& address() const { return address_; }

 private:
  Task<Result<messaging_pb::GetTopicConfigurationResponse>> configuration(smq::TopicName topic);
  Task<Result<std::vector<std::string>>> directories_in(std::string directory);

  const std::string address_;
  Filer& filer_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<messaging_pb::SeaweedMessaging::Stub> stub_;
  CallGuard guard_;
};

}  // namespace kelp::seaweed
