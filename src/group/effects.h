// What the group coordinator is given and what it wants done. Data only: the shell that runs the
// coordinator sends the replies, appends the records and tells how that went; a simulator does the
// same with neither socket nor disk.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/slice.h"
#include "wire/08_offset_commit.h"
#include "wire/11_join_group.h"
#include "wire/12_heartbeat.h"
#include "wire/13_leave_group.h"
#include "wire/14_sync_group.h"
#include "wire/42_delete_groups.h"
#include "wire/47_offset_delete.h"
#include "wire/records/group_records.h"

namespace kelp::group {

/// No deadline.
inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

/// The shell's own number for a request that waits for its reply. Unique among those that wait.
using Token = uint64_t;

struct Now {
  int64_t now_ms = 0;   // monotonic: what deadlines are counted in
  int64_t wall_ms = 0;  // since 1970: what is stored
};

/// Who asks, and when.
struct Context {
  Now at;
  Token token = 0;
  int16_t version = 0;  // of the request
  std::string_view client_id;
  std::string_view client_host;  // as Kafka shows it: "/127.0.0.1"
};

using Response =
    std::variant<wire::JoinGroupResponse, wire::SyncGroupResponse, wire::HeartbeatResponse,
                 wire::LeaveGroupResponse, wire::OffsetCommitResponse, wire::DeleteGroupsResponse,
                 wire::OffsetDeleteResponse>;

/// The answer to the request of that token, of the type that belongs to the request.
struct Reply {
  Token token = 0;
  Response response;
};

/// One record of __consumer_offsets, in Kafka's format. No value: a tombstone.
struct Record {
  Slice key;
  std::optional<Slice> value;
};

/// Replies go out at once; they do not wait for the records. What waits for the records comes out
/// of GroupCoordinator::on_append.
struct Effects {
  std::vector<Reply> replies;
  std::vector<Record> records;  // to append in this order
  uint64_t append_id = 0;       // for on_append; 0 without records
};

/// What a group does once its record is in the log, or could not be put there.
struct NothingStored {};

struct AssignmentStored {
  int32_t generation_id = -1;
  /// Of every member of that generation, in no order.
  std::vector<std::pair<std::string, Slice>> assignments;
};

struct Protocol {
  std::string name;
  Slice metadata;
  friend bool operator==(const Protocol&, const Protocol&) = default;
};

struct StaticMemberStored {
  std::string instance_id;
  std::string old_member_id;
  std::string new_member_id;
  std::string old_leader;  // JoinGroup before version 9 is answered with it
  std::vector<Protocol> old_protocols;
  int32_t old_rebalance_timeout_ms = 0;
  int32_t old_session_timeout_ms = 0;
  int32_t generation_id = -1;
  Token token = 0;
  int16_t version = 0;
};

using Stored = std::variant<NothingStored, AssignmentStored, StaticMemberStored>;

/// A group's record to append, and what to do then.
struct Store {
  wire::GroupMetadataValue value;
  Stored then;
};

struct GroupEffects {
  std::vector<Reply> replies;
  std::vector<Store> stores;
};

}  // namespace kelp::group
