// What AlterConfigs and IncrementalAlterConfigs order, and what comes of it: Kafka's checks in
// Kafka's order, with Kafka's words. Pure; the controller makes it so (controller_configs.cc).
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "broker/cluster.h"
#include "broker/dynamic_settings.h"
#include "broker/verdict.h"

namespace kelp::broker {

/// ConfigResource.Type; other numbers are answered with 42.
inline constexpr int8_t kTopicResource = 2;
inline constexpr int8_t kBrokerResource = 4;
inline constexpr int8_t kLoggerResource = 8;
inline constexpr int8_t kClientMetricsResource = 16;
inline constexpr int8_t kGroupResource = 32;

/// AlterConfigOp.OpType (KIP-339).
enum class ConfigOperation : int8_t { set = 0, remove = 1, append = 2, subtract = 3 };

struct ConfigChange {
  std::string key;
  ConfigOperation operation = ConfigOperation::set;
  std::optional<std::string> value;
};

/// One resource of a request.
struct ConfigOrder {
  int8_t resource_type = 0;
  std::string resource_name;
  bool replaces_all = false;  // AlterConfigs: what is not named is reset
  std::vector<ConfigChange> changes;
  /// Said before the controller is asked: nothing is left to do for it.
  std::optional<Verdict> settled;
};

/// What the node `asked` sees by itself: resources that come twice, null values, keys that come
/// twice, resources that are not its own or of no type that the request can change (all 42).
void refuse_faulty(std::vector<ConfigOrder>& orders, BrokerId asked);

/// The node of a broker resource: kEveryNode for the empty name. The name was checked.
int32_t node_of_resource(const std::string& resource_name);

/// The texts that `order` leaves of `present`. `in_force` is the value of a key that `present`
/// lacks. 40: append or subtract on what is no list; 42: an unknown operation.
std::expected<ConfigTexts, Verdict> altered(
    const ConfigOrder& order, const ConfigTexts& present,
    const std::function<std::string(const config::Key&)>& in_force);

/// Whether a broker takes these texts while it runs. 40: unknown keys. 42: those that are only read
/// at the start, values that are wrong.
Verdict judge_broker_texts(const config::BrokerSettings& settings, int32_t node_id,
                           const ConfigTexts& texts);

/// Whether a group or a subscription to client metrics may have these texts. 40, 42.
Verdict judge_resource_texts(const config::BrokerSettings& settings, int8_t resource_type,
                             const ConfigTexts& texts);

}  // namespace kelp::broker
