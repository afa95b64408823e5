#include "config/resource_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/regex.hpp>

#include "base/assert.h"

namespace kelp::config {
namespace {

Source own_source(Scope scope) {
  return scope == Scope::group ? Source::group : Source::client_metrics;
}

int64_t number_of(std::string_view name, const ConfigOverrides& overrides,
                  const BrokerSettings& settings) {
  const Key* key = find_key(Scope::group, name);
  KELP_ASSERT(key != nullptr);
  const auto own = overrides.find(name);
  // What was set has been parsed before this is asked.
  return std::get<int64_t>(own != overrides.end() ? *parse_value(*key, own->second)
                                                  : inherited_value(*key, settings, kEveryNode));
}

int64_t broker_number(std::string_view name, const BrokerSettings& settings) {
  const Key* key = find_key(Scope::broker, name);
  KELP_ASSERT(key != nullptr);  // key_test: every bound is a key
  return std::get<int64_t>(settings.value(*key));
}

Result<void> check_bounds(const Key& key, const ConfigOverrides& overrides,
                          const BrokerSettings& settings) {
  if (key.highest_key.empty()) return {};
  const int64_t number = number_of(key.name, overrides, settings);
  if (!key.lowest_key.empty() && number < broker_number(key.lowest_key, settings)) {
    return fail(ErrorKind::invalid,
                fmt::format("{} must be greater than or equal to {}", key.name, key.lowest_key));
  }
  if (number > broker_number(key.highest_key, settings)) {
    return fail(ErrorKind::invalid,
                fmt::format("{} must be less than or equal to {}", key.name, key.highest_key));
  }
  return {};
}

/// What a subscription may match a client by (KIP-714).
constexpr std::array<std::string_view, 6> kMatchable = {
    "client_instance_id",    "client_id",         "client_software_name", "client_software_version",
    "client_source_address", "client_source_port"};

/// A longer pattern is nobody's: bounds the work of compiling it.
constexpr size_t kLongestPattern = 1024;

/// "client_id=pattern".
bool is_match(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == text.npos) return false;
  const std::string_view name = trimmed(text.substr(0, equals));
  const std::string_view pattern = trimmed(text.substr(equals + 1));
  if (std::ranges::find(kMatchable, name) == kMatchable.end()) return false;
  if (pattern.size() > kLongestPattern) return false;
  boost::regex compiled;
  compiled.assign(pattern.data(), pattern.data() + pattern.size(),
                  boost::regex::perl | boost::regex::no_except);
  return compiled.status() == 0;
}

}  // namespace

std::vector<ConfigEntry> describe_resource_config(Scope scope, const ConfigOverrides& overrides,
                                                  const BrokerSettings& settings, int32_t node_id) {
  std::vector<ConfigEntry> entries;
  for (const Key& key : keys(scope)) {
    ConfigEntry entry{&key, {}, Source::fallback, inherited_synonyms(key, settings, node_id)};
    Value value = inherited_value(key, settings, node_id);
    // A group's key without a broker's one behind it stands behind itself.
    if (scope == Scope::group && entry.synonyms.empty()) {
      entry.synonyms.push_back({std::string(key.name), to_text(value), Source::fallback});
    }
    if (const auto own = overrides.find(key.name); own != overrides.end()) {
      auto parsed = parse_value(key, own->second);
      if (parsed) value = *std::move(parsed);
      entry.synonyms.insert(entry.synonyms.begin(),
                            {std::string(key.name), to_text(value), own_source(scope)});
    }
    if (!entry.synonyms.empty()) entry.source = entry.synonyms.front().source;
    entry.value = to_text(value);
    entries.push_back(std::move(entry));
  }
  return entries;
}

Result<void> check_group_config(const ConfigOverrides& overrides, const BrokerSettings& settings) {
  for (const auto& [name, text] : overrides) {
    if (find_key(Scope::group, name) == nullptr) {
      return fail(ErrorKind::invalid, "Unknown group config name: " + name);
    }
  }
  for (const auto& [name, text] : overrides) {
    const auto value = parse_value(*find_key(Scope::group, name), text);
    if (!value) return std::unexpected(value.error());
  }
  for (const auto& [name, text] : overrides) {
    auto good = check_bounds(*find_key(Scope::group, name), overrides, settings);
    if (!good) return good;
  }
  for (const std::string_view kind : {"consumer", "share", "streams"}) {
    const std::string session = fmt::format("{}.session.timeout.ms", kind);
    const std::string heartbeat = fmt::format("{}.heartbeat.interval.ms", kind);
    if (!overrides.contains(session) && !overrides.contains(heartbeat)) continue;
    if (number_of(session, overrides, settings) <= number_of(heartbeat, overrides, settings)) {
      return fail(ErrorKind::invalid,
                  fmt::format("{} must be greater than {}", session, heartbeat));
    }
  }
  return {};
}

ClientMetricsCheck check_client_metrics(const ConfigOverrides& overrides) {
  using Fault = ClientMetricsFault;
  for (const auto& [name, text] : overrides) {
    const Key* key = find_key(Scope::client_metrics, name);
    if (key == nullptr) {
      return {Fault::bad_request, "Unknown client metrics configuration: " + name};
    }
    const Key unchecked = key->checked(Check::Kind::any);
    const auto value = parse_value(unchecked, text);
    if (!value) return {Fault::bad_config, value.error().what};
    const bool in_range = key->check.kind != Check::Kind::between || parse_value(*key, text);
    if (!in_range) {
      return {Fault::bad_request,
              fmt::format("Invalid value {} for {}, interval must be between {} and {} (1 hour)",
                          to_text(*value), name, static_cast<int64_t>(key->check.low),
                          static_cast<int64_t>(key->check.high))};
    }
    if (name != "match") continue;
    for (const std::string_view item : list_items(text)) {
      if (is_match(item)) continue;
      return {Fault::bad_config, fmt::format("Illegal client matching pattern: {}", item)};
    }
  }
  return {};
}

}  // namespace kelp::config
