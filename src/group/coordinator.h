// GroupCoordinator: all groups of one partition of __consumer_offsets. Pure; lives on the shard
// that owns the partition. How a shell drives it: replay() every record of the partition,
// on_loaded(); then an event goes in and Effects come out: send `replies`, append `records` in
// their order and give the result to on_append(append_id, ...). Results are given in the order of
// the appends, each once. A record counts (is read, is answered for) only when it is in the log.
// After each call ask next_deadline() and call on_time() then.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error_code.h"
#include "base/result.h"
#include "base/uuid.h"
#include "group/classic_group.h"
#include "group/effects.h"
#include "group/group_records.h"
#include "group/member_ids.h"
#include "group/offsets.h"
#include "group/settings.h"
#include "group/topic_names.h"
#include "wire/09_offset_fetch.h"
#include "wire/15_describe_groups.h"
#include "wire/16_list_groups.h"

namespace kelp::group {

class GroupCoordinator {
 public:
  using FetchedGroup = wire::OffsetFetchResponse::OffsetFetchResponseGroup;
  using AskedGroup = wire::OffsetFetchRequest::OffsetFetchRequestGroup;

  /// Settings may change between calls. Both must outlive the coordinator.
  GroupCoordinator(const GroupSettings& settings, const TopicNames& topics,
                   std::function<Uuid()> random = &Uuid::random);
  GroupCoordinator(const GroupCoordinator&) = delete;
  GroupCoordinator& operator=(const GroupCoordinator&) = delete;

  // Loading and giving up.

  /// One record of the partition, in log order. Others than those of classic groups are passed
  /// over. Errors: malformed, unsupported: the caller logs it and goes on.
  Result<void> replay(const Slice& key, const std::optional<Slice>& value);
  /// All is replayed: members must be heard of from now on, expiry begins.
  Effects on_loaded(Now at);
  /// This is not the coordinator any more: answers all that wait. Afterwards only to be destroyed.
  Effects abandon(Now at);

  // Calls of clients. Each is answered by a Reply with context.token: here, or from a later event.

  Effects on(const wire::JoinGroupRequest& request, const Context& context);
  Effects on(const wire::SyncGroupRequest& request, const Context& context);
  Effects on(const wire::HeartbeatRequest& request, const Context& context);
  Effects on(const wire::LeaveGroupRequest& request, const Context& context);
  /// Only topics that the client may read.
  Effects on(const wire::OffsetCommitRequest& request, const Context& context);
  /// Only groups of this partition; the shell gathers the answers.
  Effects on(const wire::DeleteGroupsRequest& request, const Context& context);
  Effects on(const wire::OffsetDeleteRequest& request, const Context& context);
  /// The part of a version 8+ request for one group; see groups_of and response_of.
  FetchedGroup fetch(const AskedGroup& asked, int16_t version, bool require_stable) const;
  wire::DescribeGroupsResponse::DescribedGroup describe(const std::string& group_id,
                                                        int16_t version) const;
  /// Adds those that pass the filters, by group id.
  void list(const wire::ListGroupsRequest& request,
            std::vector<wire::ListGroupsResponse::ListedGroup>& out) const;

  // Other events.

  /// The records of that Effects are in the log as durably as asked (none), or not all are.
  Effects on_append(uint64_t append_id, ErrorCode error, Now at);
  Effects on_time(Now at);
  /// Not later than the time at which on_time has something to do; kNever.
  int64_t next_deadline() const;
  /// The connection whose JoinGroup or SyncGroup waits under this token is gone: no reply comes.
  Effects forget(std::string_view group_id, Token token, Now at);
  /// Its committed offsets go; and with `first_partition`, those of partitions from there on.
  Effects on_topic_deleted(std::string_view topic, Now at, int32_t first_partition = 0);

  /// For people and metrics. Null: unknown.
  const ClassicGroup* find(std::string_view group_id) const;
  const Offsets* offsets_of(std::string_view group_id) const;
  size_t size() const { return groups_.size(); }

  /// Looks at everything; for tests. The cheap part is done by each group at each event.
  void check_invariants() const;

