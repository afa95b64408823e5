// DeleteAcls, versions 0-3: there is no authorizer, which is what Kafka without one answers for
// each filter: 54.
//   v1 pattern types (KIP-290)   v2 flexible
#include "broker/api/handlers.h"

namespace kelp::broker {

wire::DeleteAclsResponse delete_acls(RequestContext& /*context*/, wire::DeleteAclsRequest request) {
  wire::DeleteAclsResponse response;
  for (size_t i = 0; i < request.filters.size(); ++i) {
    auto& result = response.filter_results.emplace_back();
    result.error_code = ErrorCode::security_disabled;
    result.error_message = "No Authorizer is configured.";
  }
  return response;
}

}  // namespace kelp::broker
