#include "cli/config_resource.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "config/key.h"

namespace kelp::cli {

std::string_view name_of(ResourceType type) {
  switch (type) {
    case ResourceType::topic:
      return "topic";
    case ResourceType::broker:
      return "broker";
    case ResourceType::broker_logger:
      return "broker-logger";
    case ResourceType::client_metrics:
      return "client-metrics";
    case ResourceType::group:
      return "group";
  }
  return "unknown";
}

std::string ConfigResource::text() const {
  if (type == ResourceType::broker && name.empty()) return "broker defaults";
  return fmt::format("{} {}", cli::name_of(type), name);
}

std::optional<int32_t> ConfigResource::broker_id() const {
  if (type != ResourceType::broker && type != ResourceType::broker_logger) return std::nullopt;
  int32_t id = 0;
  const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), id);
  if (fault != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return id;
}

std::string_view source_name(int8_t source) {
  // Kafka's ConfigEntry.ConfigSource, by its number on the wire.
  constexpr std::array<std::string_view, 9> kNames{"unknown",         "topic",          "broker",
                                                   "broker-defaults", "static-broker",  "default",
                                                   "logger",          "client-metrics", "group"};
  const auto index = static_cast<size_t>(static_cast<uint8_t>(source));
  return index < kNames.size() ? kNames[index] : kNames[0];
}

std::string_view type_name(int8_t type) {
  const bool known = type >= static_cast<int8_t>(config::Type::boolean) &&
                     type <= static_cast<int8_t>(config::Type::password);
  return known ? config::name_of(static_cast<config::Type>(type)) : "UNKNOWN";
}

}  // namespace kelp::cli
