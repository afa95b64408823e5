#include "cli/topic_choice.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "base/uuid.h"
#include "client/admin.h"

namespace kelp::cli {
namespace {

using client::Fault;

struct Wanted {
  std::set<std::string> names;
  std::vector<TopicPattern> patterns;
  std::map<Uuid, std::string> ids;  // as they were written
};

Result<Wanted> parse(const TopicChoice& choice) {
  Wanted wanted;
  wanted.names.insert(choice.names.begin(), choice.names.end());
  for (const std::string& text : choice.matching) {
    auto pattern = TopicPattern::parse(text);
    if (!pattern.has_value()) return std::unexpected(std::move(pattern.error()));
    wanted.patterns.push_back(*std::move(pattern));
  }
  for (const std::string& text : choice.ids) {
    const auto id = Uuid::parse(text);
    if (!id.has_value()) return fail(ErrorKind::invalid, fmt::format("'{}' is no id", text));
    wanted.ids[*id] = text;
  }
  return wanted;
}

/// Adds those of `all` that are wanted by anything but their name.
void choose_unnamed(const std::vector<Topic>& all, const TopicChoice& choice, Wanted& wanted,
                    std::map<std::string, Topic>& chosen) {
  for (const Topic& topic : all) {
    const std::string name = name_of(topic);
    const bool matches = std::ranges::any_of(
        wanted.patterns, [&name](const TopicPattern& pattern) { return pattern.matches(name); });
    const bool has_id = wanted.ids.erase(topic.topic_id) > 0;
    const bool of_many = (choice.all || matches) && !(choice.exclude_internal && topic.is_internal);
    if (of_many || has_id) chosen[name] = topic;
  }
}

}  // namespace

Result<ChosenTopics> choose_topics(client::Cluster& cluster, const TopicChoice& choice) {
  auto wanted = parse(choice);
  if (!wanted.has_value()) return std::unexpected(std::move(wanted.error()));
  std::map<std::string, Topic> chosen;
  if (choice.all || !wanted->patterns.empty() || !wanted->ids.empty()) {
    const auto all = client::metadata_of_all(cluster);
    if (!all.has_value()) return std::unexpected(all.error());
    choose_unnamed(all->topics, choice, *wanted, chosen);
  }
  ChosenTopics result;
  for (const auto& [id, text] : wanted->ids) {
    result.faults[text] = Fault{ErrorCode::unknown_topic_id, ""};
  }
  if (!wanted->names.empty()) {
    const auto named = cluster.metadata(wanted->names);
    if (!named.has_value()) return std::unexpected(named.error());
    for (const std::string& name : wanted->names) {
      result.faults[name] = Fault{ErrorCode::unknown_topic_or_partition, ""};
    }
    for (const Topic& topic : named->topics) {
      if (wanted->names.contains(name_of(topic))) chosen[name_of(topic)] = topic;
    }
  }
  for (auto& [name, topic] : chosen) {
    result.faults.erase(name);
    if (topic.error_code != ErrorCode::none) {
      result.faults[name] = Fault{topic.error_code, ""};
      continue;
    }
    std::ranges::sort(topic.partitions, {}, &TopicPartitionState::partition_index);
    result.topics.push_back(std::move(topic));
  }
  return result;
}

}  // namespace kelp::cli
