// DescribeAcls, versions 0-3: there is no authorizer, which is what Kafka without one answers: 54.
//   v1 pattern types (KIP-290)   v2 flexible
#include "broker/api/handlers.h"

namespace kelp::broker {

wire::DescribeAclsResponse describe_acls(RequestContext& /*context*/,
                                         wire::DescribeAclsRequest /*request*/) {
  wire::DescribeAclsResponse response;
  response.error_code = ErrorCode::security_disabled;
  response.error_message = "No Authorizer is configured on the broker";
  return response;
}

}  // namespace kelp::broker
