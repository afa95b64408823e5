#include "sim/oracle.h"

#include <fmt/format.h>

namespace kelp::sim {

std::string name_in(const std::string& member_id) {
  constexpr size_t kUuid = 37;  // with its hyphen
  return member_id.size() < kUuid ? member_id : member_id.substr(0, member_id.size() - kUuid);
}

void Oracle::on_join(const std::string& group, const wire::JoinGroupRequest& request,
                     int16_t version, const wire::JoinGroupResponse& response) {
  if (response.error_code != ErrorCode::none) return;
  const int life = lives_[group];
  auto& newest = newest_.try_emplace({group, life, starts_}, 0).first->second;
  if (response.generation_id < newest)
    world_.fail(
        fmt::format("{}: generation {} was told after {}", group, response.generation_id, newest));
  newest = std::max(newest, response.generation_id);

  const std::string leader = name_in(response.leader);
  const std::string protocol = response.protocol_name.value_or("");
  const auto at = told_
                      .try_emplace({group, life, starts_, response.generation_id},
                                   Generation{leader, protocol, {}, {}})
                      .first;
  if (at->second.protocol != protocol)
    world_.fail(fmt::format("{}: generation {} has protocols {} and {}", group,
                            response.generation_id, at->second.protocol, protocol));
  if (at->second.leader != leader)
    world_.fail(fmt::format("{}: generation {} has leaders {} and {}", group,
                            response.generation_id, at->second.leader, leader));
  const bool leads = response.leader == response.member_id;
  if (leads == response.members.empty())
    world_.fail(fmt::format("{}: {} leads: {}, and knows {} members", group, response.member_id,
                            leads, response.members.size()));
  if (!request.member_id.empty() && request.member_id != response.member_id)
    world_.fail(fmt::format("{}: {} became {}", group, request.member_id, response.member_id));
  at->second.told.insert(response.member_id);
  if (!response.skip_assignment) {
    for (const auto& member : response.members)
      if (!member.group_instance_id) at->second.listed.insert(member.member_id);
  }
  if (response.skip_assignment && (version < 9 || !leads))
    world_.fail(fmt::format("{}: {} skips an assignment that is not its", group, leader));
}

void Oracle::check_generations() {
  for (auto& [key, generation] : told_) {
    for (const std::string& member : generation.listed) {
      if (!generation.told.contains(member))
        world_.fail(fmt::format("{}: generation {} counts {}, who did not join it",
                                std::get<0>(key), std::get<3>(key), member));
    }
    generation.listed.clear();
  }
}

/// An assignment is "<nonce>/<name>/<partitions>".
void Oracle::on_sync(const std::string& group, const wire::SyncGroupRequest& request,
                     const wire::SyncGroupResponse& response) {
  if (response.error_code != ErrorCode::none) return;
  ++synced;
  const std::string text(response.assignment.text());
  const size_t first = text.find('/'), second = text.find('/', first + 1);
  if (second == std::string::npos)
    return world_.fail(
        fmt::format("{}: {} got the assignment '{}'", group, request.member_id, text));
  const std::string nonce = text.substr(0, first);
  const std::string name = text.substr(first + 1, second - first - 1);
  if (name != name_in(request.member_id))
    world_.fail(fmt::format("{}: {} got what is for {}", group, request.member_id, name));
  const auto at = nonces_.try_emplace({group, lives_[group], request.generation_id}, nonce).first;
  if (at->second != nonce)
    world_.fail(fmt::format("{}: generation {} was assigned twice: {} and {}", group,
                            request.generation_id, at->second, nonce));
}

int32_t Oracle::newest_generation(const std::string& group) const {
  const auto life = lives_.find(group);
  const auto found = newest_.find({group, life == lives_.end() ? 0 : life->second, starts_});
  return found == newest_.end() ? -1 : found->second;
}

void Oracle::on_commit(const std::string& group, const wire::OffsetCommitRequest& request,
                       const wire::OffsetCommitResponse& response, int32_t newest) {
  const int32_t generation = request.generation_id_or_member_epoch;
  if (generation < 0 || generation >= newest) return;
  if (response.topics.at(0).partitions.at(0).error_code == ErrorCode::none)
    world_.fail(fmt::format("{}: {} commits in generation {} though {} was told", group,
                            request.member_id, generation, newest));
}

uint64_t Oracle::begin_write(const std::string& group, int32_t partition,
                             std::optional<int64_t> offset) {
  auto& writes = writes_[{group, partition}];
  writes.push_back({offset, Write::Fate::in_flight});
  return writes.size() - 1;
}

void Oracle::end_write(const std::string& group, int32_t partition, uint64_t write,
                       bool succeeded) {
  auto& fate = writes_[{group, partition}].at(write).fate;
  if (fate != Write::Fate::in_flight) world_.fail("a write was answered twice");
  fate = succeeded ? Write::Fate::succeeded : Write::Fate::failed;
  if (succeeded) ++committed;
}

void Oracle::on_crash() {
  for (auto& [key, writes] : writes_) {
    for (Write& write : writes) {
      if (write.fate == Write::Fate::in_flight) write.fate = Write::Fate::unknown;
    }
  }
}

/// What is read is the last write that succeeded, or one after it that may have.
void Oracle::check_offsets(const std::string& group, const group::Offsets* offsets) {
  for (int32_t partition = 0; partition < kPartitions; ++partition) {
    const auto* committed = offsets ? offsets->find(kTopic, partition) : nullptr;
    std::optional<int64_t> read;
    if (committed) read = committed->offset;
    const auto& writes = writes_[{group, partition}];
    bool is_explained = false, is_nothing_sure = true;
    for (size_t i = writes.size(); i-- > 0 && !is_explained;) {
      if (writes[i].fate == Write::Fate::failed || writes[i].fate == Write::Fate::in_flight)
        continue;
      is_explained = writes[i].offset == read;
      if (writes[i].fate != Write::Fate::succeeded) continue;
      is_nothing_sure = false;
      break;
    }
    if (is_explained || (is_nothing_sure && !read)) continue;
    world_.fail(fmt::format("{}: partition {} reads {}, which is not the last commit", group,
                            partition, read.value_or(-1)));
  }
}

}  // namespace kelp::sim
