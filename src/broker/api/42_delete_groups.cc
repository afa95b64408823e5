// DeleteGroups, versions 0-2: removes empty groups and what they committed.
//   v1 throttle time   v2 flexible
// Runs on the shard of each group's partition of __consumer_offsets. Errors per group: 14; 16;
// 68; 69.
#include <set>

#include "broker/api/handlers.h"
#include "broker/locate_group.h"

namespace kelp::broker {

rt::Task<wire::DeleteGroupsResponse> delete_groups(RequestContext& context,
                                                   wire::DeleteGroupsRequest request) {
  wire::DeleteGroupsResponse response;
  std::set<std::string_view> named;
  for (const std::string& group_id : request.groups_names) {
    if (!named.insert(group_id).second) continue;  // Kafka reads them into a set
    wire::DeleteGroupsRequest one;
    one.groups_names.push_back(group_id);
    auto answer = co_await ask_group<wire::DeleteGroupsResponse>(context, one, group_id);
    std::ranges::move(answer.results, std::back_inserter(response.results));
  }
  co_return response;
}

}  // namespace kelp::broker
