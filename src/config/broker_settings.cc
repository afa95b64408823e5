#include "config/broker_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/assert.h"
#include "config/environment.h"
#include "config/judgement.h"
#include "config/properties.h"
#include "config/typed.h"

namespace kelp::config {
namespace {

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
  Judgement judged = judge(name, text);
  const bool is_taken = judged.verdict == Verdict::honoured || judged.verdict == Verdict::no_effect;
  if (!is_taken) {
    // A typing error on the command line is seen at once; a file may be another version's.
    const bool is_warning = judged.verdict == Verdict::unknown && place.origin != Origin::flag;
    (is_warning ? warnings_ : errors_).push_back(fmt::format("{}: {}", place.where, judged.reason));
  } else if (judged.feature != nullptr) {
    std::erase_if(feature_levels_,
                  [&](const FeatureLevel& f) { return f.name == judged.feature->name; });
    feature_levels_.push_back({judged.feature->name, judged.feature_level});
  } else if (judged.key == nullptr) {
    idle_.push_back({std::string(name), find_family(name)->reason});
  } else if (judged.value.has_value()) {
    put({judged.key, judged.node_id, place.origin, *std::move(judged.value), place.where});
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
