// What Kafka 4.3.1 answers to AlterClientQuotas, DescribeClientQuotas and
// DescribeUserScramCredentials, asked with tools/raw-request of the reference.
#include "client/quota_requests.h"
#include "conformance/behaviour.h"
#include "wire/50_describe_user_scram_credentials.h"

namespace kelp::test {
namespace {

using Lines = std::vector<std::string>;
using wire::AlterClientQuotasRequest;
using wire::DescribeClientQuotasRequest;
using wire::DescribeUserScramCredentialsRequest;
using wire::DescribeUserScramCredentialsResponse;

constexpr std::initializer_list<int16_t> kVersions = {0, 1};
constexpr std::nullopt_t kDefault = std::nullopt;
constexpr std::nullopt_t kRemoved = std::nullopt;
const std::string kProduced = "producer_byte_rate", kFetched = "consumer_byte_rate",
                  kTime = "request_percentage", kMutations = "controller_mutation_rate",
                  kConnections = "connection_creation_rate";

class BehaviourQuotas : public Behaviour {
 protected:
  Lines alter(const QuotaEntity& entity, const std::vector<QuotaOp>& ops, int16_t version = 1) {
    AlterClientQuotasRequest request;
    add_entry(request, entity, ops);
    return alter_quotas(client, request, version);
  }
  Lines describe(const std::string& type, int8_t match_type, std::optional<std::string> match,
                 bool strict = false, int16_t version = 1) {
    DescribeClientQuotasRequest request;
    add_part(request, type, match_type, std::move(match));
    request.strict = strict;
    return describe_quotas(client, request, version);
  }
};

TEST_F(BehaviourQuotas, entities_keys_and_values_that_are_refused) {
  const QuotaEntity user{{"user", "a"}}, address{{"ip", "127.0.0.1"}};
  struct Case {
    QuotaEntity entity;
    QuotaOp op;
    std::string answer;
  };
  const std::vector<Case> cases{
      {{}, {kProduced, 1000}, ": 42 Invalid empty client quota entity"},
      {{{"group", "a"}},
       {kProduced, 1000},
       "group=a: 42 Unhandled client quota entity type: group"},
      {{{"", "a"}}, {kProduced, 1000}, "=a: 42 Unhandled client quota entity type: "},
      {{{"group", kDefault}},
       {kProduced, 1000},
       "group=<default>: 42 Unhandled client quota entity type: group"},
      {{{"user", ""}}, {kProduced, 1000}, "user=: 42 Empty user not supported"},
      {{{"ip", ""}}, {kConnections, 1000}, "ip=: 42 Empty ip not supported"},
      {user, {"bytes", 1000}, "user=a: 42 Invalid configuration key bytes"},
      {user, {"", 1000}, "user=a: 42 Invalid configuration key "},
      {user, {kConnections, 1000}, "user=a: 42 Invalid configuration key connection_creation_rate"},
      {address, {kProduced, 1000}, "ip=127.0.0.1: 42 Invalid configuration key producer_byte_rate"},
      {user, {kProduced, 0}, "user=a: 42 Quota producer_byte_rate must be greater than 0"},
      {user, {kProduced, -1}, "user=a: 42 Quota producer_byte_rate must be greater than 0"},
      {user, {kProduced, 1.5}, "user=a: 42 producer_byte_rate cannot be a fractional value."},
      {address,
       {kConnections, 1.5},
       "ip=127.0.0.1: 42 connection_creation_rate cannot be a fractional value."},
      {user,
       {kProduced, 1e19},
       "user=a: 42 Proposed value for producer_byte_rate is too large for a LONG."},
      {address,
       {kConnections, 3e9},
       "ip=127.0.0.1: 42 Proposed value for connection_creation_rate is too large for an INT."},
      {{{"ip", "127.0.0.1"}, {"user", "a"}},
       {kConnections, 1000},
       "ip=127.0.0.1,user=a: 42 Invalid quota entity combination, IP entity shouldnot be combined "
       "with User or ClientId"},
      {{{"ip", "no such host"}},
       {kConnections, 1000},
       "ip=no such host: 42 no such host is not a valid IP or resolvable host."},
  };
  at_versions(kVersions, [&](int16_t version) {
    for (const Case& each : cases) {
      EXPECT_THAT(alter(each.entity, {each.op}, version), ElementsAre(each.answer));
    }
  });
  EXPECT_THAT(describe("user", 0, "a"), IsEmpty());
  EXPECT_THAT(describe("ip", 2, kDefault), IsEmpty());
}

TEST_F(BehaviourQuotas, values_and_entities_that_are_taken) {
  const QuotaEntity user{{"user", "taken"}};
  EXPECT_THAT(alter(user, {}), ElementsAre("user=taken: 0"));
  EXPECT_THAT(describe("user", 0, "taken"), IsEmpty()) << "no change, no entity";
  EXPECT_THAT(alter(user, {{kProduced, 9.223372036854776e18}, {kTime, 1.5}, {kMutations, 0.25}}),
              ElementsAre("user=taken: 0"));
  EXPECT_THAT(describe("user", 0, "taken"),
              ElementsAre("user=taken: producer_byte_rate=9.223372036854776e+18 "
                          "request_percentage=1.5 controller_mutation_rate=0.25"));
  EXPECT_THAT(alter({{"user", "ü ñ/%"}}, {{kProduced, 3}}), ElementsAre("user=ü ñ/%: 0"));
  EXPECT_THAT(describe("user", 0, "ü ñ/%"), ElementsAre("user=ü ñ/%: producer_byte_rate=3"));
  EXPECT_THAT(alter({{"ip", "::1"}}, {{kConnections, 9}}), ElementsAre("ip=::1: 0"));
  EXPECT_THAT(alter({{"ip", kDefault}}, {{kConnections, 8}}), ElementsAre("ip=<default>: 0"));
  EXPECT_THAT(describe("ip", 2, kDefault), ElementsAre("ip=<default>: connection_creation_rate=8",
                                                       "ip=::1: connection_creation_rate=9"));
}

TEST_F(BehaviourQuotas, of_a_type_that_comes_twice_in_an_entity_the_last_name_holds) {
  EXPECT_THAT(alter({{"user", "one"}, {"user", "two"}}, {{kProduced, 5}}),
              ElementsAre("user=two: 0"));
  EXPECT_THAT(describe("user", 0, "one"), IsEmpty());
  EXPECT_THAT(describe("user", 0, "two"), ElementsAre("user=two: producer_byte_rate=5"));
}

TEST_F(BehaviourQuotas, repeated_keys_and_entities_are_refused) {
  at_versions(kVersions, [&](int16_t version) {
    const std::string refusal =
        "user=dup: 42 Ignoring duplicate entity ClientQuotaEntity(entries={user=dup})";
    EXPECT_THAT(alter({{"user", "dup"}}, {{kProduced, 1}, {kProduced, 2}}, version),
                ElementsAre(refusal));
    EXPECT_THAT(alter({{"user", "dup"}}, {{kProduced, 1}, {kProduced, kRemoved}}, version),
                ElementsAre(refusal));
    AlterClientQuotasRequest request;
    add_entry(request, {{"user", "u"}, {"client-id", "c"}}, {{kProduced, 1}});
    add_entry(request, {{"client-id", "c"}, {"user", "u"}}, {{kFetched, 1}});
    EXPECT_THAT(alter_quotas(client, request, version),
                ElementsAre("client-id=c,user=u: 42 Ignoring duplicate entity "
                            "ClientQuotaEntity(entries={client-id=c, user=u})"));
  });
  EXPECT_THAT(describe("user", 0, "dup"), IsEmpty());
}

TEST_F(BehaviourQuotas, each_entity_of_a_request_is_judged_for_itself_and_wholly) {
  AlterClientQuotasRequest request;
  add_entry(request, {{"user", "bad"}}, {{kProduced, 10}, {"x", 1}});
  add_entry(request, {{"user", "good"}}, {{kProduced, 5}});
  EXPECT_THAT(alter_quotas(client, request),
              ElementsAre("user=bad: 42 Invalid configuration key x", "user=good: 0"));
  EXPECT_THAT(describe("user", 0, "bad"), IsEmpty());
  EXPECT_THAT(describe("user", 0, "good"), ElementsAre("user=good: producer_byte_rate=5"));
  EXPECT_THAT(alter_quotas(client, AlterClientQuotasRequest()), IsEmpty());
}

TEST_F(BehaviourQuotas, what_is_validated_only_is_not_done) {
  AlterClientQuotasRequest request;
  request.validate_only = true;
  add_entry(request, {{"user", "v"}}, {{kProduced, 10}});
  add_entry(request, {{"user", "w"}}, {{kProduced, -10}});
  EXPECT_THAT(
      alter_quotas(client, request),
      ElementsAre("user=v: 0", "user=w: 42 Quota producer_byte_rate must be greater than 0"));
  EXPECT_THAT(describe("user", 0, "v"), IsEmpty());
}

TEST_F(BehaviourQuotas, removing_needs_nothing_to_be_there) {
  const QuotaEntity user{{"user", "r"}};
  EXPECT_THAT(alter(user, {{kProduced, kRemoved}}), ElementsAre("user=r: 0"));
  EXPECT_THAT(alter(user, {{"nonsense", kRemoved}}), ElementsAre("user=r: 0"));
  alter(user, {{kProduced, 1}, {kFetched, 2}, {kTime, 3}});
  EXPECT_THAT(alter(user, {{kProduced, kRemoved}, {kFetched, 7}}), ElementsAre("user=r: 0"));
  EXPECT_THAT(describe("user", 0, "r"),
              ElementsAre("user=r: consumer_byte_rate=7 request_percentage=3"));
  alter(user, {{kFetched, kRemoved}, {kTime, kRemoved}});
  EXPECT_THAT(describe("user", 0, "r"), IsEmpty());
}

TEST_F(BehaviourQuotas, a_filter_names_entities_exactly_by_default_or_by_type) {
  alter({{"user", "f"}}, {{kProduced, 1}});
  alter({{"user", kDefault}}, {{kProduced, 2}});
  alter({{"client-id", "f"}}, {{kProduced, 3}});
  alter({{"user", "f"}, {"client-id", "f"}}, {{kProduced, 4}});
  alter({{"user", "f"}, {"client-id", kDefault}}, {{kProduced, 5}});
  alter({{"client-id", "g"}, {"user", kDefault}}, {{kProduced, 6}});
  at_versions(kVersions, [&](int16_t version) {
    EXPECT_THAT(
        describe("user", 0, "f", false, version),
        ElementsAre("client-id=<default>,user=f: producer_byte_rate=5",
                    "client-id=f,user=f: producer_byte_rate=4", "user=f: producer_byte_rate=1"));
    EXPECT_THAT(describe("user", 0, "f", true, version),
                ElementsAre("user=f: producer_byte_rate=1"));
    EXPECT_THAT(describe("user", 1, kDefault, true, version),
                ElementsAre("user=<default>: producer_byte_rate=2"));
    EXPECT_THAT(describe("user", 1, kDefault, false, version),
                ElementsAre("client-id=g,user=<default>: producer_byte_rate=6",
                            "user=<default>: producer_byte_rate=2"));
    EXPECT_THAT(describe("client-id", 2, kDefault, true, version),
                ElementsAre("client-id=f: producer_byte_rate=3"));
    EXPECT_THAT(describe("user", 0, "nobody", false, version), IsEmpty());
  });
  DescribeClientQuotasRequest pairs;
  add_part(pairs, "user", 2, kDefault);
  add_part(pairs, "client-id", 1, kDefault);
  EXPECT_THAT(describe_quotas(client, pairs),
              ElementsAre("client-id=<default>,user=f: producer_byte_rate=5"));
  DescribeClientQuotasRequest strictly_nothing;
  strictly_nothing.strict = true;
  EXPECT_THAT(describe_quotas(client, strictly_nothing), IsEmpty());
}

TEST_F(BehaviourQuotas, filters_that_make_no_sense_are_refused_as_a_whole) {
  at_versions(kVersions, [&](int16_t version) {
    const auto fault = [&](const std::string& type, int8_t match_type,
                           std::optional<std::string> match) {
      const Lines lines = describe(type, match_type, std::move(match), false, version);
      return lines.empty() ? "none" : lines.front();
    };
    EXPECT_EQ(fault("", 0, "a"), "42 Invalid empty entity type.");
    EXPECT_EQ(fault("group", 0, "a"), "35 Unsupported entity type group");
    EXPECT_EQ(fault("user", 3, kDefault), "42 Unknown match type 3");
    EXPECT_EQ(fault("user", -1, kDefault), "42 Unknown match type -1");
    EXPECT_EQ(fault("user", 0, kDefault),
              "42 Request specified MATCH_TYPE_EXACT, but set match string to null.");
    EXPECT_EQ(fault("user", 1, "a"),
              "42 Request specified MATCH_TYPE_DEFAULT, but also specified a match string.");
    EXPECT_EQ(fault("user", 2, "a"),
              "42 Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.");
    DescribeClientQuotasRequest twice, mixed;
    add_part(twice, "user", 0, "a");
    add_part(twice, "user", 1, kDefault);
    EXPECT_THAT(describe_quotas(client, twice, version),
                ElementsAre("42 Entity type user cannot appear more than once in the filter."));
    add_part(mixed, "ip", 2, kDefault);
    add_part(mixed, "client-id", 1, kDefault);
    EXPECT_THAT(describe_quotas(client, mixed, version),
                ElementsAre("42 Invalid entity filter component combination. IP filter component "
                            "should not be used with user or clientId filter component."));
  });
}

TEST_F(BehaviourQuotas, a_described_answer_has_an_empty_message) {
  const auto answer = ask<wire::DescribeClientQuotasResponse>(DescribeClientQuotasRequest(), 1);
  EXPECT_EQ(answer.error_code, ErrorCode::none);
  EXPECT_EQ(answer.error_message, "");
  EXPECT_TRUE(answer.entries.has_value());
}

TEST_F(BehaviourQuotas, nobody_has_scram_credentials) {
  DescribeUserScramCredentialsRequest request;
  auto answer = ask<DescribeUserScramCredentialsResponse>(request, 0);
  EXPECT_EQ(answer.error_code, ErrorCode::none);
  EXPECT_EQ(answer.error_message, "");
  EXPECT_THAT(answer.results, IsEmpty());
  request.users.emplace();
  for (const char* name : {"a", "b", "a"}) request.users->emplace_back().name = name;
  answer = ask<DescribeUserScramCredentialsResponse>(request, 0);
  ASSERT_EQ(answer.results.size(), 2U);
  EXPECT_EQ(answer.results[0].user, "a");
  EXPECT_EQ(answer.results[0].error_code, ErrorCode::duplicate_resource);
  EXPECT_EQ(answer.results[0].error_message,
            "Cannot describe SCRAM credentials for the same user twice in a single request: a");
  EXPECT_EQ(answer.results[1].user, "b");
  EXPECT_EQ(answer.results[1].error_code, ErrorCode::resource_not_found);
  EXPECT_EQ(answer.results[1].error_message,
            "Attempt to describe a user credential that does not exist: b");
}

}  // namespace
}  // namespace kelp::test
