// What Kelp answers to some hundred admin requests is what Apache Kafka 4.3.1 answered: error
// codes, messages, nulls, counts, configurations.
//   requests.jsonl       the requests, in order (plan.h)
//   kafka-4.3.1.jsonl    Kafka's answers in their normal form (normal.h), recorded by record.sh
//   differences.jsonl    where Kelp is another on purpose: {"step", "at": patterns of fnmatch(3),
//                        "row": words of docs/differences.md, "kafka", "kelp": what each says}
// And an answer that is an error, or to a request that only validates, has changed nothing
// (description.h); nor has a restart.
#include <fmt/format.h>
#include <fnmatch.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "base/base64.h"
#include "client/kelp_process.h"
#include "differential/description.h"
#include "differential/normal.h"
#include "differential/plan.h"
#include "record/builder.h"

namespace kelp::test {
namespace json = boost::json;
namespace {

const std::string kHere = KELP_DIFFERENTIAL_DIR;
const std::string kRecording = kHere + "/kafka-4.3.1.jsonl";
const std::string kDocumented = kHere + "/../../docs/differences.md";

/// What kafka-reference sets of its broker that a client can see.
const std::vector<std::string> kSettings = {
    "broker.rack=rack1",
    "auto.create.topics.enable=true",
    "group.coordinator.rebalance.protocols=classic,consumer,share,streams",
    "controller.listener.names=CONTROLLER",
    "group.initial.rebalance.delay.ms=0",
    "inter.broker.listener.name=PLAINTEXT",
    "node.id=1",
    "offsets.topic.num.partitions=5",
    "offsets.topic.replication.factor=1",
    "process.roles=broker,controller",
    "share.coordinator.state.topic.min.isr=1",
    "share.coordinator.state.topic.num.partitions=5",
    "share.coordinator.state.topic.replication.factor=1",
    "transaction.state.log.min.isr=1",
    "transaction.state.log.num.partitions=5",
    "transaction.state.log.replication.factor=1",
};

/// ${records10}: a batch of ten records of now, so that no retention takes them.
std::string ten_records() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  record::BatchBuilder builder({});
  for (int i = 0; i < 10; ++i) {
    const std::string text = "r" + std::to_string(i);
    builder.add({.timestamp_ms = now_ms, .key = as_bytes(text), .value = as_bytes(text)});
  }
  return base64(*builder.build());
}

Variables first_variables() {
  Variables variables;
  variables["records10"] = ten_records();
  variables["long249"] = std::string(249, 'x');
  variables["long250"] = std::string(250, 'x');
  variables["nobody"] = "jj2rXAcHBwAAAAAAAAAAAA";
  return variables;
}

json::value answer_to(Speaker& broker, const Step& step, Variables& variables) {
  auto answer = broker.ask(step.api, step.version, filled(step.body, variables));
  if (!answer.has_value()) {
    ADD_FAILURE() << step.name << ": " << answer.error().text();
    return nullptr;
  }
  save(step, *answer, variables);
  return *std::move(answer);
}

/// Whether this request, with this answer, has to leave everything as it was.
bool changes_nothing(const Step& step, const json::value& answer) {
  if (step.partly) return false;
  const json::value* validates = step.body.as_object().if_contains("validateOnly");
  if (validates != nullptr && validates->as_bool()) return true;
  if (answer.is_string()) return true;  // closed
  const auto codes = error_codes(answer);
  return std::ranges::any_of(codes, [](int64_t code) { return code != 0; });
}

// Recording. -----------------------------------------------------------------------------------

/// Kafka answers before its brokers know: what was changed is there after this. Only a recording
/// waits so.
constexpr std::chrono::milliseconds kKafkaSettles{1000};
constexpr int kMaxRepetitions = 100;

bool is_to_be_repeated(const Step& step, const json::value& answer) {
  const auto codes = error_codes(answer);
  return std::ranges::any_of(codes, [&](int64_t code) {
    return std::ranges::find(step.again_while, code) != step.again_while.end();
  });
}

void record_answers_of(const std::string& host, uint16_t port) {
  Speaker kafka(host, port);
  Variables variables = first_variables();
  std::ofstream out(kRecording);
  for (const Step& step : steps_of(kHere + "/requests.jsonl")) {
    json::value answer = answer_to(kafka, step, variables);
    for (int n = 0; n < kMaxRepetitions && is_to_be_repeated(step, answer); ++n) {
      std::this_thread::sleep_for(kKafkaSettles);
      answer = answer_to(kafka, step, variables);
    }
    const json::object line{{"step", step.name}, {"answer", normal_form(step.api, answer)}};
    out << json::serialize(line) << "\n";
    const bool reads = step.api.starts_with("Describe") || step.api.starts_with("List");
    if (!reads && !changes_nothing(step, answer)) std::this_thread::sleep_for(kKafkaSettles);
  }
}

// Comparing. -----------------------------------------------------------------------------------

struct Expected {
  std::string step, at, row;
  std::optional<std::string> of_kafka, of_kelp;  // nothing: anything
  int used = 0;
};

std::vector<Expected> expected_differences() {
  std::vector<Expected> all;
  for (const json::value& line : json_lines(kHere + "/differences.jsonl")) {
    const json::object& object = line.as_object();
    Expected& one = all.emplace_back();
    one.step = object.at("step").as_string().c_str();
    one.at = object.at("at").as_string().c_str();
    one.row = object.at("row").as_string().c_str();
    if (const auto* text = object.if_contains("kafka")) one.of_kafka = json::serialize(*text);
    if (const auto* text = object.if_contains("kelp")) one.of_kelp = json::serialize(*text);
  }
  return all;
}

bool is_expected(std::vector<Expected>& all, const std::string& step, const Difference& found) {
  bool expected = false;
  for (Expected& one : all) {
    if (fnmatch(one.step.c_str(), step.c_str(), 0) != 0) continue;
    if (fnmatch(one.at.c_str(), found.at.c_str(), 0) != 0) continue;
    if (one.of_kafka.has_value() && *one.of_kafka != found.of_kafka) continue;
    if (one.of_kelp.has_value() && *one.of_kelp != found.of_kelp) continue;
    ++one.used;
    expected = true;
  }
  return expected;
}

std::map<std::string, json::value> recorded_answers() {
  std::map<std::string, json::value> answers;
  for (const json::value& line : json_lines(kRecording)) {
    answers[line.at("step").as_string().c_str()] = line.at("answer");
  }
  return answers;
}

class Differential : public testing::Test {
 protected:
  static Description description_of(Speaker& broker) {
    auto described = describe(broker);
    EXPECT_TRUE(described.has_value()) << described.error().text();
    return described.has_value() ? *std::move(described) : Description();
  }

