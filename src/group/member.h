// One member of a classic group: who it is, what it can speak, what it was assigned and what it
// waits for. A value of Members.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "group/effects.h"

namespace kelp::group {

/// A JoinGroup or SyncGroup that waits for its reply.
struct Parked {
  Token token = 0;
  int16_t version = 0;
};

struct Member {
  std::string id;
  std::optional<std::string> instance_id;  // set: a static member (KIP-345)
  std::string client_id;
  std::string client_host;
  int32_t rebalance_timeout_ms = 0;
  int32_t session_timeout_ms = 0;
  std::vector<Protocol> protocols;  // as preferred; no name twice
  Slice assignment;                 // of the current generation; empty until it is stored

  std::optional<Parked> join;
  std::optional<Parked> sync;
  /// It joined without a member id and got no answer yet: it cannot be heard of again if its
  /// connection goes.
  bool unaware = false;
  /// It got no answer to its first JoinGroup yet. It cannot send heartbeats, so waiting does not
  /// keep it alive for ever, as it does for others.
  bool is_new = false;
  /// It was told of the generation and has not sent its SyncGroup.
  bool pending_sync = false;
  /// Removed then, unless it waits for us (lives() says so).
  int64_t session_deadline_ms = kNever;

  bool is_static() const { return instance_id.has_value(); }
  bool lives(int64_t now_ms) const { return now_ms < deadline_ms(); }
  /// kNever while it waits for us.
  int64_t deadline_ms() const { return !is_new && (join || sync) ? kNever : session_deadline_ms; }

  /// What it says about the protocol; empty when it does not speak it.
  Slice metadata(std::string_view protocol) const;
};

}  // namespace kelp::group
