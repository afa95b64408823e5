// ACLs without an authorizer: each is refused as Kafka without one refuses it.
#include <gtest/gtest.h>

#include "broker/api/handlers.h"
#include "broker/test_broker.h"

namespace kelp::broker {
namespace {

TEST(Acls, are_refused_one_by_one_while_there_is_no_authorizer) {
  TestBroker broker(1);
  wire::CreateAclsRequest create;
  create.creations.resize(2);
  wire::DeleteAclsRequest remove;
  remove.filters.resize(3);
  for (int16_t version = 0; version <= 3; ++version) {
    const auto described =
        broker.call<wire::DescribeAclsResponse>(wire::DescribeAclsRequest(), version);
    EXPECT_EQ(described.error_code, ErrorCode::security_disabled);
    EXPECT_EQ(described.error_message, "No Authorizer is configured on the broker");
    const auto created = broker.call<wire::CreateAclsResponse>(create, version);
    ASSERT_EQ(created.results.size(), 2U);
    EXPECT_EQ(created.results[1].error_code, ErrorCode::security_disabled);
    const auto removed = broker.call<wire::DeleteAclsResponse>(remove, version);
    ASSERT_EQ(removed.filter_results.size(), 3U);
    EXPECT_EQ(removed.filter_results[2].error_message, "No Authorizer is configured.");
  }
}

}  // namespace
}  // namespace kelp::broker