  void compare(const Step& step, const json::value& answer) {
    const auto recorded = recording.find(step.name);
    ASSERT_NE(recorded, recording.end()) << step.name << " is not recorded: see record.sh";
    for (const Difference& found : differences(recorded->second, normal_form(step.api, answer))) {
      if (is_expected(expected, step.name, found)) continue;
      ADD_FAILURE() << step.name << " at " << found.at << "\n  Kafka: " << found.of_kafka
                    << "\n  Kelp:  " << found.of_kelp;
    }
  }

  const std::map<std::string, json::value> recording = recorded_answers();
  std::vector<Expected> expected = expected_differences();
};

TEST_F(Differential, kelp_answers_as_kafka_did) {
  if (const char* address = std::getenv("KELP_RECORD_KAFKA")) {
    const std::string text = address;
    const size_t colon = text.rfind(':');
    record_answers_of(text.substr(0, colon),
                      static_cast<uint16_t>(std::stoi(text.substr(colon + 1))));
    GTEST_SKIP() << "recorded " << kRecording;
  }
  const TempDir directory;
  KelpProcess::Options options;
  options.data_dir = directory.path();
  options.comes_back = true;  // `listeners` is the same in the second start
  for (const std::string& setting : kSettings) {
    options.arguments.push_back("--set");
    options.arguments.push_back(setting);
  }
  KelpProcess kelp(options);
  ASSERT_TRUE(kelp.start());
  Variables variables = first_variables();
  Description last;
  {
    Speaker broker("127.0.0.1", kelp.port());
    last = description_of(broker);
    for (const Step& step : steps_of(kHere + "/requests.jsonl")) {
      const json::value answer = answer_to(broker, step, variables);
      compare(step, answer);
      const Description now = description_of(broker);
      if (changes_nothing(step, answer)) {
        EXPECT_EQ(changed_between(last, now), "") << step.name;
      }
      last = now;
    }
  }
  EXPECT_EQ(kelp.terminate(), 0);
  ASSERT_TRUE(kelp.start());
  Speaker again("127.0.0.1", kelp.port());
  EXPECT_EQ(changed_between(last, description_of(again)), "") << "after a restart";
  for (const Expected& one : expected) {
    EXPECT_GT(one.used, 0) << "there is no such difference: " << one.step << " " << one.at;
  }
}

TEST_F(Differential, what_differs_is_documented) {
  std::ifstream in(kDocumented);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  ASSERT_FALSE(text.empty());
  for (const Expected& one : expected) {
    EXPECT_NE(text.find(one.row), std::string::npos) << "not in docs/differences.md: " << one.row;
  }
}

}  // namespace
}  // namespace kelp::test
