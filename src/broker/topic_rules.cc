#include "broker/topic_rules.h"

#include <algorithm>
#include <set>

#include "base/log.h"

namespace kelp::broker {
namespace {

bool is_legal(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

std::optional<std::string> fault_of_topic_name(std::string_view name) {
  constexpr std::string_view kPrefix = "Topic name is invalid: ";
  if (name.empty()) return fmt::format("{}the empty string is not allowed", kPrefix);
  if (name == "." || name == "..") return fmt::format("{}'{}' is not allowed", kPrefix, name);
  if (name.size() > kMaxTopicName) {
    return fmt::format("{}the length of '{}' is longer than the max allowed length {}", kPrefix,
                       for_log(name, 2 * kMaxTopicName), kMaxTopicName);
  }
  if (!std::ranges::all_of(name, is_legal)) {
    return fmt::format(
        "{}'{}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
        kPrefix, name);
  }
  return std::nullopt;
}

bool is_internal_topic(std::string_view name) {
  return name == "__consumer_offsets" || name == "__transaction_state";
}

std::string colliding_name(std::string_view name) {
  std::string result(name);
  std::ranges::replace(result, '.', '_');
  return result;
}

std::string fault_of_collision(std::string_view name, std::string_view rival) {
  return fmt::format("Topic '{}' collides with existing topic: {}", name, rival);
}

TopicRef colliding_topic(const TopicsByName& topics, std::string_view name) {
  if (name.find_first_of("._") == std::string_view::npos) return nullptr;
  const std::string wanted = colliding_name(name);
  // The first of those that would stand together.
  std::string first(name);
  std::ranges::replace(first, '_', '.');
  for (auto at = topics.lower_bound(first);
       at != topics.end() && colliding_name(at->first) == wanted; ++at) {
    if (at->first != name) return at->second;
  }
  return nullptr;
}

std::optional<std::string> fault_of_assignments(const Assignments& assignments,
                                                const ClusterImage& image) {
  std::set<int32_t> indexes;
  for (const auto& [index, replicas] : assignments) {
    if (!indexes.insert(index).second) {
      return fmt::format("Found multiple manual partition assignments for partition {}", index);
    }
    if (replicas.empty()) return "The manual partition assignment includes an empty replica list.";
    for (const BrokerId node : replicas) {
      if (std::ranges::count(replicas, node) > 1) {
        return fmt::format("The manual partition assignment includes the broker {} more than once.",
                           node);
      }
      if (!image.has_node(node)) {
        return fmt::format(
            "The manual partition assignment includes broker {}, but no such broker is registered.",
            node);
      }
    }
  }
  const bool consecutive =
      indexes.empty() ||
      (*indexes.begin() == 0 && *indexes.rbegin() == static_cast<int32_t>(indexes.size()) - 1);
  if (!consecutive) return "partitions should be a consecutive 0-based integer sequence";
  return std::nullopt;
}

std::vector<std::vector<BrokerId>> spread_replicas(const Uuid& id, size_t partitions,
                                                   size_t replicas,
                                                   const std::vector<NodeImage>& nodes) {
  std::vector<std::vector<BrokerId>> result(partitions);
  const size_t first = std::hash<Uuid>()(id) % nodes.size();
  for (size_t partition = 0; partition < partitions; ++partition) {
    for (size_t replica = 0; replica < replicas; ++replica) {
      result[partition].push_back(nodes[(first + partition + replica) % nodes.size()].id);
    }
  }
  return result;
}

}  // namespace kelp::broker
