#include "group/consumer_protocol.h"

#include "wire/coordinator_record.h"

namespace kelp::group {
namespace {

template <class Message>
std::optional<Message> nothing_if_bad(Result<Message> message) {
  if (!message) return std::nullopt;
  return std::move(*message);
}

}  // namespace

std::optional<wire::ConsumerProtocolSubscription> decode_subscription(const Slice& metadata) {
  return nothing_if_bad(
      wire::decode_versioned_or_newest<wire::ConsumerProtocolSubscription>(metadata));
}

std::optional<wire::ConsumerProtocolAssignment> decode_assignment(const Slice& assignment) {
  return nothing_if_bad(
      wire::decode_versioned_or_newest<wire::ConsumerProtocolAssignment>(assignment));
}

}  // namespace kelp::group
