#include "record/validate.h"

#include <gtest/gtest.h>

namespace kelp::record {
namespace {

TEST(Validate, refuses_nothing_at_all) {
  const auto result = validate_produced(Slice(), ProduceRules{});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::invalid_record);
}

}  // namespace
}  // namespace kelp::record
