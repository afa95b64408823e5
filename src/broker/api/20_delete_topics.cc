// DeleteTopics, versions 0-6: removes topics and what they hold; answered when nothing of them is
// left.
//   v1 throttle time   v4 flexible   v5 messages   v6 by topic id
// Runs on the controller. A crash in between is finished by the next start. Errors per topic: 3; 7
// a timeout of 0 or less; 42 duplicates, name and id both or neither; 56; 73 when
// delete.topic.enable is false; 100 an unknown id.
#include <map>

#include "broker/api/handlers.h"
#include "broker/broker.h"

namespace kelp::broker {
namespace {

using TopicAnswer = wire::DeleteTopicsResponse::DeletableTopicResult;

void refuse(TopicAnswer& answer, ErrorCode error, std::string message) {
  answer.error_code = error;
  answer.error_message = std::move(message);
}

/// v6 names topics by name or by id; what is wrong is said, what is right gets its name.
TopicAnswer resolve(const wire::DeleteTopicsRequest::DeleteTopicState& wanted,
                    const ClusterImage& image) {
  TopicAnswer answer;
  answer.name = wanted.name;
  answer.topic_id = wanted.topic_id;
  if (wanted.name.has_value() && !wanted.topic_id.is_zero()) {
    refuse(answer, ErrorCode::invalid_request, "You may not specify both topic name and topic id.");
  } else if (!wanted.name.has_value() && wanted.topic_id.is_zero()) {
    refuse(answer, ErrorCode::invalid_request, "Neither topic name nor id were specified.");
  } else if (!wanted.name.has_value()) {
    if (const TopicRef topic = image.find(wanted.topic_id)) {
      answer.name = topic->name;
    } else {
      refuse(answer, ErrorCode::unknown_topic_id, "This server does not host this topic ID.");
    }
  } else if (const TopicRef topic = image.find(*wanted.name)) {
    answer.topic_id = topic->id;
  }
  return answer;
}

/// One answer for each topic that is named; one that is named more than once is not deleted.
std::vector<TopicAnswer> resolve_all(const wire::DeleteTopicsRequest& request,
                                     const ClusterImage& image) {
  std::vector<TopicAnswer> all;
  for (const std::string& name : request.topic_names) {
    wire::DeleteTopicsRequest::DeleteTopicState wanted;
    wanted.name = name;
    all.push_back(resolve(wanted, image));
  }
  for (const auto& wanted : request.topics) all.push_back(resolve(wanted, image));
  std::vector<TopicAnswer> distinct;
  for (TopicAnswer& answer : all) {
    const auto same = [&](const TopicAnswer& other) {
      return answer.name.has_value() && other.name == answer.name;
    };
    const auto known = std::ranges::find_if(distinct, same);
    if (known == distinct.end()) {
      distinct.push_back(std::move(answer));
    } else {
      refuse(*known, ErrorCode::invalid_request, "Duplicate topic name.");
    }
  }
  return distinct;
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
    } else if (request.timeout_ms <= 0) {
      answer.error_code = ErrorCode::request_timed_out;
    }
    if (answer.error_code == ErrorCode::none) names.push_back(*answer.name);
  }
  const auto errors = co_await context.broker.delete_topics(std::move(names));
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
