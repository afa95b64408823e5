// Quotas hold over real sockets, for clients whose connections lie on three shards. Rates are told
// by the arithmetic of the throttle times that are answered: with a limit of 1000 bytes a second, n
// bytes take n ms, of which those of the first ten windows and what passed of the eleventh are
// free. A connection that is muted for minutes does not answer while others do.
#include <chrono>

#include "client/quota_requests.h"
#include "conformance/behaviour.h"
#include "wire/01_fetch.h"
#include "wire/03_metadata.h"
#include "wire/18_api_versions.h"
#include "wire/20_delete_topics.h"
#include "wire/37_create_partitions.h"

namespace kelp::test {
namespace {

using std::chrono::steady_clock;
using wire::FetchRequest;
using wire::FetchResponse;
using wire::ProduceResponse;

constexpr std::nullopt_t kRemoved = std::nullopt;
constexpr int64_t kFreeMs = 10'000;  // ten windows
constexpr int64_t kWindowMs = 1000;

Slice batch_of_bytes(size_t bytes) {
  const std::string value(bytes, 'x');
  record::BatchBuilder builder;
  record::NewRecord record;
  record.timestamp_ms = 1000;
  record.value = as_bytes(value);
  builder.add(record);
  return *builder.build();
}

template <class Request>
int64_t frame_bytes(const TypedClient& client, const Request& request, int16_t version) {
  wire::RequestHeader header;
  header.client_id = client.client_id;
  const wire::Frame frame = wire::encode_request(std::move(header), request, version);
  return static_cast<int64_t>(frame.bytes.size()) - 4;
}

class QuotaEnforcement : public Behaviour {
 protected:
  static void SetUpTestSuite() { start({"--set", "kelp.shards=3"}); }

  static TypedClient connect_as(const std::string& client_id) {
    TypedClient made = connect();
    made.client_id = client_id;
    return made;
  }
  void limit(const QuotaEntity& entity, const std::string& key, std::optional<double> value) {
    EXPECT_EQ(set_quota(client, entity, {{key, value}}), "");
  }
  /// A client id that may have so much a second.
  std::string limited(const std::string& key, double value) {
    std::string id = fresh_name("client");
    limit({{"client-id", id}}, key, value);
    return id;
  }

  /// Throttle time in milliseconds; the size of the request is added to `sent`.
  int64_t produce_as(TypedClient& producer, const Topic& topic, size_t bytes, int64_t& sent,
                     int16_t version = 9) {
    const auto request = produce_request(topic, batch_of_bytes(bytes));
    sent += frame_bytes(producer, request, version);
    const auto answer = producer.call<ProduceResponse>(request, version);
    EXPECT_TRUE(answer.has_value()) << answer.error().text();
    if (!answer.has_value()) return -1;
    EXPECT_EQ(answer->responses.at(0).partition_responses.at(0).error_code, ErrorCode::none);
    return answer->throttle_time_ms;
  }
  FetchResponse fetch_as(TypedClient& consumer, const Topic& topic, int16_t version = 12) {
    FetchRequest request;
    request.max_wait_ms = 0;
    request.min_bytes = 1;
    request.max_bytes = 1 << 20;
    auto& wanted = request.topics.emplace_back();
    wanted.topic = topic.name;
    wanted.topic_id = topic.id;
    wanted.partitions.emplace_back().partition_max_bytes = 1 << 20;
    const auto answer = consumer.call<FetchResponse>(request, version);
    EXPECT_TRUE(answer.has_value()) << answer.error().text();
    return answer.has_value() ? *answer : FetchResponse();
  }
  int32_t metadata_throttle(TypedClient& of) {
    wire::MetadataRequest request;
    request.topics.emplace();
    const auto answer = of.call<wire::MetadataResponse>(request, 9);
    EXPECT_TRUE(answer.has_value()) << answer.error().text();
    return answer.has_value() ? answer->throttle_time_ms : -1;
  }

