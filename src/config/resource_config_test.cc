// Groups and client metrics: what is refused, with Kafka's words, and what is told.
#include "config/resource_config.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kelp::config {
namespace {

std::string fault_of_group(const ConfigOverrides& overrides) {
  const auto checked = check_group_config(overrides, BrokerSettings());
  return checked ? "" : checked.error().what;
}

TEST(GroupConfig, is_bounded_by_what_the_broker_says) {
  EXPECT_EQ(fault_of_group({{"consumer.session.timeout.ms", "50000"}}), "");
  EXPECT_EQ(fault_of_group({{"consumer.session.timeout.ms", "44999"}}),
            "consumer.session.timeout.ms must be greater than or equal to "
            "group.consumer.min.session.timeout.ms");
  EXPECT_EQ(fault_of_group({{"streams.num.standby.replicas", "3"}}),
            "streams.num.standby.replicas must be less than or equal to "
            "group.streams.max.standby.replicas");
  EXPECT_EQ(fault_of_group({{"share.record.lock.duration.ms", "999"}}),
            "Invalid value 999 for configuration share.record.lock.duration.ms: Value must be at "
            "least 1000");
  BrokerSettings wider;
  wider.add_override("group.consumer.min.session.timeout.ms=1000");
  EXPECT_TRUE(check_group_config({{"consumer.session.timeout.ms", "6000"}}, wider));
}

TEST(GroupConfig, a_session_is_longer_than_the_time_between_heartbeats) {
  BrokerSettings wider;
  wider.add_override("group.consumer.min.session.timeout.ms=1000");
  const auto checked = check_group_config({{"consumer.session.timeout.ms", "5000"}}, wider);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().what,
            "consumer.session.timeout.ms must be greater than consumer.heartbeat.interval.ms");
}

TEST(GroupConfig, an_offset_reset_is_a_word_or_a_duration) {
  const auto allowed = [](const std::string& text) {
    return fault_of_group({{"share.auto.offset.reset", text}}).empty();
  };
  for (const char* text : {"earliest", "latest", "by_duration:PT1H", "by_duration:P1D",
                           "by_duration:P1DT2H3M4.5S", "by_duration:PT0.001S"}) {
    EXPECT_TRUE(allowed(text)) << text;
  }
  for (const char* text :
       {"", "none", "by_duration:", "by_duration:P", "by_duration:PT", "by_duration:P1",
        "by_duration:1H", "by_duration:P1H", "by_duration:PT1M1H", "by_duration:PT1.5H",
        "by_duration:-PT1H", "by_duration:PT-1H", "by_duration:P1DT", "by_duration:PT1H1H"}) {
    EXPECT_FALSE(allowed(text)) << text;
  }
}

TEST(GroupConfig, tells_what_was_set_and_what_stands_behind_it) {
  const auto entries = describe_resource_config(
      Scope::group, {{"consumer.session.timeout.ms", "50000"}}, BrokerSettings(), 1);
  EXPECT_EQ(entries.size(), keys(Scope::group).size());
  const auto session =
      std::ranges::find(entries, "consumer.session.timeout.ms", &ConfigEntry::name);
  EXPECT_EQ(session->value, "50000");
  EXPECT_EQ(session->source, Source::group);
  ASSERT_EQ(session->synonyms.size(), 2U);
  EXPECT_EQ(session->synonyms[1].name, "group.consumer.session.timeout.ms");
}

TEST(ClientMetrics, are_refused_as_kafka_refuses_them) {
  using Fault = ClientMetricsFault;
  const auto fault = [](const ConfigOverrides& overrides) {
    return check_client_metrics(overrides).fault;
  };
  EXPECT_EQ(fault({{"interval.ms", "5000"}, {"metrics", "a.,b."}}), Fault::none);
  EXPECT_EQ(fault({{"match", "client_id=a.*, client_source_port=[0-9]+"}}), Fault::none);
  EXPECT_EQ(fault({{"match", ""}}), Fault::none);
  EXPECT_EQ(fault({{"no.such", "1"}}), Fault::bad_request);
  EXPECT_EQ(fault({{"interval.ms", "99"}}), Fault::bad_request);
  EXPECT_EQ(fault({{"interval.ms", "abc"}}), Fault::bad_config);
  for (const char* text : {"client_id", "nope=a", "client_id=[", "client_id=a,client_id=("}) {
    EXPECT_EQ(fault({{"match", text}}), Fault::bad_config) << text;
  }
  EXPECT_EQ(fault({{"match", "client_id=" + std::string(5000, 'a')}}), Fault::bad_config);
}

}  // namespace
}  // namespace kelp::config
