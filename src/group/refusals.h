// Whole answers that say one error, in each version's way: for a shell that is not the coordinator
// of the group, is loading it, or may not let the client in; and for records that could not be
// appended.
#pragma once

#include <cstdint>

#include "base/error_code.h"
#include "group/effects.h"
#include "wire/09_offset_fetch.h"
#include "wire/15_describe_groups.h"
#include "wire/16_list_groups.h"

namespace kelp::group {

wire::JoinGroupResponse refused(const wire::JoinGroupRequest& request, ErrorCode error);
wire::SyncGroupResponse refused(const wire::SyncGroupRequest& request, ErrorCode error);
/// While the group is loaded the member is told that all is well, as Kafka does: it cannot have
/// missed a rebalance, and must not give up.
wire::HeartbeatResponse refused(const wire::HeartbeatRequest& request, ErrorCode error);
wire::LeaveGroupResponse refused(const wire::LeaveGroupRequest& request, ErrorCode error);
wire::OffsetCommitResponse refused(const wire::OffsetCommitRequest& request, ErrorCode error);
wire::OffsetFetchResponse refused(const wire::OffsetFetchRequest& request, int16_t version,
                                  ErrorCode error);
wire::DescribeGroupsResponse refused(const wire::DescribeGroupsRequest& request, ErrorCode error);
wire::ListGroupsResponse refused(const wire::ListGroupsRequest& request, ErrorCode error);
wire::DeleteGroupsResponse refused(const wire::DeleteGroupsRequest& request, ErrorCode error);
wire::OffsetDeleteResponse refused(const wire::OffsetDeleteRequest& request, ErrorCode error);

/// What a member is told when our append failed with this error: it shall look for the coordinator
/// again, not take the log's trouble for its own.
ErrorCode coordinator_error_of(ErrorCode append_error);

/// Turns the successes of an answer into this error.
void fail_response(Response& response, ErrorCode error);

}  // namespace kelp::group
