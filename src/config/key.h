// The configuration keys that Kelp knows: all of Kafka 4.3.1, those that only 3.9 still had, and
// our own. One constexpr table (config/key_table.h) drives parsing, validation, DescribeConfigs,
// `kelp --help-config` and docs/configuration.md. A row says what a key is and what setting it does
// here. Immutable; any thread. Invariant: rows of a scope have distinct names, and every default
// passes its own check (static_assert and config_test).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace kelp::config {

/// Whose key it is. The same name may be a key of several (min.insync.replicas).
enum class Scope : uint8_t { topic, broker, group, client_metrics };

/// In the place of a node id: whatever holds for every node.
inline constexpr int32_t kEveryNode = -1;

/// Numbers of DescribeConfigs' configType.
enum class Type : uint8_t {
  boolean = 1,
  string = 2,
  int32 = 3,
  int16 = 4,
  int64 = 5,
  float64 = 6,
  list = 7,
  class_name = 8,
  password = 9,
};
/// Kafka's word: "LONG".
std::string_view name_of(Type type);

enum class Effect : uint8_t {
  honoured,
  accepted,  // known, without effect here: said once at the start, with the reason
  refused,   // to ignore it would be unsafe: another value than the default is an error
};
std::string_view name_of(Effect effect);

/// Who knows the key. DescribeConfigs of a broker shows `kafka` and `kelp`, and `kafka_internal`
/// when it is set.
enum class Known : uint8_t { kafka, kafka_internal, kafka_3_9, kelp };

/// What a value must satisfy beyond its type.
struct Check {
  enum class Kind : uint8_t {
    any,
    at_least,         // low
    between,          // low..high
    one_of,           // options
    one_of_any_case,  // options
    list_of,          // every element is one of options
    distinct_list_of,
    non_empty,
    non_empty_list,
    gzip_level,          // 1..9 or -1
    throttled_replicas,  // "*" or partition:broker,…
    offset_reset,        // earliest, latest or by_duration:PnDTnHnMn.nS
  };
  Kind kind = Kind::any;
  double low = 0, high = 0;
  std::span<const std::string_view> options = {};
};

/// A broker key from which a topic key takes its default, and what its unit is worth in the topic
/// key's unit (log.retention.hours: 3600000).
struct Synonym {
  std::string_view name;
  int64_t factor = 1;
};
inline constexpr size_t kMaxSynonyms = 3;  // retention.ms has three

/// A default of `kNull` is Kafka's null: not set, and not the empty string.
inline constexpr std::string_view kNull{};

struct Key {
  std::string_view name = {};
  Scope scope = Scope::broker;
  Type type = Type::string;
  std::string_view default_text = kNull;
  Check check = {};
  bool is_dynamic = false;  // may be changed while running
  Known known = Known::kafka;
  Effect effect = Effect::honoured;
  std::string_view reason = {};  // why it has no effect or is refused
  std::string_view doc = {};     // may be empty for a key without effect
  std::array<Synonym, kMaxSynonyms> synonyms = {};
  /// Broker keys whose values bound this one (groups); empty: none.
  std::string_view lowest_key = {};
  std::string_view highest_key = {};

  constexpr bool has_default() const { return default_text.data() != nullptr; }
  constexpr bool is_sensitive() const { return type == Type::password; }

  // Rows are written as a chain of these: broker("a.b", int32, "1").at_least(1).honoured("…").
  constexpr Key checked(Check::Kind kind, double low = 0, double high = 0) const {
    Key key = *this;
    key.check = {kind, low, high, {}};
    return key;
  }
  constexpr Key at_least(double low) const { return checked(Check::Kind::at_least, low); }
  constexpr Key between(double low, double high) const {
    return checked(Check::Kind::between, low, high);
  }
  constexpr Key one_of(std::span<const std::string_view> options,
                       Check::Kind kind = Check::Kind::one_of) const {
    Key key = *this;
    key.check = {kind, 0, 0, options};
    return key;
  }
  constexpr Key list_of(std::span<const std::string_view> options) const {
    return one_of(options, Check::Kind::list_of);
  }
  constexpr Key dynamic() const {
    Key key = *this;
    key.is_dynamic = true;
    return key;
  }
  constexpr Key from(Known who) const {
    Key key = *this;
    key.known = who;
    return key;
  }
  constexpr Key defaults_to(Synonym first, Synonym second = {}, Synonym third = {}) const {
    Key key = *this;
    key.synonyms = {first, second, third};
    return key;
  }
  constexpr Key bounded_by(std::string_view lowest, std::string_view highest) const {
    Key key = *this;
    key.lowest_key = lowest;
    key.highest_key = highest;
    return key;
  }
  constexpr Key honoured(std::string_view what) const {
    Key key = *this;
    key.effect = Effect::honoured;
    key.doc = what;
    return key;
  }
  constexpr Key without_effect(std::string_view why, std::string_view what = {}) const {
    Key key = *this;
    key.effect = Effect::accepted;
    key.reason = why;
    key.doc = what;
    return key;
  }
  constexpr Key refused(std::string_view why, std::string_view what = {}) const {
    Key key = without_effect(why, what);
    key.effect = Effect::refused;
    return key;
  }
};

constexpr Key topic(std::string_view name, Type type, std::string_view default_text) {
  Key key{.name = name, .scope = Scope::topic, .type = type, .default_text = default_text};
  return key.dynamic();
}
constexpr Key broker(std::string_view name, Type type, std::string_view default_text) {
  return Key{.name = name, .scope = Scope::broker, .type = type, .default_text = default_text};
}
constexpr Key group(std::string_view name, Type type, std::string_view default_text) {
  Key key{.name = name, .scope = Scope::group, .type = type, .default_text = default_text};
  return key.dynamic();
}
constexpr Key client_metrics(std::string_view name, Type type, std::string_view default_text) {
  Key key{.name = name, .scope = Scope::client_metrics, .type = type, .default_text = default_text};
  return key.dynamic();
}

/// Keys by what they begin with: the rest is anybody's.
struct Family {
  std::string_view prefix;
  std::string_view reason;  // why its keys have no effect here
};

/// All keys of a scope, sorted by name.
std::span<const Key> keys(Scope scope);
/// Null: no such key.
const Key* find_key(Scope scope, std::string_view name);
/// As find_key, upper and lower case being equal (names of environment variables).
const Key* find_key_of_any_case(Scope scope, std::string_view name);
/// The known key that takes the fewest edits to reach from `name`; null when none is near.
const Key* nearest_key(Scope scope, std::string_view name);
std::span<const Family> families();
/// Null: no family.
const Family* find_family(std::string_view name);

/// A feature whose level may be set at the first start, as `feature.<name>`=level (KIP-584).
struct Feature {
  std::string_view name;
  int16_t min_level;
  int16_t max_level;
  int16_t default_level;
};
std::span<const Feature> features();
const Feature* find_feature(std::string_view name);
inline constexpr std::string_view kFeaturePrefix = "feature.";

}  // namespace kelp::config
