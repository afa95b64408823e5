// DescribeGroups, versions 0-6: state, protocol and members of groups.
//   v1 throttle time   v3 authorized operations   v4 static members   v5 flexible   v6 69 for a
//   group that is not there
// Reads on the shard of each group's partition of __consumer_offsets. Errors per group: 14; 16; 69.
#include "broker/api/handlers.h"
#include "broker/authorized_operations.h"
#include "broker/locate_group.h"

namespace kelp::broker {
namespace {

using Described = wire::DescribeGroupsResponse::DescribedGroup;

Described refused_group(const std::string& group_id, ErrorCode error) {
  Described described;
  described.group_id = group_id;
  described.error_code = error;
  return described;
}

}  // namespace

rt::Task<wire::DescribeGroupsResponse> describe_groups(RequestContext& context,
                                                       wire::DescribeGroupsRequest request) {
  wire::DescribeGroupsResponse response;
  for (const std::string& group_id : request.groups) {
    const LocatedGroup at = locate_group(context, group_id);
    if (at.error != ErrorCode::none) {
      response.groups.push_back(refused_group(group_id, at.error));
      continue;
    }
    auto work = [&](HostedGroups& groups) -> rt::Task<Described> {
      co_return groups.coordinator().describe(group_id, context.version());
    };
    auto refuse = [&](ErrorCode error) { return refused_group(group_id, error); };
    auto described = co_await on_groups<Described>(context.broker.shards(), at.id, work, refuse);
    if (request.include_authorized_operations && described.error_code == ErrorCode::none) {
      described.authorized_operations = kGroupOperations;
    }
    response.groups.push_back(std::move(described));
  }
  co_return response;
}

}  // namespace kelp::broker
