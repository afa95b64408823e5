// What consumers put in the opaque bytes of JoinGroup and SyncGroup: read for people, for
// OffsetDelete and for expiry. The coordinator passes the bytes on as they are and never depends on
// them.
#pragma once

#include <optional>

#include "base/slice.h"
#include "wire/records/consumer_protocol.h"

namespace kelp::group {

/// Versions newer than 3 are read as 3: they may only add fields at the end. Nothing for bytes that
/// are no subscription, such as those of other protocols.
std::optional<wire::ConsumerProtocolSubscription> decode_subscription(const Slice& metadata);

/// The same for an assignment. Empty bytes (a member that was left out) are no assignment.
std::optional<wire::ConsumerProtocolAssignment> decode_assignment(const Slice& assignment);

}  // namespace kelp::group
