#include "seaweed/smq_requests.h"

#include <fmt/format.h>

#include "smq/paths.h"

namespace kelp::seaweed {
namespace {

/// How many messages SubscribeMessage sends before it wants to be told.
constexpr int32_t kSubscribeWindow = 1000;

void set_topic(schema_pb::Topic& to, const smq::TopicName& topic) {
  to.set_namespace_(topic.space);
  to.set_name(topic.name);
}

void set_partition(schema_pb::Partition& to, const SmqPartition& partition) {
  to.set_ring_size(smq::kRingSize);
  to.set_range_start(partition.slice().start);
  to.set_range_stop(partition.slice().stop);
  to.set_unix_time_ns(partition.unix_time_ns());
}

}  // namespace

Result<SmqPartition> SmqPartition::of(smq::TopicName topic, smq::RingSlice slice,
                                      int64_t unix_time_ns) {
  if (auto checked = smq::check(topic); !checked) return std::unexpected(checked.error());
  if (slice.start < 0 || slice.start >= slice.stop || slice.stop > smq::kRingSize) {
    return fail(ErrorKind::invalid, fmt::format("{}/{}: {} to {} is no slice of the ring",
                                                topic.space, topic.name, slice.start, slice.stop));
  }
  if (unix_time_ns <= 0) {
    return fail(ErrorKind::invalid,
                fmt::format("{}/{}: no generation {}", topic.space, topic.name, unix_time_ns));
  }
  return SmqPartition(std::move(topic), slice, unix_time_ns);
}

std::string SmqPartition::directory() const {
  return smq::partition_directory(topic_, unix_time_ns_, slice_);
}

std::string SmqPartition::text() const {
  return fmt::format("{}/{} {}", topic_.space, topic_.name, smq::partition_name(slice_));
}

namespace smq_request {

Result<messaging_pb::ConfigureTopicRequest> configure(
    const smq::TopicName& topic, int32_t partitions,
    const messaging_pb::GetTopicConfigurationResponse* current) {
  if (auto checked = smq::check(topic); !checked) return std::unexpected(checked.error());
  if (auto checked = smq::check_partition_count(partitions); !checked) {
    return std::unexpected(checked.error());
  }
  messaging_pb::ConfigureTopicRequest request;
  set_topic(*request.mutable_topic(), topic);
  request.set_partition_count(partitions);
  if (current == nullptr) return request;
  if (current->partition_count() != 0 && current->partition_count() != partitions) {
    return fail(ErrorKind::invalid,
                fmt::format("the SeaweedMQ topic {}/{} has {} partitions, and another number would "
                            "begin an empty log",
                            topic.space, topic.name, current->partition_count()));
  }
  if (current->has_retention()) *request.mutable_retention() = current->retention();
  if (current->has_message_record_type()) {
    *request.mutable_message_record_type() = current->message_record_type();
  }
  *request.mutable_key_columns() = current->key_columns();
  request.set_schema_format(current->schema_format());
  return request;
}

Result<messaging_pb::GetTopicConfigurationRequest> configuration_of(const smq::TopicName& topic) {
  if (auto checked = smq::check(topic); !checked) return std::unexpected(checked.error());
  messaging_pb::GetTopicConfigurationRequest request;
  set_topic(*request.mutable_topic(), topic);
  return request;
}

messaging_pb::PublishMessageRequest publish_init(const SmqPartition& partition,
                                                 std::string_view publisher) {
  messaging_pb::PublishMessageRequest request;
  auto& init = *request.mutable_init();
  set_topic(*init.mutable_topic(), partition.topic());
  set_partition(*init.mutable_partition(), partition);
  init.set_publisher_name(std::string(publisher));
  return request;
}

messaging_pb::PublishMessageRequest publish_data(Bytes key, Bytes value) {
  messaging_pb::PublishMessageRequest request;
  auto& data = *request.mutable_data();
  data.set_key(key.data(), key.size());
  data.set_value(value.data(), value.size());
  return request;
}

messaging_pb::SubscribeMessageRequest subscribe_init(const SmqPartition& partition,
                                                     std::string_view group) {
  messaging_pb::SubscribeMessageRequest request;
  auto& init = *request.mutable_init();
  init.set_consumer_group(std::string(group));
  init.set_consumer_id("kelp");
  init.set_client_id("kelp");
  set_topic(*init.mutable_topic(), partition.topic());
  set_partition(*init.mutable_partition_offset()->mutable_partition(), partition);
  init.set_offset_type(schema_pb::RESET_TO_EARLIEST);
  init.set_sliding_window_size(kSubscribeWindow);
  return request;
}

messaging_pb::SubscribeMessageRequest subscribe_ack(const messaging_pb::DataMessage& message) {
  messaging_pb::SubscribeMessageRequest request;
  request.mutable_ack()->set_key(message.key());
  request.mutable_ack()->set_ts_ns(message.ts_ns());
  return request;
}

messaging_pb::GetPartitionRangeInfoRequest range_of(const SmqPartition& partition) {
  messaging_pb::GetPartitionRangeInfoRequest request;
  set_topic(*request.mutable_topic(), partition.topic());
  set_partition(*request.mutable_partition(), partition);
  return request;
}

}  // namespace smq_request
}  // namespace kelp::seaweed
