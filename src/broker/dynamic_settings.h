// What AlterConfigs set of the brokers, as the document "broker-configs" of the catalog:
// docs/formats/topic.md. Laid over what files, environment and flags say. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/broker_settings.h"

namespace kelp::broker {

inline constexpr std::string_view kDynamicSettingsKey = "broker-configs";

/// By Kafka's names, as text.
using ConfigTexts = std::map<std::string, std::string, std::less<>>;
/// By node id; config::kEveryNode: for all of them.
using DynamicSettings = std::map<int32_t, ConfigTexts>;

/// A whole number and nothing else.
std::optional<int32_t> node_id_of(std::string_view text);

std::string encode(const DynamicSettings& settings);
/// Errors: malformed.
Result<DynamicSettings> decode_dynamic_settings(const std::string& body);

/// `base` with `dynamic` over it. What this version does not take (a document of another one) is
/// passed over and said in the log.
config::BrokerSettings laid_over(const config::BrokerSettings& base,
                                 const DynamicSettings& dynamic);

}  // namespace kelp::broker
