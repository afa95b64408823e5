#include "config/broker_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

#include "base/assert.h"
#include "config/environment.h"
#include "config/properties.h"
#include "config/typed.h"

namespace kelp::config {
namespace {

constexpr std::string_view kNodePrefix = "broker.";

bool is_dynamic(Origin origin) { return origin >= Origin::dynamic_default; }

/// The stronger of two settings of a key for one node: what was changed while running, then what
/// names the node, then the stronger origin.
bool is_weaker(const Setting& a, const Setting& b) {
  const auto rank = [](const Setting& s) {
    return std::tuple(is_dynamic(s.origin), s.node_id != kEveryNode, s.origin);
  };
  return rank(a) < rank(b);
}

Source source_of(Origin origin) {
  switch (origin) {
    case Origin::fallback:
      return Source::fallback;
    case Origin::file:
    case Origin::environment:
    case Origin::flag:
      return Source::static_broker;
    case Origin::dynamic_default:
      return Source::dynamic_default_broker;
    case Origin::dynamic_broker:
      return Source::dynamic_broker;
  }
  return Source::fallback;
}

std::optional<std::string> shown(const Key& key, const Value& value) {
  if (key.is_sensitive()) return std::nullopt;
  return to_text(value);
}

std::string did_you_mean(std::string_view name) {
  // A topic's key in a broker's file: say where it belongs.
  const Key* of_topic = find_key(Scope::topic, name);
  if (of_topic != nullptr && !of_topic->synonyms.front().name.empty()) {
    return fmt::format("; it is a topic's key, the broker's is '{}'",
                       of_topic->synonyms.front().name);
  }
  const Key* nearest = nearest_key(Scope::broker, name);
  return nearest == nullptr ? "" : fmt::format("; did you mean '{}'?", nearest->name);
}

struct ForNode {
  int32_t node_id;
  std::string_view key;
};
/// `broker.7.broker.rack` is broker.rack for node 7.
std::optional<ForNode> parse_for_node(std::string_view name) {
  if (!name.starts_with(kNodePrefix)) return std::nullopt;
  name.remove_prefix(kNodePrefix.size());
  ForNode found{};
  const auto [at, error] = std::from_chars(name.data(), name.data() + name.size(), found.node_id);
  found.key = name.substr(static_cast<size_t>(at - name.data()));
  if (error != std::errc{} || found.node_id < 0 || !found.key.starts_with('.')) return std::nullopt;
  found.key.remove_prefix(1);
  return found;
}

}  // namespace

std::string_view name_of(Origin origin) {
  switch (origin) {
    case Origin::fallback:
      return "default";
    case Origin::file:
      return "file";
    case Origin::environment:
      return "environment";
    case Origin::flag:
      return "flag";
    case Origin::dynamic_default:
      return "dynamic, all brokers";
    case Origin::dynamic_broker:
      return "dynamic, this broker";
  }
  return "unknown";
}

void BrokerSettings::add_file(std::string_view text, std::string_view file_name) {
  const auto entries = parse_properties(text);
  if (!entries) {
    errors_.push_back(fmt::format("{}: {}", file_name, entries.error().what));
    return;
  }
  for (const Property& entry : *entries) {
    add(entry.key, entry.value, {Origin::file, fmt::format("{}:{}", file_name, entry.line)});
  }
}

void BrokerSettings::add_environment(std::span<const Variable> variables) {
  // Weakest first: what comes later replaces.
  for (const Variable& variable : variables) {
    if (variable.first == "CLUSTER_ID" || variable.first == "KAFKA_CLUSTER_ID") {
      add("kelp.cluster.id", variable.second, {Origin::environment, std::string(variable.first)});
    }
  }
  for (const std::string_view prefix : {kKafkaPrefix, kKelpPrefix}) {
    for (const Variable& variable : variables) {
      if (variable.first.starts_with(prefix) && variable.first != "KAFKA_CLUSTER_ID") {
        add_variable(prefix, variable);
      }
    }
  }
}

void BrokerSettings::add_variable(std::string_view prefix, const Variable& variable) {
  const std::string_view rest = variable.first.substr(prefix.size());
  if (rest.empty() || is_not_configuration(rest, variable.second)) return;
  std::string name = key_of_variable(rest);
  if (prefix == kKelpPrefix && find_key(Scope::broker, "kelp." + name) != nullptr) {
    name.insert(0, "kelp.");  // KELP_SHARDS is kelp.shards
  } else if (const Key* key = find_key_of_any_case(Scope::broker, name)) {
    name = key->name;
  }
  add(name, variable.second, {Origin::environment, std::string(variable.first)});
}

void BrokerSettings::add_override(std::string_view assignment) {
  const size_t equals = assignment.find('=');
  if (equals == assignment.npos || trimmed(assignment.substr(0, equals)).empty()) {
    errors_.push_back(fmt::format("--set: '{}' is not key=value", assignment));
    return;
  }
  add_override(trimmed(assignment.substr(0, equals)), assignment.substr(equals + 1), "--set");
}

void BrokerSettings::add_override(std::string_view key, std::string_view value,
                                  std::string_view where) {
  add(key, value, {Origin::flag, std::string(where)});
}

void BrokerSettings::add(std::string_view name, std::string_view text, const Place& place) {
  if (name.starts_with(kFeaturePrefix)) {
    add_feature(name.substr(kFeaturePrefix.size()), text, place);
  } else if (const Key* key = find_key(Scope::broker, name)) {
    add_known(*key, kEveryNode, text, place);
  } else if (const auto for_node = parse_for_node(name)) {
    const Key* of_node = find_key(Scope::broker, for_node->key);
    if (of_node == nullptr) {
      add_unknown(for_node->key, place);
    } else {
      add_known(*of_node, for_node->node_id, text, place);
    }
  } else if (const Family* family = find_family(name)) {
    idle_.push_back({std::string(name), family->reason});
  } else {
    add_unknown(name, place);
  }
}

void BrokerSettings::add_known(const Key& key, int32_t node_id, std::string_view text,
                               const Place& place) {
  // An empty value of a key that has no default is Kafka's way of not setting it.
  if (!key.has_default() && trimmed(text).empty() && key.check.kind == Check::Kind::any) return;
  auto value = parse_value(key, text);
  if (!value) {
    errors_.push_back(fmt::format("{}: {}", place.where, value.error().what));
    return;
  }
  if (key.effect == Effect::refused && *value != default_value(key)) {
    errors_.push_back(fmt::format("{}: {}={} is refused, for to ignore it would be unsafe: {}",
                                  place.where, key.name, to_text(*value), key.reason));
    return;
  }
  put({&key, node_id, place.origin, *std::move(value), place.where});
}

void BrokerSettings::add_feature(std::string_view name, std::string_view text, const Place& place) {
  const Feature* feature = find_feature(name);
  if (feature == nullptr) {
    std::vector<std::string_view> names;
    for (const Feature& known : features()) names.push_back(known.name);
    errors_.push_back(fmt::format("{}: there is no feature '{}'; there are {}", place.where, name,
                                  fmt::join(names, ", ")));
    return;
  }
  text = trimmed(text);
  int16_t level = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), level);
  if (text.empty() || error != std::errc{} || at != text.data() + text.size() ||
      level < feature->min_level || level > feature->max_level) {
    errors_.push_back(fmt::format("{}: feature.{} must be a level from {} to {}, not '{}'",
                                  place.where, name, feature->min_level, feature->max_level, text));
    return;
  }
  std::erase_if(feature_levels_, [&](const FeatureLevel& f) { return f.name == feature->name; });
  feature_levels_.push_back({feature->name, level});
}

