// What has configurations in a cluster, and how a person and the wire call it.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kelp::cli {

/// Numbers of the protocol's resource_type.
enum class ResourceType : int8_t {
  topic = 2,
  broker = 4,
  broker_logger = 8,
  client_metrics = 16,
  group = 32,
};

inline constexpr std::array kResourceTypes{ResourceType::topic, ResourceType::broker,
                                           ResourceType::broker_logger,
                                           ResourceType::client_metrics, ResourceType::group};

/// "topic", "broker", "broker-logger", "client-metrics", "group".
std::string_view name_of(ResourceType type);

struct ConfigResource {
  ResourceType type = ResourceType::topic;
  std::string name;  // of a broker: its id, or "" for what holds for every broker

  friend auto operator<=>(const ConfigResource&, const ConfigResource&) = default;

  /// "topic orders", "broker 1", "broker defaults".
  std::string text() const;
  /// The broker that alone knows the answer, if there is one.
  std::optional<int32_t> broker_id() const;
};

/// Where a value comes from, in words: config_source of DescribeConfigs. "unknown" for a number
/// that is new to us.
std::string_view source_name(int8_t source);
inline constexpr int8_t kTopicSource = 1;
inline constexpr int8_t kDefaultSource = 5;

/// Kafka's word for a config_type: "LONG"; "UNKNOWN".
std::string_view type_name(int8_t type);

}  // namespace kelp::cli
