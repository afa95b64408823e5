// DescribeUserScramCredentials, version 0: what users log in with by SCRAM (KIP-554). There is no
// SCRAM here yet, so nobody has any; kafka-configs asks it about every user whose quotas it shows.
// Errors per user, in Kafka's words: 91 for whoever is named; 92 when named twice.
#include <map>

#include "broker/api/handlers.h"

namespace kelp::broker {

wire::DescribeUserScramCredentialsResponse describe_user_scram_credentials(
    RequestContext& context, wire::DescribeUserScramCredentialsRequest request) {
  (void)context;
  wire::DescribeUserScramCredentialsResponse response;
  response.error_message.emplace();
  if (!request.users.has_value()) return response;
  std::map<std::string_view, int> times;
  for (const auto& user : *request.users) ++times[user.name];
  for (const auto& user : *request.users) {
    int& left = times[user.name];
    if (left == 0) continue;  // answered with the first
    auto& result = response.results.emplace_back();
    result.user = user.name;
    const bool twice = left > 1;
    left = 0;
    result.error_code = twice ? ErrorCode::duplicate_resource : ErrorCode::resource_not_found;
    result.error_message =
        (twice ? "Cannot describe SCRAM credentials for the same user twice in a single request: "
               : "Attempt to describe a user credential that does not exist: ") +
        user.name;
  }
  return response;
}

}  // namespace kelp::broker
