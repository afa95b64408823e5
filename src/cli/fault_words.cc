#include "cli/fault_words.h"

#include <fmt/format.h>

namespace kelp::cli {
namespace {

std::string_view advice_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::group_id_not_found:
      return "there is no such consumer group; `kelp group list` shows those that exist";
    case ErrorCode::non_empty_group:
      return "the group has members; stop its consumers first";
    case ErrorCode::unknown_member_id:
      return "the group has members, which alone may commit; stop its consumers first";
    case ErrorCode::group_subscribed_to_topic:
      return "a member is subscribed to the topic; stop the group's consumers of it first";
    case ErrorCode::group_authorization_failed:
    case ErrorCode::topic_authorization_failed:
    case ErrorCode::cluster_authorization_failed:
      return "the broker's ACLs do not allow it to this client";
    case ErrorCode::unknown_topic_or_partition:
      return "there is no such topic or partition";
    case ErrorCode::unknown_topic_id:
      return "there is no topic with this id";
    case ErrorCode::not_controller:
      return "the controller has moved; try again";
    case ErrorCode::coordinator_load_in_progress:
      return "the broker still reads its groups; try again, or give it a longer --timeout-ms";
    case ErrorCode::coordinator_not_available:
    case ErrorCode::not_coordinator:
      return "no broker answers for the group; is __consumer_offsets available?";
    case ErrorCode::rebalance_in_progress:
      return "the group is rebalancing; stop its consumers first";
    case ErrorCode::leader_not_available:
    case ErrorCode::not_leader_or_follower:
      return "the partition has no leader now";
    case ErrorCode::invalid_group_id:
      return "the name of the group is not allowed";
    default:
      return "";
  }
}

}  // namespace

std::string explain(const client::Fault& fault) {
  std::string text(name_of(fault.code));
  if (!fault.message.empty()) text += ": " + fault.message;
  const std::string_view advice = advice_for(fault.code);
  if (!advice.empty() && text.ends_with('.')) text.pop_back();
  if (!advice.empty()) text += fmt::format(": {}", advice);
  return text;
}

boost::json::object fault_json(const client::Fault& fault) {
  return boost::json::object{{"code", static_cast<int16_t>(fault.code)},
                             {"name", name_of(fault.code)},
                             {"message", explain(fault)}};
}

}  // namespace kelp::cli