 private:
  struct Entry {
    Entry(std::string group_id, const GroupSettings& settings, MemberIds& member_ids, Now at)
        : group(std::move(group_id), settings, member_ids, at) {}
    ClassicGroup group;
    Offsets offsets;
    int64_t scheduled_ms = kNever;  // where it is in deadlines_
  };
  using Groups = std::map<std::string, Entry, std::less<>>;

  struct NewOffset {
    std::string topic;
    int32_t partition = 0;
    CommittedOffset committed;
  };
  // What waits for an append.
  struct GroupStored {
    std::string group_id;
    Stored then;
  };
  struct OffsetsCommitted {
    std::string group_id;
    std::vector<NewOffset> offsets;
  };
  struct OffsetsErased {
    std::string group_id;
    std::vector<std::pair<std::string, int32_t>> partitions;
  };
  struct GroupErased {
    std::string group_id;
  };
  struct Answered {
    Token token = 0;
    Response response;
  };
  using Waiting = std::variant<GroupStored, OffsetsCommitted, OffsetsErased, GroupErased, Answered>;
  struct Append {
    uint64_t id = 0;
    std::vector<Waiting> waiting;
  };
  /// One event on its way to Effects.
  struct Turn {
    Now at;
    Effects effects;
    std::vector<Waiting> waiting;
  };

  // coordinator.cc
  Entry* entry_of(std::string_view group_id);
  Entry& create(const std::string& group_id, Now at);
  void erase(const std::string& group_id);
  void erase_if_unused(const std::string& group_id);
  void schedule(Entry& entry);
  Effects finish(Turn turn);
  void take(Turn& turn, Entry& entry, GroupEffects effects);
  void apply(Turn& turn, GroupStored& stored, ErrorCode error);
  void apply(Turn& turn, OffsetsCommitted& commit, ErrorCode error);
  void apply(Turn& turn, OffsetsErased& erased, ErrorCode error);
  void apply(Turn& turn, GroupErased& erased, ErrorCode error);
  void apply(Turn& turn, Answered& answered, ErrorCode error);

  // coordinator_offsets.cc
  struct Sorted;
  Sorted sort_by_existence(const wire::OffsetCommitRequest& request, int16_t version) const;
  ErrorCode validate_commit(const wire::OffsetCommitRequest& request, const Context& context);
  std::vector<NewOffset> accept(const wire::OffsetCommitRequest& request, const Sorted& sorted,
                                ErrorCode group_error, Now at,
                                wire::OffsetCommitResponse& response) const;
  void erase_offsets(Turn& turn, const std::string& group_id,
                     std::vector<std::pair<std::string, int32_t>> partitions);
  void fetch_all(const Entry& entry, int16_t version, bool require_stable, FetchedGroup& out) const;
  std::optional<std::vector<std::pair<std::string, int32_t>>> deletable(
      const wire::OffsetDeleteRequest& request, const ClassicGroup& group, const Offsets& offsets,
      wire::OffsetDeleteResponse& response) const;

  // coordinator_groups.cc
  void erase_group(Turn& turn, Entry& entry);
  void sweep(Turn& turn);
  void expire(Turn& turn, Entry& entry);

  const GroupSettings& settings_;
  const TopicNames& topics_;
  MemberIds member_ids_;
  Groups groups_;
  /// At most one per group, not later than its next_deadline(). Views into groups_' keys.
  std::set<std::pair<int64_t, std::string_view>> deadlines_;
  std::deque<Append> appends_;  // in their order
  uint64_t last_append_id_ = 0;
  int64_t next_sweep_ms_ = kNever;
  std::string sweep_after_;  // the sweep under way goes on behind this group
  bool is_sweeping_ = false;
};

/// An OffsetFetch of any version as the list of groups that version 8 has.
std::vector<GroupCoordinator::AskedGroup> groups_of(wire::OffsetFetchRequest request,
                                                    int16_t version);
/// The answers, in the order of groups_of, as that version says them.
wire::OffsetFetchResponse response_of(std::vector<GroupCoordinator::FetchedGroup> groups,
                                      int16_t version);

}  // namespace kelp::group
