// The SeaweedMQ broker of a filer group, and its topics. One broker per group is assumed: with two,
// ordinary traffic ends one of them, and so a group that has another number is not worked with. It
// is looked for when it is wanted, and again after a failure: it may come back elsewhere. Any
// shard. Owner: the engine.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rt/blocking.h"
#include "rt/task.h"
#include "seaweed/filer.h"
#include "seaweed/proto/mq_broker.grpc.pb.h"
#include "seaweed/rpc.h"
#include "seaweed/smq_requests.h"

namespace kelp::seaweed {

class SmqBroker {
 public:
  using Stub = messaging_pb::SeaweedMessaging::Stub;

  /// `address` is host:port of gRPC, as the masters name brokers; empty: they are asked.
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

  /// There is just one. Errors: io, naming what the masters know instead.
  Task<Result<std::shared_ptr<Stub>>> reach();

  /// What the topic's `topic.conf` says, without the broker; not_found.
  Task<Result<std::vector<SmqPartition>>> partitions_on_filer(smq::TopicName topic);
  /// All topics that have a `topic.conf` on the filer: what the broker itself lists may be gone.
  Task<Result<std::vector<smq::TopicName>>> topics();
  /// Deletes its files. The broker is not told and goes on with its memory: streams must have
  /// ended, and the name is used up for the broker's life.
  Task<Result<void>> remove(smq::TopicName topic);

  /// Null: never reached.
  std::shared_ptr<Stub> stub();
  CallGuard& guard() { return guard_; }
  Filer& filer() { return filer_; }

 private:
  Task<Result<messaging_pb::GetTopicConfigurationResponse>> configuration(smq::TopicName topic);
  Task<Result<std::vector<std::string>>> directories_in(std::string directory);

  void connect_to(const std::string& address);
  bool should_look();
  void look_again();

  Filer& filer_;
  const std::shared_ptr<grpc::ChannelCredentials> credentials_;
  std::mutex mutex_;  // of what follows
  std::string address_;
  std::shared_ptr<Stub> stub_;
  bool is_in_doubt_ = false;
  rt::Clock::time_point look_after_;
  CallGuard guard_;
  rt::BlockingPool pool_{1};  // the last: its thread ends first
};

}  // namespace kelp::seaweed
