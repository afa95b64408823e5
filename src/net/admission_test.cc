#include "net/admission.h"

#include <gtest/gtest.h>

namespace kelp::net {
namespace {

using Verdict = Admission::Verdict;

TEST(Admission, counts_all_connections) {
  Limits limits;
  limits.max_connections = 1;
  Admission admission(limits);
  EXPECT_EQ(admission.enter("a"), Verdict::admitted);
  EXPECT_EQ(admission.enter("b"), Verdict::too_many);
  admission.leave("a");
  EXPECT_EQ(admission.enter("b"), Verdict::admitted);
}

TEST(Admission, counts_those_of_an_address_and_an_override_replaces_the_limit_for_its_own) {
  Limits limits;
  limits.max_connections_per_ip = 1;
  limits.max_connections_overrides = {{"b", 2}, {"c", 0}};
  Admission admission(limits);
  EXPECT_EQ(admission.enter("a"), Verdict::admitted);
  EXPECT_EQ(admission.enter("a"), Verdict::too_many_of_address);
  EXPECT_EQ(admission.enter("b"), Verdict::admitted);
  EXPECT_EQ(admission.enter("b"), Verdict::admitted);
  EXPECT_EQ(admission.enter("b"), Verdict::too_many_of_address);
  EXPECT_EQ(admission.enter("c"), Verdict::too_many_of_address);
  admission.leave("b");
  EXPECT_EQ(admission.enter("b"), Verdict::admitted);
}

TEST(Admission, overrides_alone_limit_their_own_addresses_only) {
  Limits limits;
  limits.max_connections_overrides = {{"b", 0}};
  Admission admission(limits);
  EXPECT_EQ(admission.enter("b"), Verdict::too_many_of_address);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(admission.enter("a"), Verdict::admitted);
}

}  // namespace
}  // namespace kelp::net
