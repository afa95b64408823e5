// DeleteTopics, versions 0-6: removes topics and what they hold; answered when nothing of them is
// left.
//   v1 throttle time   v4 flexible   v5 messages; 89 when there are too many changes (KIP-599)
//   v6 by topic id
// Runs on the controller. A crash in between is finished by the next start. Errors per topic: 3; 7
// a timeout of 0 or less; 42 duplicates, name and id both or neither; 56; 73 when
// delete.topic.enable is false; 89; 100 an unknown id.
#include <map>
#include <set>

#include "broker/api/handlers.h"
#include "broker/broker.h"

namespace kelp::broker {
namespace {

using TopicAnswer = wire::DeleteTopicsResponse::DeletableTopicResult;

void refuse(TopicAnswer& answer, ErrorCode error, std::string message) {
  answer.error_code = error;
  answer.error_message = std::move(message);
}

using TopicWish = wire::DeleteTopicsRequest::DeleteTopicState;

/// From here on controller_mutation_rate refuses what is too much (KIP-599).
constexpr int16_t kFirstStrict = 5;

/// What a request names, and how often. Before v6 there are names only.
struct Wanted {
  std::vector<TopicWish> topics;
  std::map<std::string, int> names;
  std::map<Uuid, int> ids;
};

Wanted wanted_by(const wire::DeleteTopicsRequest& request) {
  Wanted wanted;
  wanted.topics = request.topics;
  for (const std::string& name : request.topic_names) wanted.topics.emplace_back().name = name;
  for (const TopicWish& topic : wanted.topics) {
    if (topic.name.has_value() && topic.topic_id.is_zero()) ++wanted.names[*topic.name];
    if (!topic.name.has_value() && !topic.topic_id.is_zero()) ++wanted.ids[topic.topic_id];
  }
  return wanted;
}

TopicAnswer resolve_name(const std::string& name, const Wanted& wanted, const ClusterImage& image) {
  TopicAnswer answer;
  answer.name = name;
  if (wanted.names.at(name) > 1) {
    refuse(answer, ErrorCode::invalid_request, "Duplicate topic name.");
  } else if (const TopicRef topic = image.find(name)) {
    answer.topic_id = topic->id;
    if (wanted.ids.contains(topic->id)) {
      refuse(answer, ErrorCode::invalid_request,
             "The provided topic name maps to an ID that was already supplied.");
    }
  }
  return answer;
}

/// Nothing for an id that is answered with its name.
std::optional<TopicAnswer> resolve_id(const Uuid& id, const Wanted& wanted,
                                      const ClusterImage& image) {
  TopicAnswer answer;
  answer.topic_id = id;
  const TopicRef topic = image.find(id);
  if (wanted.ids.at(id) > 1) {
    refuse(answer, ErrorCode::invalid_request, "Duplicate topic id.");
  } else if (topic == nullptr) {
    refuse(answer, ErrorCode::unknown_topic_id, "This server does not host this topic ID.");
  } else {
    const auto named = wanted.names.find(topic->name);
    if (named != wanted.names.end() && named->second == 1) return std::nullopt;
    answer.name = topic->name;
  }
  return answer;
}

/// One answer for each topic that is named; one that is named more than once is not deleted.
std::vector<TopicAnswer> resolve_all(const wire::DeleteTopicsRequest& request,
                                     const ClusterImage& image) {
  const Wanted wanted = wanted_by(request);
  std::vector<TopicAnswer> answers;
  std::set<std::pair<std::string, Uuid>> seen;
  for (const TopicWish& topic : wanted.topics) {
    const bool named = topic.name.has_value(), identified = !topic.topic_id.is_zero();
    if (named != identified && !seen.emplace(topic.name.value_or(""), topic.topic_id).second) {
      continue;
    }
    if (named && !identified) {
      answers.push_back(resolve_name(*topic.name, wanted, image));
    } else if (identified && !named) {
      if (auto answer = resolve_id(topic.topic_id, wanted, image)) {
        answers.push_back(*std::move(answer));
      }
    } else {
      TopicAnswer& answer = answers.emplace_back();
      answer.name = topic.name;
      answer.topic_id = topic.topic_id;
      refuse(answer, ErrorCode::invalid_request,
             named ? "You may not specify both topic name and topic id."
                   : "Neither topic name nor id were specified.");
    }
  }
  return answers;
}

}  // namespace

rt::Task<wire::DeleteTopicsResponse> delete_topics(RequestContext& context,
                                                   wire::DeleteTopicsRequest request) {
  wire::DeleteTopicsResponse response;
  response.responses = resolve_all(request, *context.broker.image());
  std::vector<std::string> names;
  for (TopicAnswer& answer : response.responses) {
    if (!context.broker.config().delete_topics) {
      refuse(answer, ErrorCode::topic_deletion_disabled, "Topic deletion is disabled.");
    } else if (request.timeout_ms <= 0 && answer.error_code != ErrorCode::invalid_request) {
      answer.error_code = ErrorCode::request_timed_out;
      answer.error_message.reset();
    }
    if (answer.error_code == ErrorCode::none) names.push_back(*answer.name);
  }
  auto quota = MutationQuota::of(context, kFirstStrict);
  const auto errors = co_await context.broker.delete_topics(std::move(names), quota.get());
  if (quota != nullptr) quota->throttle(context);
  size_t next = 0;
  for (TopicAnswer& answer : response.responses) {
    if (answer.error_code != ErrorCode::none) continue;
    answer.error_code = errors[next++];
    if (answer.error_code == ErrorCode::unknown_topic_or_partition) {
      answer.error_message = "This server does not host this topic-partition.";
    }
  }
  co_return response;
}

}  // namespace kelp::broker
