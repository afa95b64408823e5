// The form in which quotas are stored: docs/formats/topic.md.
#include "broker/quota_document.h"

#include <gtest/gtest.h>

namespace kelp::broker {
namespace {

using auth::QuotaEntity;
using auth::QuotaKey;
using auth::QuotaValues;

TEST(QuotaDocument, its_key_names_the_entity_with_nothing_that_a_path_could_mean) {
  EXPECT_EQ(quota_document_key({{"user", "alice"}}), "client-quotas/user=alice");
  EXPECT_EQ(quota_document_key({{"user", "../ü"}, {"client-id", std::nullopt}}),
            "client-quotas/client-id,user=..%2F%C3%BC");
  EXPECT_EQ(quota_document_key({{"client-id", "a,user=b"}}),
            "client-quotas/client-id=a%2Cuser%3Db");
}

TEST(QuotaDocument, what_is_stored_is_read_again) {
  const QuotaEntity entity{{"user", std::nullopt}, {"client-id", "ü \"/%"}};
  const QuotaValues values{{QuotaKey::producer_byte_rate, 9.223372036854776e18},
                           {QuotaKey::request_percentage, 0.1},
                           {QuotaKey::controller_mutation_rate, 5}};
  const auto read = decode_quotas("k", encode_quotas(entity, values));
  ASSERT_TRUE(read.has_value()) << read.error().text();
  EXPECT_EQ(read->first, entity);
  EXPECT_EQ(read->second, values);
}

TEST(QuotaDocument, as_this_version_writes_it) {
  const std::string body = R"({"version":1,"entity":{"client-id":null,"user":"a"},)"
                           R"("quotas":{"consumer_byte_rate":1024}})";
  const auto read = decode_quotas("k", body);
  ASSERT_TRUE(read.has_value()) << read.error().text();
  EXPECT_EQ(read->first, (QuotaEntity{{"client-id", std::nullopt}, {"user", "a"}}));
  EXPECT_EQ(read->second, (QuotaValues{{QuotaKey::consumer_byte_rate, 1024}}));
  EXPECT_EQ(encode_quotas(read->first, read->second),
            R"({"version":1,"entity":{"client-id":null,"user":"a"},)"
            R"("quotas":{"consumer_byte_rate":1.024E3}})");
}

TEST(QuotaDocument, what_is_not_understood_is_an_error_that_names_it) {
  for (const char* body : {"", "{}", R"({"version":2,"entity":{},"quotas":{}})",
                           R"({"version":1,"entity":{"user":1},"quotas":{}})",
                           R"({"version":1,"entity":{"user":"a"},"quotas":{"of_tomorrow":1}})"}) {
    const auto read = decode_quotas("client-quotas/user=a", body);
    ASSERT_FALSE(read.has_value()) << body;
    EXPECT_NE(read.error().text().find("client-quotas/user=a"), std::string::npos);
  }
}

}  // namespace
}  // namespace kelp::broker
