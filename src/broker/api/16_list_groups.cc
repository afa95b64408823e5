// ListGroups, versions 0-5: the groups that this node coordinates.
//   v1 throttle time   v3 flexible   v4 states filter (KIP-518)   v5 types filter (KIP-848)
// Gathers from every partition of __consumer_offsets that the node leads. Errors: 14 while one of
// them is loading.
#include "broker/api/handlers.h"
#include "broker/locate_group.h"

namespace kelp::broker {
namespace {

struct Listed {
  ErrorCode error = ErrorCode::none;
  std::vector<wire::ListGroupsResponse::ListedGroup> groups;
};

}  // namespace

rt::Task<wire::ListGroupsResponse> list_groups(RequestContext& context,
                                               wire::ListGroupsRequest request) {
  wire::ListGroupsResponse response;
  const TopicRef topic = context.broker.image()->find(kOffsetsTopic);
  if (topic == nullptr) co_return response;
  const BrokerId node = context.broker.node_of(*context.peer);
  for (size_t index = 0; index < topic->partitions.size(); ++index) {
    if (topic->partitions[index].leader != node) continue;
    auto work = [&](HostedGroups& groups) -> rt::Task<Listed> {
      Listed listed;
      groups.coordinator().list(request, listed.groups);
      co_return listed;
    };
    auto refuse = [](ErrorCode error) {
      Listed listed;
      listed.error = error;
      return listed;
    };
    const engine::PartitionId id = topic->partition_id(static_cast<int32_t>(index));
    Listed listed = co_await on_groups<Listed>(context.broker.shards(), id, work, refuse);
    if (listed.error != ErrorCode::none) co_return group::refused(request, listed.error);
    std::ranges::move(listed.groups, std::back_inserter(response.groups));
  }
  co_return response;
}

}  // namespace kelp::broker
