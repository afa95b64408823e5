// OffsetFetch, versions 0-10: how far groups have read.
//   v2 null topics: all   v3 throttle time   v5 leader epoch   v6 flexible   v7 require_stable   v8
//   several groups (KIP-709) v9 member epochs   v10 topic ids
// Reads on the shard of each group's partition of __consumer_offsets. Errors per group: 14; 16; per
// partition: 88; 100.
#include "broker/api/handlers.h"
#include "broker/locate_group.h"

namespace kelp::broker {
namespace {

using Fetched = group::GroupCoordinator::FetchedGroup;

Fetched refused_group(const group::GroupCoordinator::AskedGroup& asked, ErrorCode error) {
  Fetched fetched;
  fetched.group_id = asked.group_id;
  fetched.error_code = error;
  return fetched;
}

}  // namespace

rt::Task<wire::OffsetFetchResponse> offset_fetch(RequestContext& context,
                                                 wire::OffsetFetchRequest request) {
  const int16_t version = context.version();
  const bool require_stable = request.require_stable;
  const auto asked_groups = group::groups_of(std::move(request), version);
  std::vector<Fetched> answers;
  for (const auto& asked : asked_groups) {
    const LocatedGroup at = locate_group(context, asked.group_id);
    if (at.error != ErrorCode::none) {
      answers.push_back(refused_group(asked, at.error));
      continue;
    }
    auto work = [&](HostedGroups& groups) -> rt::Task<Fetched> {
      co_return groups.coordinator().fetch(asked, version, require_stable);
    };
    auto refuse = [&](ErrorCode error) { return refused_group(asked, error); };
    answers.push_back(co_await on_groups<Fetched>(context.broker.shards(), at.id, work, refuse));
  }
  co_return group::response_of(std::move(answers), version);
}

}  // namespace kelp::broker