void BrokerSettings::add_unknown(std::string_view name, const Place& place) {
  std::string what =
      fmt::format("{}: unknown configuration key '{}'{}", place.where, name, did_you_mean(name));
  if (place.origin == Origin::flag) {
    errors_.push_back(std::move(what));
  } else {
    warnings_.push_back(std::move(what));
  }
}

void BrokerSettings::put(Setting setting) {
  const auto same = std::ranges::find_if(settings_, [&](const Setting& s) {
    return s.key == setting.key && s.node_id == setting.node_id && s.origin == setting.origin;
  });
  if (same != settings_.end()) {
    *same = std::move(setting);
  } else {
    settings_.push_back(std::move(setting));
  }
}

Result<void> BrokerSettings::set_dynamic(int32_t node_id, std::string_view name,
                                         std::optional<std::string_view> text) {
  const Key* key = find_key(Scope::broker, name);
  if (key == nullptr) {
    return fail(ErrorKind::invalid, fmt::format("Unknown broker config name: {}", name));
  }
  if (!key->is_dynamic) {
    return fail(ErrorKind::invalid,
                fmt::format("Cannot update these configs dynamically: [{}]", name));
  }
  const Origin origin = node_id == kEveryNode ? Origin::dynamic_default : Origin::dynamic_broker;
  if (!text) {
    std::erase_if(settings_, [&](const Setting& s) {
      return s.key == key && s.node_id == node_id && s.origin == origin;
    });
    return {};
  }
  auto value = parse_value(*key, *text);
  if (!value) return std::unexpected(std::move(value.error()));
  if (key->effect == Effect::refused && *value != default_value(*key)) {
    return fail(ErrorKind::invalid, fmt::format("{} is refused here: {}", name, key->reason));
  }
  put({key, node_id, origin, *std::move(value), "dynamic"});
  return {};
}

