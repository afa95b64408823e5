// CreateAcls, versions 0-3: there is no authorizer, which is what Kafka without one answers for
// each ACL: 54.
//   v1 pattern types (KIP-290)   v2 flexible
#include "broker/api/handlers.h"

namespace kelp::broker {

wire::CreateAclsResponse create_acls(RequestContext& /*context*/, wire::CreateAclsRequest request) {
  wire::CreateAclsResponse response;
  for (size_t i = 0; i < request.creations.size(); ++i) {
    auto& result = response.results.emplace_back();
    result.error_code = ErrorCode::security_disabled;
    result.error_message = "No Authorizer is configured.";
  }
  return response;
}

}  // namespace kelp::broker
