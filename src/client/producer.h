// Producer: stores records in one topic of any Kafka cluster since 2.1. Batches for each partition,
// one request at a time to each leader, tried again while a try may help and time is left; with
// identities (idempotence) such a batch is stored once. Blocking, one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "client/cluster.h"
#include "client/leaders.h"
#include "client/produce_lane.h"
#include "wire/00_produce.h"

namespace kelp::client {

struct ProducerRecord {
  uint64_t number = 0;  // the caller's own, for the Delivery
  std::optional<int32_t> partition;
  record::NewRecord content;
};

class Producer {
 public:
  struct Options {
    std::string topic;
    int16_t acks = -1;  // -1: all
    record::Codec codec = record::Codec::none;
    bool idempotent = true;  // with acks -1 only
  };
  using OnDelivery = std::function<void(const Delivery&)>;

  /// Finds the topic, which may create it where the cluster allows that. Errors: not_found, and
  /// those of Cluster.
  static Result<Producer> open(Cluster& cluster, Options options, OnDelivery on_delivery);

  /// Copies the record. Sends everything first when there is no room. Without a partition: by the
  /// key as Kafka does, or one for all records without a key until the next sending. Errors of this
  /// record: out_of_range (no such partition), too_large; others: those of flush().
  Result<void> add(const ProducerRecord& record);
  /// Sends everything and returns when each record has had its Delivery. Errors: nothing at all can
  /// be sent.
  Result<void> flush();

 private:
  Producer(Cluster& cluster, Options options, OnDelivery on_delivery);

  /// What goes to one leader in a round.
  struct Round {
    Broker leader;
    std::vector<ProduceLane*> lanes;
    Connection* connection = nullptr;
    int16_t version = 0;
  };

  Result<void> find_topic();
  Result<int32_t> partition_for(const ProducerRecord& record);
  int32_t sticky_partition();
  Result<ProducerIdentity> new_identity();
  Result<void> identify(ProduceLane& lane);
  Result<void> send_round();
  bool send(Round& round);
  void receive(Round& round);
  void settle(ProduceLane& lane, const wire::ProduceResponse::PartitionProduceResponse& answer);
  void failed(const Round& round, const Error& error, bool in_doubt);
  void give_up_overdue(bool all);
  bool has_sealed() const;

  Cluster* cluster_;
  Options options_;
  OnDelivery on_delivery_;
  Leaders leaders_;
  std::map<int32_t, ProduceLane> lanes_;
  size_t buffered_bytes_ = 0;
  std::optional<int32_t> sticky_;
  std::optional<ProducerIdentity> identity_;  // that of every lane without trouble
  bool progressed_ = false;
};

}  // namespace kelp::client
