// Which quota a client goes by, what orders come to, and which entities a filter means. The words
// are those of Kafka 4.3.1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "auth/quota_alteration.h"
#include "auth/quota_filter.h"
#include "auth/quota_table.h"

namespace kelp::auth {
namespace {

constexpr auto kKey = QuotaKey::producer_byte_rate;
constexpr std::nullopt_t kDefault = std::nullopt;
using Name = std::optional<std::string>;

QuotaEntity user(Name name) { return {{"user", std::move(name)}}; }
QuotaEntity client(Name name) { return {{"client-id", std::move(name)}}; }
QuotaEntity both(Name user, Name client) {
  return {{"user", std::move(user)}, {"client-id", std::move(client)}};
}

/// "limit of user/client".
std::string found(const QuotaTable& table, std::string_view user, std::string_view client) {
  const auto applied = table.find(kKey, user, client);
  if (!applied.has_value()) return "none";
  return std::to_string(static_cast<int>(applied->limit)) + " of " + std::string(applied->user) +
         "/" + std::string(applied->client_id);
}

TEST(QuotaTable, the_most_specific_quota_holds_and_says_who_shares_it) {
  // From the most specific on: each row is in force when those above it are gone.
  const std::vector<std::tuple<QuotaEntity, int, std::string>> rows{
      {both("u", "c"), 1, "1 of u/c"},
      {both("u", kDefault), 2, "2 of u/c"},
      {user("u"), 3, "3 of u/"},
      {both(kDefault, "c"), 4, "4 of u/c"},
      {both(kDefault, kDefault), 5, "5 of u/c"},
      {user(kDefault), 6, "6 of u/"},
      {client("c"), 7, "7 of /c"},
      {client(kDefault), 8, "8 of /c"},
  };
  for (size_t first = 0; first < rows.size(); ++first) {
    QuotaTable::Entries entries;
    for (size_t i = first; i < rows.size(); ++i) {
      entries[std::get<0>(rows[i])][kKey] = std::get<1>(rows[i]);
    }
    EXPECT_EQ(found(QuotaTable(entries), "u", "c"), std::get<2>(rows[first]));
  }
  EXPECT_EQ(found(QuotaTable({}), "u", "c"), "none");
}

TEST(QuotaTable, others_are_not_limited_and_each_key_stands_for_itself) {
  QuotaTable::Entries entries;
  entries[client("c")][kKey] = 7;
  entries[user("u")][QuotaKey::consumer_byte_rate] = 9;
  const QuotaTable table(entries);
  EXPECT_EQ(found(table, "u", "c"), "7 of /c");
  EXPECT_EQ(found(table, "u", "d"), "none");
  EXPECT_FALSE(table.find(QuotaKey::request_percentage, "u", "c").has_value());
}

TEST(QuotaTable, a_client_without_an_id_has_no_default_of_client_ids) {
  QuotaTable::Entries entries;
  entries[client(kDefault)][kKey] = 8;
  EXPECT_EQ(found(QuotaTable(entries), "u", ""), "none");
  EXPECT_EQ(found(QuotaTable(entries), "u", "x"), "8 of /x");
  // Kafka takes it for one of the user's then.
  entries[both("u", kDefault)][kKey] = 2;
  EXPECT_EQ(found(QuotaTable(entries), "u", ""), "none");
  entries[user(kDefault)][kKey] = 6;
  EXPECT_EQ(found(QuotaTable(entries), "u", ""), "6 of u/");
}

TEST(QuotaTable, an_address_has_its_own_rate_or_that_of_all) {
  constexpr auto kRate = QuotaKey::connection_creation_rate;
  QuotaTable::Entries entries;
  entries[{{"ip", "10.0.0.1"}}][kRate] = 5;
  EXPECT_EQ(QuotaTable(entries).find_ip("10.0.0.1"), 5);
  EXPECT_EQ(QuotaTable(entries).find_ip("10.0.0.2"), std::nullopt);
  entries[{{"ip", kDefault}}][kRate] = 6;
  EXPECT_EQ(QuotaTable(entries).find_ip("10.0.0.2"), 6);
}

std::string outcome(const QuotaEntity& entity, const std::string& key,
                    std::optional<double> value) {
  QuotaOrder order;
  order.entity = entity;
  order.changes.push_back({key, value});
  const auto values = altered(order, {});
  return values.has_value() ? "fine" : values.error();
}

TEST(QuotaAlteration, what_kafka_refuses_is_refused_in_its_words) {
  const QuotaEntity address{{"ip", "127.0.0.1"}};
  const std::string rate = "producer_byte_rate", connections = "connection_creation_rate";
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN(), kInfinity = HUGE_VAL;
  EXPECT_EQ(outcome({}, rate, 1), "Invalid empty client quota entity");
  EXPECT_EQ(outcome({{"group", "a"}}, rate, 1), "Unhandled client quota entity type: group");
  EXPECT_EQ(outcome(user(""), rate, 1), "Empty user not supported");
  EXPECT_EQ(outcome({{"ip", ""}}, rate, 1), "Empty ip not supported");
  EXPECT_EQ(outcome({{"ip", "127.0.0.1"}, {"user", "u"}}, connections, 1),
            "Invalid quota entity combination, IP entity shouldnot be combined with User or "
            "ClientId");
  EXPECT_EQ(outcome({{"ip", "no such host"}}, connections, 1),
            "no such host is not a valid IP or resolvable host.");
  EXPECT_EQ(outcome(user("u"), "bytes", 1), "Invalid configuration key bytes");
  EXPECT_EQ(outcome(user("u"), connections, 1),
            "Invalid configuration key connection_creation_rate");
  EXPECT_EQ(outcome(address, rate, 1), "Invalid configuration key producer_byte_rate");
  EXPECT_EQ(outcome(user("u"), rate, 0), "Quota producer_byte_rate must be greater than 0");
  EXPECT_EQ(outcome(user("u"), rate, -kInfinity),
            "Quota producer_byte_rate must be greater than 0");
  EXPECT_EQ(outcome(user("u"), rate, 1.5), "producer_byte_rate cannot be a fractional value.");
  EXPECT_EQ(outcome(user("u"), rate, 1e19),
            "Proposed value for producer_byte_rate is too large for a LONG.");
  EXPECT_EQ(outcome(user("u"), rate, kInfinity),
            "Proposed value for producer_byte_rate is too large for a LONG.");
  EXPECT_EQ(outcome(address, connections, 3e9),
            "Proposed value for connection_creation_rate is too large for an INT.");
  EXPECT_EQ(outcome(user("u"), rate, kNan), "Quota producer_byte_rate must be a finite number");
  EXPECT_EQ(outcome(user("u"), "request_percentage", kInfinity),
            "Quota request_percentage must be a finite number");
}

TEST(QuotaAlteration, what_kafka_takes_is_taken) {
  EXPECT_EQ(outcome(user("u"), "producer_byte_rate", 9.223372036854776e18), "fine");
  EXPECT_EQ(outcome(user("u"), "producer_byte_rate", 5.0000001), "fine");
  EXPECT_EQ(outcome(user("u"), "request_percentage", 1.5), "fine");
  EXPECT_EQ(outcome(user(kDefault), "controller_mutation_rate", 0.25), "fine");
  EXPECT_EQ(outcome({{"ip", "::1"}}, "connection_creation_rate", 1), "fine");
  EXPECT_EQ(outcome({{"ip", kDefault}}, "connection_creation_rate", 1), "fine");
  EXPECT_EQ(outcome(user("u"), "nonsense", kDefault), "fine") << "what is not there is removed";
}

TEST(QuotaAlteration, changes_are_laid_over_what_is_there) {
  QuotaOrder order;
  order.entity = user("u");
  order.changes = {{"producer_byte_rate", kDefault}, {"consumer_byte_rate", 3.0}};
  const QuotaValues present{{kKey, 1}, {QuotaKey::request_percentage, 2}};
  EXPECT_EQ(altered(order, present).value(),
            (QuotaValues{{QuotaKey::consumer_byte_rate, 3}, {QuotaKey::request_percentage, 2}}));
  EXPECT_FALSE(repeats_a_key(order));
  order.changes.push_back({"producer_byte_rate", 1.0});
  EXPECT_TRUE(repeats_a_key(order));
  EXPECT_EQ(text_of(both("u", kDefault)), "ClientQuotaEntity(entries={client-id=null, user=u})");
}

std::vector<std::string> matched(const std::vector<QuotaFilterPart>& parts, bool strict) {
  const auto filter = QuotaFilter::make(parts, strict);
  if (!filter.has_value()) return {filter.error().message};
  std::vector<std::string> names;
  for (const QuotaEntity& entity : {user("u"), user(kDefault), client("c"), both("u", "c"),
                                    both("u", kDefault), QuotaEntity{{"ip", "::1"}}}) {
    if (filter->matches(entity)) names.push_back(text_of(entity).substr(27));
  }
  return names;
}

TEST(QuotaFilter, parts_must_all_fit_and_strictly_nothing_else_may_be_there) {
  using testing::ElementsAre;
  EXPECT_EQ(matched({}, false).size(), 6U);
  EXPECT_EQ(matched({}, true).size(), 0U);
  EXPECT_THAT(matched({{"user", 0, "u"}}, false),
              ElementsAre("user=u})", "client-id=c, user=u})", "client-id=null, user=u})"));
  EXPECT_THAT(matched({{"user", 0, "u"}}, true), ElementsAre("user=u})"));
  EXPECT_THAT(matched({{"user", 1, kDefault}}, false), ElementsAre("user=null})"));
  EXPECT_THAT(matched({{"user", 2, kDefault}}, true), ElementsAre("user=u})", "user=null})"));
  EXPECT_THAT(matched({{"user", 2, kDefault}, {"client-id", 1, kDefault}}, false),
              ElementsAre("client-id=null, user=u})"));
  EXPECT_THAT(matched({{"ip", 2, kDefault}}, false), ElementsAre("ip=::1})"));
}

TEST(QuotaFilter, what_kafka_refuses_is_refused_in_its_words) {
  const auto fault = [](const std::vector<QuotaFilterPart>& parts) {
    const auto filter = QuotaFilter::make(parts, false);
    return filter.has_value() ? "fine" : filter.error().message;
  };
  EXPECT_EQ(fault({{"", 0, "a"}}), "Invalid empty entity type.");
  EXPECT_EQ(fault({{"group", 0, "a"}}), "Unsupported entity type group");
  EXPECT_EQ(QuotaFilter::make({{"group", 0, "a"}}, false).error().error,
            ErrorCode::unsupported_version);
  EXPECT_EQ(fault({{"user", 0, "a"}, {"user", 1, kDefault}}),
            "Entity type user cannot appear more than once in the filter.");
  EXPECT_EQ(fault({{"user", 3, kDefault}}), "Unknown match type 3");
  EXPECT_EQ(fault({{"user", 0, kDefault}}),
            "Request specified MATCH_TYPE_EXACT, but set match string to null.");
  EXPECT_EQ(fault({{"user", 1, "a"}}),
            "Request specified MATCH_TYPE_DEFAULT, but also specified a match string.");
  EXPECT_EQ(fault({{"user", 2, "a"}}),
            "Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.");
  EXPECT_EQ(fault({{"ip", 2, kDefault}, {"client-id", 1, kDefault}}),
            "Invalid entity filter component combination. IP filter component should not be used "
            "with user or clientId filter component.");
}

}  // namespace
}  // namespace kelp::auth
