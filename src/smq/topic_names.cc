#include "smq/topic_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace kelp::smq {
namespace {

bool is_allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

const char* fault_of_name(std::string_view name) {
  if (name.empty()) return "a name in SeaweedMQ is not empty";
  if (name.size() > kMaxNameBytes) return "a name in SeaweedMQ has 249 characters at most";
  if (name == "." || name == "..") return "a name in SeaweedMQ is not '.' or '..'";
  if (!std::ranges::all_of(name, is_allowed)) {
    return "a name in SeaweedMQ has letters, digits, '.', '_' and '-'";
  }
  return nullptr;
}

Result<void> check(const TopicName& topic) {
  if (const char* fault = fault_of_name(topic.space)) {
    return fail(ErrorKind::invalid, fmt::format("namespace: {}", fault));
  }
  if (const char* fault = fault_of_name(topic.name)) return fail(ErrorKind::invalid, fault);
  return {};
}

std::optional<std::string> kafka_name(const TopicName& topic, std::string_view default_space) {
  if (!check(topic) || topic.space.front() == '.' || topic.name.front() == '.') {
    return std::nullopt;
  }
  if (topic.space == default_space) return topic.name;
  std::string name = topic.space + "." + topic.name;
  if (name.size() > kMaxNameBytes) return std::nullopt;
  return name;
}

VisibleTopics visible(std::vector<TopicName> topics, std::string_view default_space) {
  std::vector<VisibleTopic> named;
  VisibleTopics result;
  for (TopicName& topic : topics) {
    std::optional<std::string> name = kafka_name(topic, default_space);
    if (name) {
      named.emplace_back(std::move(*name), std::move(topic));
    } else {
      result.hidden.push_back(std::move(topic));
    }
  }
  const auto place = [&](const VisibleTopic& each) {
    return std::tuple<std::string_view, bool, const TopicName&>(
        each.kafka_name, each.topic.space != default_space, each.topic);
  };
  std::ranges::sort(named, {}, place);
  for (VisibleTopic& each : named) {
    const bool is_taken =
        !result.topics.empty() && result.topics.back().kafka_name == each.kafka_name;
    if (is_taken) {
      result.hidden.push_back(std::move(each.topic));
    } else {
      result.topics.push_back(std::move(each));
    }
  }
  return result;
}

Result<std::string> unused_name(std::string_view kafka_name,
                                const std::function<bool(std::string_view)>& is_used) {
  if (!is_used(kafka_name)) return std::string(kafka_name);
  for (int32_t number = 1; number < kMaxGenerations; ++number) {
    std::string name = fmt::format("{}.{}", kafka_name, number);
    if (name.size() > kMaxNameBytes) break;
    if (!is_used(name)) return name;
  }
  return fail(ErrorKind::too_large,
              fmt::format("SeaweedMQ has no name left for the topic {}", kafka_name));
}

}  // namespace kelp::smq