std::vector<std::string> BrokerSettings::warnings() const {
  std::vector<std::string> all = warnings_;
  const NodeIds nodes = node_ids();
  for (const Setting& setting : settings_) {
    if (setting.node_id == kEveryNode || nodes.has(setting.node_id)) continue;
    all.push_back(fmt::format("{}: {} is set for node {}, but the nodes here are {} to {}",
                              setting.where, setting.key->name, setting.node_id, nodes.first,
                              nodes.first + nodes.count - 1));
  }
  return all;
}

std::string BrokerSettings::without_effect() const {
  std::map<std::string_view, std::vector<std::string_view>> by_reason;
  for (const Setting& setting : settings_) {
    if (setting.key->effect == Effect::accepted) {
      by_reason[setting.key->reason].push_back(setting.key->name);
    }
  }
  for (const Idle& idle : idle_) by_reason[idle.reason].push_back(idle.name);
  std::string line;
  for (auto& [reason, names] : by_reason) {
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    line += fmt::format("{}{} ({})", line.empty() ? "accepted without effect: " : "; ",
                        fmt::join(names, ", "), reason);
  }
  return line;
}

const Setting* BrokerSettings::find(const Key& key, int32_t node_id) const {
  const Setting* strongest = nullptr;
  for (const Setting& setting : settings_) {
    if (setting.key != &key) continue;
    if (setting.node_id != kEveryNode && setting.node_id != node_id) continue;
    if (strongest == nullptr || is_weaker(*strongest, setting)) strongest = &setting;
  }
  return strongest;
}

Value BrokerSettings::value(const Key& key, int32_t node_id) const {
  const Setting* setting = find(key, node_id);
  return setting != nullptr ? setting->value : default_value(key);
}

std::vector<ConfigSynonym> BrokerSettings::synonyms(const Key& key, int32_t node_id) const {
  std::vector<const Setting*> found;
  for (const Setting& setting : settings_) {
    if (setting.key != &key) continue;
    if (setting.node_id == kEveryNode || setting.node_id == node_id) found.push_back(&setting);
  }
  std::ranges::sort(found, [](const Setting* a, const Setting* b) { return is_weaker(*b, *a); });
  std::vector<ConfigSynonym> all;
  bool has_static = false;
  for (const Setting* setting : found) {
    // For a client there is one static value: the one in force.
    if (!is_dynamic(setting->origin) && std::exchange(has_static, true)) continue;
    all.push_back({std::string(key.name), shown(key, setting->value), source_of(setting->origin)});
  }
  if (key.has_default()) {
    all.push_back({std::string(key.name), shown(key, default_value(key)), Source::fallback});
  }
  return all;
}

NodeIds BrokerSettings::node_ids() const {
  const int32_t old_name = get<"broker.id">(*this);
  const int32_t fallback = old_name >= 0 ? old_name : kDefaultNodeId;
  return {config::find<"node.id">(*this).value_or(fallback), get<"kelp.brokers">(*this)};
}

std::string BrokerSettings::show(int32_t node_id) const {
  std::string text;
  for (const Key& key : keys(Scope::broker)) {
    const Setting* setting = find(key, node_id);
    if (setting == nullptr && key.known != Known::kafka && key.known != Known::kelp) continue;
    const Value now = value(key, node_id);
    const std::string value_text = key.is_sensitive() && setting != nullptr      ? "[hidden]"
                                   : std::holds_alternative<std::monostate>(now) ? "(not set)"
                                                                                 : to_text(now);
    const std::string origin =
        setting == nullptr ? "default"
                           : fmt::format("{}, {}", name_of(setting->origin), setting->where);
    text += fmt::format("{} = {}  # {}\n", key.name, value_text, origin);
  }
  return text;
}

}  // namespace kelp::config
