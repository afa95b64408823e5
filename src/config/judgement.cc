#include "config/judgement.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <map>

#include "config/properties.h"

namespace kelp::config {
namespace {

constexpr std::string_view kNodePrefix = "broker.";

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

Judgement unknown(std::string_view name) {
  Judgement judgement;
  judgement.reason = fmt::format("unknown configuration key '{}'", name);
  // A topic's key in a broker's file: say where it belongs.
  const Key* of_topic = find_key(Scope::topic, name);
  if (of_topic != nullptr && !of_topic->synonyms.front().name.empty()) {
    judgement.nearest = find_key(Scope::broker, of_topic->synonyms.front().name);
    judgement.reason +=
        fmt::format("; it is a topic's key, the broker's is '{}'", of_topic->synonyms.front().name);
  } else if (const Key* nearest = nearest_key(Scope::broker, name)) {
    judgement.nearest = nearest;
    judgement.reason += fmt::format("; did you mean '{}'?", nearest->name);
  }
  return judgement;
}

Judgement judge_known(const Key& key, int32_t node_id, std::string_view text) {
  Judgement judgement;
  judgement.key = &key;
  judgement.node_id = node_id;
  if (!key.has_default() && trimmed(text).empty() && key.check.kind == Check::Kind::any) {
    judgement.verdict = Verdict::no_effect;
    judgement.reason = "an empty value of a key without a default: as if it were not there";
    return judgement;
  }
  auto value = parse_value(key, text);
  if (!value) {
    judgement.verdict = Verdict::bad_value;
    judgement.reason = std::move(value.error().what);
    return judgement;
  }
  const bool is_default = *value == default_value(key);
  judgement.verdict = Verdict::no_effect;
  judgement.reason = key.reason;
  if (key.effect == Effect::honoured) {
    judgement.verdict = Verdict::honoured;
    judgement.reason = key.doc;
  } else if (key.effect == Effect::refused && is_default) {
    judgement.reason = fmt::format("the default, which alone is taken: {}", key.reason);
  } else if (key.effect == Effect::refused) {
    judgement.verdict = Verdict::refused;
    judgement.reason =
        fmt::format("{}={} is refused, for to ignore it would be unsafe: {}", key.name,
                    key.is_sensitive() ? "[hidden]" : to_text(*value), key.reason);
    return judgement;
  }
  judgement.value = *std::move(value);
  return judgement;
}

Judgement judge_feature(std::string_view name, std::string_view text) {
  Judgement judgement;
  judgement.verdict = Verdict::bad_value;
  const Feature* feature = find_feature(name);
  if (feature == nullptr) {
    std::vector<std::string_view> names;
    for (const Feature& known : features()) names.push_back(known.name);
    judgement.reason =
        fmt::format("there is no feature '{}'; there are {}", name, fmt::join(names, ", "));
    return judgement;
  }
  text = trimmed(text);
  const auto [at, error] =
      std::from_chars(text.data(), text.data() + text.size(), judgement.feature_level);
  if (text.empty() || error != std::errc{} || at != text.data() + text.size() ||
      judgement.feature_level < feature->min_level ||
      judgement.feature_level > feature->max_level) {
    judgement.reason = fmt::format("feature.{} must be a level from {} to {}, not '{}'", name,
                                   feature->min_level, feature->max_level, text);
    return judgement;
  }
  judgement.verdict = Verdict::honoured;
  judgement.feature = feature;
  judgement.reason = "The feature's level in a new data directory.";
  return judgement;
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::honoured:
      return name_of(Effect::honoured);
    case Verdict::no_effect:
      return name_of(Effect::accepted);
    case Verdict::refused:
      return name_of(Effect::refused);
    case Verdict::unknown:
      return "unknown";
    case Verdict::bad_value:
      return "bad value";
  }
  return "unknown";
}

Judgement judge(std::string_view name, std::string_view text) {
  if (name.starts_with(kFeaturePrefix)) {
    return judge_feature(name.substr(kFeaturePrefix.size()), text);
  }
  if (const Key* key = find_key(Scope::broker, name)) return judge_known(*key, kEveryNode, text);
  if (const auto for_node = parse_for_node(name)) {
    const Key* key = find_key(Scope::broker, for_node->key);
    return key == nullptr ? unknown(for_node->key) : judge_known(*key, for_node->node_id, text);
  }
  if (const Family* family = find_family(name)) {
    Judgement judgement;
    judgement.verdict = Verdict::no_effect;
    judgement.reason = family->reason;
    return judgement;
  }
  return unknown(name);
}

Result<std::vector<JudgedLine>> judge_file(std::string_view text) {
  const auto entries = parse_properties(text);
  if (!entries) return std::unexpected(entries.error());
  std::map<std::string_view, int> last_lines;
  for (const Property& entry : *entries) last_lines[entry.key] = entry.line;
  std::vector<JudgedLine> lines;
  for (const Property& entry : *entries) {
    JudgedLine& judged = lines.emplace_back();
    judged.line = entry.line;
    judged.name = entry.key;
    judged.judgement = judge(entry.key, entry.value);
    const int last = last_lines[entry.key];
    // What is wrong is told all the same: the broker refuses it on whichever line.
    const Verdict verdict = judged.judgement.verdict;
    if (last == entry.line || (verdict != Verdict::honoured && verdict != Verdict::no_effect)) {
      continue;
    }
    judged.judgement.verdict = Verdict::no_effect;
    judged.judgement.reason = fmt::format("it is set again in line {}, which counts", last);
  }
  return lines;
}

}  // namespace kelp::config