  /// Others, on every shard, are served; `muted` does not answer what it was sent before.
  void expect_muted(TypedClient& muted) {
    wire::MetadataRequest request;
    request.topics.emplace();
    ASSERT_TRUE(muted.send(request, 9).has_value());
    for (int i = 0; i < 12; ++i) {
      TypedClient other = connect_as("other");
      EXPECT_EQ(metadata_throttle(other), 0);
    }
    EXPECT_FALSE(muted.raw().readable(steady_clock::now()));
  }
};

size_t bytes_of(const FetchResponse& answer) {
  return answer.responses.empty() ? 0 : answer.responses[0].partitions.at(0).records.size();
}

TEST_F(QuotaEnforcement, a_producer_beyond_its_rate_is_answered_with_the_time_and_then_not_read) {
  const Topic topic = fresh_topic();
  at_versions({3, 9, 13}, [&](int16_t version) {
    const std::string id = limited("producer_byte_rate", 1000);
    TypedClient producer = connect_as(id), again = connect_as(id);
    int64_t sent = 0;
    EXPECT_EQ(produce_as(producer, topic, 5000, sent, version), 0) << "within ten windows";
    const int64_t throttle = produce_as(producer, topic, 500'000, sent, version);
    EXPECT_LE(throttle, sent - kFreeMs);
    EXPECT_GT(throttle, sent - kFreeMs - kWindowMs);
    expect_muted(producer);
    // Another connection of the client is read, and what it sends counts with the rest.
    const int64_t second = produce_as(again, topic, 500'000, sent, version);
    EXPECT_LE(second, sent - kFreeMs);
    EXPECT_GT(second, sent - kFreeMs - kWindowMs);
    expect_muted(again);
  });
}

TEST_F(QuotaEnforcement, a_producer_that_wants_no_answer_is_muted_all_the_same) {
  const Topic topic = fresh_topic();
  TypedClient producer = connect_as(limited("producer_byte_rate", 1000));
  const auto request = produce_request(topic, batch_of_bytes(200'000), 0, 0);
  ASSERT_TRUE(producer.send(request, 9).has_value());
  expect_muted(producer);
}

TEST_F(QuotaEnforcement, a_rate_is_kept_over_time) {
  const Topic topic = fresh_topic();
  constexpr double kLimit = 1e6;
  TypedClient producer = connect_as(limited("producer_byte_rate", kLimit));
  const auto begun = steady_clock::now();
  int64_t sent = 0, throttled = 0, last = 0;
  produce_as(producer, topic, 900'000, sent);
  // A burst of ten windows is free.
  for (int i = 0; i < 14; ++i) {
    throttled += last;
    last = produce_as(producer, topic, 800'000, sent);
  }
  const std::chrono::duration<double, std::milli> elapsed = steady_clock::now() - begun;
  EXPECT_GT(throttled, 0);
  EXPECT_GE(elapsed.count(), static_cast<double>(throttled)) << "it waited as long as it was told";
  EXPECT_LE(static_cast<double>(sent),
            kLimit / 1000 * (elapsed.count() + static_cast<double>(last) + kFreeMs + kWindowMs));
}

TEST_F(QuotaEnforcement, clients_of_one_user_share_its_rate_wherever_their_connections_lie) {
  const Topic topic = fresh_topic();
  limit({{"user", "ANONYMOUS"}}, "producer_byte_rate", 1000);
  std::vector<TypedClient> producers;
  int64_t sent = 0, throttle = 0;
  for (int i = 0; i < 7; ++i) {
    producers.push_back(connect_as("share" + std::to_string(i)));
    throttle = produce_as(producers.back(), topic, 50'000, sent);
  }
  limit({{"user", "ANONYMOUS"}}, "producer_byte_rate", kRemoved);  // everyone is
  EXPECT_LE(throttle, sent - kFreeMs);
  EXPECT_GT(throttle, sent - kFreeMs - kWindowMs);
}

TEST_F(QuotaEnforcement, a_consumer_beyond_its_rate_gets_nothing_and_the_time) {
  const Topic topic = fresh_topic();
  int64_t produced = 0;
  for (int i = 0; i < 30; ++i) produce_as(client, topic, 1000, produced);
  at_versions({4, 12, 16}, [&](int16_t version) {
    const std::string id = limited("consumer_byte_rate", 1000);
    TypedClient consumer = connect_as(id);
    const FetchResponse first = fetch_as(consumer, topic, version);
    EXPECT_GT(bytes_of(first), 8000U);
    EXPECT_LE(bytes_of(first), 10'000U) << "no more than ten windows at once";
    // It is not read until the little that was too much is over; others of it may ask at once.
    for (int i = 0; i < 3; ++i) {
      TypedClient next = connect_as(id);
      const FetchResponse refused = fetch_as(next, topic, version);
      EXPECT_EQ(refused.error_code, ErrorCode::none);
      EXPECT_THAT(refused.responses, IsEmpty());
      EXPECT_GT(refused.throttle_time_ms, 5000);
      EXPECT_LT(refused.throttle_time_ms, 11'000) << "what was not sent does not count";
      expect_muted(next);
    }
    TypedClient other = connect_as("other");
    EXPECT_GT(bytes_of(fetch_as(other, topic, version)), 30'000U);
  });
}

TEST_F(QuotaEnforcement, a_session_says_later_what_it_was_not_allowed_to_say) {
  const Topic topic = fresh_topic();
  int64_t produced = 0;
  for (int i = 0; i < 20; ++i) produce_as(client, topic, 1000, produced);
  const std::string id = limited("consumer_byte_rate", 1000);
  FetchRequest request;
  request.max_bytes = 1 << 20;
  request.session_epoch = 0;
  auto& wanted = request.topics.emplace_back();
  wanted.topic = topic.name;
  wanted.partitions.emplace_back().partition_max_bytes = 1 << 20;
  TypedClient first = connect_as(id);
  const auto begun = first.call<FetchResponse>(request, 12);
  ASSERT_TRUE(begun.has_value()) << begun.error().text();
  EXPECT_GT(bytes_of(*begun), 0U);
  ASSERT_NE(begun->session_id, 0);
  request.topics.clear();
  request.session_id = begun->session_id;
  const auto go_on = [&](int32_t epoch) {
    request.session_epoch = epoch;
    TypedClient next = connect_as(id);
    const auto answer = next.call<FetchResponse>(request, 12);
    EXPECT_TRUE(answer.has_value()) << answer.error().text();
    EXPECT_EQ(answer->error_code, ErrorCode::none);
    EXPECT_EQ(answer->session_id, request.session_id);
    return bytes_of(*answer);
  };
  EXPECT_EQ(go_on(1), 0U);
  EXPECT_EQ(go_on(2), 0U);
  limit({{"client-id", id}}, "consumer_byte_rate", kRemoved);
  EXPECT_GT(go_on(3), 0U);
}

TEST_F(QuotaEnforcement, a_batch_larger_than_all_windows_is_sent_and_paid_for) {
  const Topic topic = fresh_topic();
  int64_t produced = 0;
  produce_as(client, topic, 100'000, produced);
  TypedClient consumer = connect_as(limited("consumer_byte_rate", 1000));
  const FetchResponse answer = fetch_as(consumer, topic);
  EXPECT_GT(bytes_of(answer), 100'000U);
  EXPECT_GT(answer.throttle_time_ms, 89'000);
  EXPECT_LT(answer.throttle_time_ms, 91'000);
  expect_muted(consumer);
}

TEST_F(QuotaEnforcement, the_time_of_any_request_counts_and_waits_a_window_at_most) {
  const Topic topic = fresh_topic();
  const std::string id = limited("request_percentage", 1e-6);
  TypedClient first = connect_as(id);
  EXPECT_EQ(metadata_throttle(first), 1000);
  TypedClient producer = connect_as(id);
  int64_t sent = 0;
  EXPECT_EQ(produce_as(producer, topic, 10, sent), 1000);
  TypedClient consumer = connect_as(id);
  const FetchResponse fetched = fetch_as(consumer, topic);
  EXPECT_EQ(fetched.throttle_time_ms, 1000);
  TypedClient greeter = connect_as(id);
  wire::ApiVersionsRequest greeting;
  greeting.client_software_name = greeting.client_software_version = "1";
  const auto versions = greeter.call<wire::ApiVersionsResponse>(greeting, 3);
  ASSERT_TRUE(versions.has_value());
  EXPECT_EQ(versions->throttle_time_ms, 1000);
  TypedClient other = connect_as("other");
  EXPECT_EQ(metadata_throttle(other), 0);
  EXPECT_EQ(metadata_throttle(first), 1000) << "it is read again when its second is over";
}

TEST_F(QuotaEnforcement, an_alteration_holds_at_once) {
  const Topic topic = fresh_topic();
  const std::string id = limited("producer_byte_rate", 1000);
  const QuotaEntity entity{{"client-id", id}};
  TypedClient one = connect_as(id), two = connect_as(id), three = connect_as(id);
  int64_t sent = 0;
  EXPECT_GT(produce_as(one, topic, 200'000, sent), 0);
  limit(entity, "producer_byte_rate", kRemoved);
  EXPECT_EQ(produce_as(two, topic, 200'000, sent), 0);
  limit(entity, "producer_byte_rate", 2000);
  EXPECT_GT(produce_as(two, topic, 200'000, sent), 0);
  limit(entity, "producer_byte_rate", 1e9);
  EXPECT_EQ(produce_as(three, topic, 200'000, sent), 0);
}

class MutationQuotas : public QuotaEnforcement {
 protected:
  /// "error, throttled" or "error".
  template <class Answer>
  static std::string said(ErrorCode error, const Answer& answer) {
    const std::string code = std::to_string(static_cast<int>(error));
    return answer.throttle_time_ms > 0 ? code + ", throttled" : code;
  }
  std::string create_as(const std::string& id, const std::string& name, int32_t partitions,
                        int16_t version, bool validate_only = false) {
    wire::CreateTopicsRequest request;
    request.timeout_ms = 10'000;
    request.validate_only = validate_only;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = 1;
    TypedClient made = connect_as(id);
    const auto answer = made.call<wire::CreateTopicsResponse>(request, version);
    if (!answer.has_value()) return answer.error().text();
    return said(answer->topics.at(0).error_code, *answer);
  }
  std::string grow_as(const std::string& id, const std::string& name, int32_t count,
                      int16_t version) {
    wire::CreatePartitionsRequest request;
    request.timeout_ms = 10'000;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.count = count;
    TypedClient made = connect_as(id);
    const auto answer = made.call<wire::CreatePartitionsResponse>(request, version);
    if (!answer.has_value()) return answer.error().text();
    return said(answer->results.at(0).error_code, *answer);
  }
  std::string delete_as(const std::string& id, const std::string& name, int16_t version) {
    wire::DeleteTopicsRequest request;
    request.timeout_ms = 10'000;
    if (version >= 6) request.topics.emplace_back().name = name;
    if (version < 6) request.topic_names.push_back(name);
    TypedClient made = connect_as(id);
    const auto answer = made.call<wire::DeleteTopicsResponse>(request, version);
    if (!answer.has_value()) return answer.error().text();
    return said(answer->responses.at(0).error_code, *answer);
  }
};

TEST_F(MutationQuotas, newer_versions_are_refused_what_older_ones_are_throttled_for) {
  const std::string id = limited("controller_mutation_rate", 0.01);  // 0.11 at once
  const std::string a = fresh_name(), b = fresh_name(), c = fresh_name();
  EXPECT_EQ(create_as(id, a, 2, 7), "0") << "one order may overdraw it";
  EXPECT_EQ(create_as(id, b, 1, 7), "89, throttled");
  EXPECT_EQ(create_as(id, b, 1, 6), "89, throttled");
  EXPECT_EQ(create_as(id, b, 1, 6, true), "89, throttled");
  EXPECT_EQ(create_as(id, b, 1, 5), "0, throttled");
  EXPECT_EQ(create_as(id, a, 1, 7), "36") << "what is refused anyway costs nothing";
  EXPECT_EQ(grow_as(id, a, 3, 3), "89, throttled");
  EXPECT_EQ(grow_as(id, a, 3, 2), "0, throttled");
  EXPECT_EQ(grow_as(id, a, 1, 3), "37");
  EXPECT_EQ(delete_as(id, a, 6), "89, throttled");
  EXPECT_EQ(delete_as(id, a, 5), "89, throttled");
  EXPECT_EQ(create_as("other", a, 1, 7), "36") << "it is still there";
  EXPECT_EQ(delete_as(id, a, 4), "0, throttled");
  EXPECT_EQ(delete_as(id, "nosuch", 6), "3");
  EXPECT_EQ(create_as("other", c, 1, 7), "0") << "others go on";
}

TEST_F(MutationQuotas, each_topic_of_a_request_is_paid_for_by_itself) {
  const std::string id = limited("controller_mutation_rate", 0.1);  // 1.1 at once
  wire::CreateTopicsRequest request;
  request.timeout_ms = 10'000;
  for (int i = 0; i < 4; ++i) {
    auto& topic = request.topics.emplace_back();
    topic.name = fresh_name();
    topic.num_partitions = 1;
    topic.replication_factor = 1;
  }
  TypedClient made = connect_as(id);
  const auto answer = made.call<wire::CreateTopicsResponse>(request, 7);
  ASSERT_TRUE(answer.has_value());
  std::vector<int> errors;
  for (const auto& topic : answer->topics) {
    errors.push_back(static_cast<int>(topic.error_code));
    EXPECT_FALSE(topic.error_message.has_value());
  }
  EXPECT_THAT(errors, ElementsAre(0, 0, 89, 89));
  // 1.1 - 2 tokens are paid back at 0.1 a second, less what passed.
  EXPECT_LE(answer->throttle_time_ms, 9000);
  EXPECT_GT(answer->throttle_time_ms, 0);
  expect_muted(made);
}

TEST_F(QuotaEnforcement, connections_of_an_address_beyond_its_rate_are_not_read) {
  limit({{"ip", "127.0.0.1"}}, "connection_creation_rate", 1);
  std::vector<TypedClient> within;
  for (int i = 0; i < 10; ++i) {
    within.push_back(connect_as("any"));
    EXPECT_EQ(metadata_throttle(within.back()), 0);
  }
  TypedClient late = connect_as("any");
  for (int i = 0; i < 200; ++i) connect_as("any");
  TypedClient muted = connect_as("any");  // for more than three minutes
  wire::MetadataRequest request;
  request.topics.emplace();
  ASSERT_TRUE(muted.send(request, 9).has_value());
  for (TypedClient& client_in_time : within) EXPECT_EQ(metadata_throttle(client_in_time), 0);
  EXPECT_FALSE(muted.raw().readable(steady_clock::now()));
  EXPECT_EQ(metadata_throttle(late), 0) << "it is served when its time has come";
  limit({{"ip", "127.0.0.1"}}, "connection_creation_rate", kRemoved);
  TypedClient free = connect_as("any");
  EXPECT_EQ(metadata_throttle(free), 0);
}

TEST(QuotasAfterAKill, are_there_and_hold) {
  const TempDir dir;
  const QuotaEntity entity{{"client-id", "limited"}};
  {
    KelpProcess kelp({{}, dir.path().string(), 0});
    ASSERT_TRUE(kelp.start());
    auto client = TypedClient::connect("127.0.0.1", kelp.port());
    ASSERT_TRUE(client.has_value());
    ASSERT_EQ(set_quota(*client, entity, {{"request_percentage", 1e-6}}), "");
    ASSERT_EQ(set_quota(*client, {{"user", "gone"}}, {{"producer_byte_rate", 1}}), "");
    ASSERT_EQ(set_quota(*client, {{"user", "gone"}}, {{"producer_byte_rate", kRemoved}}), "");
    ASSERT_EQ(set_quota(*client, {{"user", std::nullopt}}, {{"producer_byte_rate", 7}}), "");
    kelp.kill();
  }
  KelpProcess again({{}, dir.path().string(), 0});
  ASSERT_TRUE(again.start());
  auto client = TypedClient::connect("127.0.0.1", again.port());
  ASSERT_TRUE(client.has_value());
  EXPECT_THAT(describe_quotas(*client, wire::DescribeClientQuotasRequest()),
              ElementsAre("client-id=limited: request_percentage=1e-06",
                          "user=<default>: producer_byte_rate=7"));
  client->client_id = "limited";
  wire::MetadataRequest request;
  request.topics.emplace();
  const auto answer = client->call<wire::MetadataResponse>(request, 9);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->throttle_time_ms, 1000);
  client->client_id = "admin";
  // The versions of the documents are known again, and the last quota can go.
  EXPECT_EQ(set_quota(*client, entity, {{"request_percentage", kRemoved}}), "");
  EXPECT_EQ(set_quota(*client, {{"user", std::nullopt}}, {{"producer_byte_rate", kRemoved}}), "");
  EXPECT_THAT(describe_quotas(*client, wire::DescribeClientQuotasRequest()), IsEmpty());
  EXPECT_EQ(again.terminate(), 0);
}

}  // namespace
}  // namespace kelp::test
