// Which SeaweedMQ topic (a namespace and a name) is which Kafka topic. The topics of one namespace,
// `kafka` if nothing else is configured, have their bare name; those of others are `ns.topic`. A
// name is never used twice in SeaweedMQ (its broker goes on with the old offsets), so a topic that
// is made again is `name.1`, `name.2`… there; which one it is, is kept in the topic's document.
// SeaweedMQ checks no name (`..` makes a directory above), so every name passes here first. Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kelp::smq {

inline constexpr std::string_view kDefaultNamespace = "kafka";
/// Kafka's longest topic name. The filer takes longer ones; a directory's name has 255 on a disk.
inline constexpr size_t kMaxNameBytes = 249;
/// How often a name can be made again; each has left a directory or a document behind.
inline constexpr int32_t kMaxGenerations = 100'000;

struct TopicName {
  std::string space;  // SeaweedMQ's namespace
  std::string name;
  friend auto operator<=>(const TopicName&, const TopicName&) = default;
};

/// Why a namespace or a topic's name is not passed on to SeaweedMQ, in words: empty, too long, `.`
/// or `..`, or anything but letters, digits, '.', '_' and '-' (Kafka's rule, which lets nothing
/// through that has a meaning in a path). Null if it is.
const char* fault_of_name(std::string_view name);
/// The same of both parts.
Result<void> check(const TopicName& topic);

/// What the topic is called in Kafka; nothing for one that Kafka has no name for (not its
/// characters, too long) and for what is no user's topic (a namespace or name that begins with
/// '.').
std::optional<std::string> kafka_name(const TopicName& topic, std::string_view default_space);

struct VisibleTopic {
  std::string kafka_name;
  TopicName topic;
};
struct VisibleTopics {
  std::vector<VisibleTopic> topics;  // by Kafka name, each once
  std::vector<TopicName> hidden;     // without a Kafka name, or another one has it
};
/// What a list of SeaweedMQ's topics is in Kafka. `a.b` of the default namespace and `b` of the
/// namespace `a` have one name: the default namespace's is seen, then the first one's in order.
VisibleTopics visible(std::vector<TopicName> topics, std::string_view default_space);

/// The name in SeaweedMQ for a topic that is being made: its own, else with the first number that
/// `is_used` (ever, in this namespace) denies. too_large: no room for the number, or all are used.
Result<std::string> unused_name(std::string_view kafka_name,
                                const std::function<bool(std::string_view)>& is_used);

}  // namespace kelp::smq
