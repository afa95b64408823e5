#include "group/refusals.h"

namespace kelp::group {

wire::JoinGroupResponse refused(const wire::JoinGroupRequest& request, ErrorCode error) {
  wire::JoinGroupResponse response;
  response.error_code = error;
  response.member_id = request.member_id;
  return response;
}

wire::SyncGroupResponse refused(const wire::SyncGroupRequest&, ErrorCode error) {
  wire::SyncGroupResponse response;
  response.error_code = error;
  return response;
}

wire::HeartbeatResponse refused(const wire::HeartbeatRequest&, ErrorCode error) {
  wire::HeartbeatResponse response;
  response.error_code = error == ErrorCode::coordinator_load_in_progress ? ErrorCode::none : error;
  return response;
}

wire::LeaveGroupResponse refused(const wire::LeaveGroupRequest&, ErrorCode error) {
  wire::LeaveGroupResponse response;
  response.error_code = error;
  return response;
}

wire::OffsetCommitResponse refused(const wire::OffsetCommitRequest& request, ErrorCode error) {
  wire::OffsetCommitResponse response;
  for (const auto& topic : request.topics) {
    auto& answered = response.topics.emplace_back();
    answered.name = topic.name;
    answered.topic_id = topic.topic_id;
    for (const auto& partition : topic.partitions)
      answered.partitions.emplace_back(partition.partition_index, error);
  }
  return response;
}

wire::OffsetFetchResponse refused(const wire::OffsetFetchRequest& request, int16_t version,
                                  ErrorCode error) {
  constexpr int16_t kHasTopLevelError = 2, kHasGroups = 8;
  wire::OffsetFetchResponse response;
  if (version >= kHasGroups) {
    for (const auto& group : request.groups) {
      auto& answered = response.groups.emplace_back();
      answered.group_id = group.group_id;
      answered.error_code = error;
    }
    return response;
  }
  response.error_code = error;
  if (version >= kHasTopLevelError || !request.topics) return response;
  for (const auto& topic : *request.topics) {
    auto& answered = response.topics.emplace_back();
    answered.name = topic.name;
    for (const int32_t partition : topic.partition_indexes)
      answered.partitions.emplace_back(partition, -1, -1, "", error);
  }
  return response;
}

wire::DescribeGroupsResponse refused(const wire::DescribeGroupsRequest& request, ErrorCode error) {
  wire::DescribeGroupsResponse response;
  for (const std::string& group_id : request.groups) {
    auto& described = response.groups.emplace_back();
    described.group_id = group_id;
    described.error_code = error;
  }
  return response;
}

wire::ListGroupsResponse refused(const wire::ListGroupsRequest&, ErrorCode error) {
  wire::ListGroupsResponse response;
  response.error_code = error;
  return response;
}

wire::DeleteGroupsResponse refused(const wire::DeleteGroupsRequest& request, ErrorCode error) {
  wire::DeleteGroupsResponse response;
  for (const std::string& group_id : request.groups_names)
    response.results.emplace_back(group_id, error);
  return response;
}

wire::OffsetDeleteResponse refused(const wire::OffsetDeleteRequest&, ErrorCode error) {
  wire::OffsetDeleteResponse response;
  response.error_code = error;
  return response;
}

ErrorCode coordinator_error_of(ErrorCode append_error) {
  switch (append_error) {
    case ErrorCode::unknown_topic_or_partition:
    case ErrorCode::not_enough_replicas:
    case ErrorCode::not_enough_replicas_after_append:
    case ErrorCode::request_timed_out:
      return ErrorCode::coordinator_not_available;
    case ErrorCode::not_leader_or_follower:
    case ErrorCode::kafka_storage_error:
      return ErrorCode::not_coordinator;
    case ErrorCode::network_exception:
      return ErrorCode::coordinator_load_in_progress;
    case ErrorCode::message_too_large:
    case ErrorCode::record_list_too_large:
    case ErrorCode::invalid_fetch_size:
      return ErrorCode::unknown_server_error;
    default:
      return append_error;
  }
}

void fail_response(Response& response, ErrorCode error) {
  if (auto* commit = std::get_if<wire::OffsetCommitResponse>(&response)) {
    for (auto& topic : commit->topics) {
      for (auto& partition : topic.partitions) {
        if (partition.error_code == ErrorCode::none) partition.error_code = error;
      }
    }
  } else if (auto* deletion = std::get_if<wire::DeleteGroupsResponse>(&response)) {
    for (auto& result : deletion->results) {
      if (result.error_code == ErrorCode::none) result.error_code = error;
    }
  } else if (auto* offsets = std::get_if<wire::OffsetDeleteResponse>(&response)) {
    offsets->topics.clear();
    offsets->error_code = error;
  } else if (auto* leave = std::get_if<wire::LeaveGroupResponse>(&response)) {
    leave->members.clear();
    leave->error_code = error;
  } else if (auto* join = std::get_if<wire::JoinGroupResponse>(&response)) {
    *join = {};
    join->error_code = error;
  } else if (auto* sync = std::get_if<wire::SyncGroupResponse>(&response)) {
    *sync = {};
    sync->error_code = error;
  } else if (auto* beat = std::get_if<wire::HeartbeatResponse>(&response)) {
    beat->error_code = error;
  }
}

}  // namespace kelp::group
