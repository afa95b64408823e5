// Every request that Kelp sends to a SeaweedMQ broker is made here: one function per call, of what
// has been checked. A request without its topic or partition, or with a count of 0, ends the
// broker's process (measured, weed 4.48), so nothing else of Kelp may build one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/slice.h"
#include "seaweed/proto/mq_broker.pb.h"
#include "smq/ring.h"
#include "smq/topic_names.h"

namespace kelp::seaweed {

/// A partition as the broker has named it. Only checked ones are made.
class SmqPartition {
 public:
  /// invalid: a name that is none, a slice that is not of the ring, a generation before 1970.
  static Result<SmqPartition> of(smq::TopicName topic, smq::RingSlice slice, int64_t unix_time_ns);

  const smq::TopicName& topic() const { return topic_; }
  smq::RingSlice slice() const { return slice_; }
  int64_t unix_time_ns() const { return unix_time_ns_; }
  /// Where its log is on the filer.
  std::string directory() const;
  /// "kafka/orders 0420-0840", for words.
  std::string text() const;

 private:
  SmqPartition(smq::TopicName topic, smq::RingSlice slice, int64_t unix_time_ns)
      : topic_(std::move(topic)), slice_(slice), unix_time_ns_(unix_time_ns) {}

  smq::TopicName topic_;
  smq::RingSlice slice_;
  int64_t unix_time_ns_;
};

namespace smq_request {

/// Creates the topic, or asks who leads its partitions. `current` is what GetTopicConfiguration
/// said: a schema that is not repeated is erased. invalid: the name, the count, or another count
/// than the topic has (which would begin an empty generation).
Result<messaging_pb::ConfigureTopicRequest> configure(
    const smq::TopicName& topic, int32_t partitions,
    const messaging_pb::GetTopicConfigurationResponse* current);
Result<messaging_pb::GetTopicConfigurationRequest> configuration_of(const smq::TopicName& topic);
messaging_pb::PublishMessageRequest publish_init(const SmqPartition& partition,
                                                 std::string_view publisher);
/// ts_ns stays 0: the broker's clock is the only one that leaves files in order.
messaging_pb::PublishMessageRequest publish_data(Bytes key, Bytes value);
messaging_pb::SubscribeMessageRequest subscribe_init(const SmqPartition& partition,
                                                     std::string_view group);
messaging_pb::SubscribeMessageRequest subscribe_ack(const messaging_pb::DataMessage& message);
messaging_pb::GetPartitionRangeInfoRequest range_of(const SmqPartition& partition);

}  // namespace smq_request
}  // namespace kelp::seaweed
