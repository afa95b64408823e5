// A broker's configuration as it was given: every set value with its origin, from files, the
// environment and the command line (flag > environment > file > default), and what was changed
// while running. Assembled at the start by app, then only read. Knows no file: text comes in.
// Wrong input is collected and told by errors(), so that a person sees all of it at once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/key.h"
#include "config/topic_config.h"
#include "config/value.h"

namespace kelp::config {

/// From the weakest to the strongest.
enum class Origin : uint8_t { fallback, file, environment, flag, dynamic_default, dynamic_broker };
std::string_view name_of(Origin origin);

/// When neither node.id nor broker.id is set.
inline constexpr int32_t kDefaultNodeId = 1;

struct Setting {
  const Key* key;
  int32_t node_id;  // kEveryNode, or the one of `broker.I.KEY`
  Origin origin;
  Value value;
  std::string where;  // "server.properties:12", "KELP_LOG_DIRS", "--set"
};

/// The node ids of this process: first .. first + count - 1.
struct NodeIds {
  int32_t first;
  int32_t count;
  bool has(int32_t id) const { return id >= first && id - first < count; }
};

struct FeatureLevel {
  std::string_view name;  // "transaction.version"
  int16_t level;
  friend bool operator==(const FeatureLevel&, const FeatureLevel&) = default;
};

class BrokerSettings {
 public:
  using Variable = std::pair<std::string_view, std::string_view>;

  /// A properties file. Unknown keys are warnings.
  void add_file(std::string_view text, std::string_view file_name);
  /// The whole environment: KELP_* and KAFKA_* variables are taken (config/environment.h), others
  /// passed over; KELP_ goes before KAFKA_. Unknown keys are warnings.
  void add_environment(std::span<const Variable> variables);
  /// "key=value" of --set. Unknown keys are errors.
  void add_override(std::string_view assignment);
  /// A flag of its own: add_override("log.dirs", "/data", "--data-dir").
  void add_override(std::string_view key, std::string_view value, std::string_view where);
  /// --port: replaces the port of the first listener.
  void set_port(uint16_t port) { port_ = port; }
  std::optional<uint16_t> port() const { return port_; }

  /// A value set by AlterConfigs, for one node or kEveryNode; no text removes it.
  Result<void> set_dynamic(int32_t node_id, std::string_view key,
                           std::optional<std::string_view> text);

  const std::vector<std::string>& errors() const { return errors_; }
  /// Unknown keys, and values for nodes that there will not be.
  std::vector<std::string> warnings() const;
  /// One line: the keys that were set and have no effect here, by reason; empty when there are
  /// none.
  std::string without_effect() const;

  /// The strongest setting for a node; null: the default holds.
  const Setting* find(const Key& key, int32_t node_id = kEveryNode) const;
  /// The value in force; monostate: null.
  Value value(const Key& key, int32_t node_id = kEveryNode) const;
  /// All that is set, in the order in which it was given.
  const std::vector<Setting>& all() const { return settings_; }
  /// The broker-wide values of a key, strongest first, and its default if it is not null.
  std::vector<ConfigSynonym> synonyms(const Key& key, int32_t node_id = kEveryNode) const;

  NodeIds node_ids() const;

  /// Levels that were asked for; the others are at their default.
  const std::vector<FeatureLevel>& feature_levels() const { return feature_levels_; }
  /// Every known key: name, value, origin (`kelp config show`).
  std::string show(int32_t node_id = kEveryNode) const;

 private:
  struct Place {
    Origin origin;
    std::string where;
  };

  void add(std::string_view name, std::string_view text, const Place& place);
  void add_variable(std::string_view prefix, const Variable& variable);
  void put(Setting setting);

  std::vector<Setting> settings_;
  std::vector<FeatureLevel> feature_levels_;
  struct Idle {
    std::string name;
    std::string_view reason;
  };

  std::vector<Idle> idle_;  // keys of a family, which have no effect
  std::vector<std::string> errors_;
  std::vector<std::string> warnings_;
  std::optional<uint16_t> port_;
};

}  // namespace kelp::config
