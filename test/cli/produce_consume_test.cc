// `kelp produce` and `kelp consume` against `kelp serve`, all the real binary.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>
#include <map>
#include <set>
#include <sstream>

#include "client/kelp_process.h"
#include "client/run_kelp.h"
#include "client/typed_client.h"
#include "wire/19_create_topics.h"
#include "wire/21_delete_records.h"

namespace kelp::test {
namespace {

using Words = std::vector<std::string>;

class ProduceConsume : public testing::Test {
 protected:
  void SetUp() override { start({}); }

  void start(KelpProcess::Options options) {
    options.arguments.insert(options.arguments.end(),
                             {"--set", "group.initial.rebalance.delay.ms=0"});
    kelp_ = std::make_unique<KelpProcess>(options);
    ASSERT_TRUE(kelp_->start());
  }

  Words with_server(Words words) const {
    words.insert(words.end(), {"-b", "127.0.0.1:" + std::to_string(kelp_->port())});
    return words;
  }
  Ran run(const Words& words, std::string_view input = "") const {
    return run_kelp(with_server(words), input);
  }
  /// Everything in the topics, to their end.
  std::string consume(Words words) const {
    words.insert(words.begin(), "consume");
    words.emplace_back("-e");
    const Ran ran = run(words);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    return ran.out;
  }
  void produce(Words words, std::string_view input) const {
    words.insert(words.begin(), "produce");
    const Ran ran = run(words, input);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
  }

  TypedClient client() const {
    auto client = TypedClient::connect("127.0.0.1", kelp_->port());
    KELP_ASSERT(client.has_value());
    return std::move(*client);
  }
  void create_topic(const std::string& name, int32_t partitions,
                    const std::map<std::string, std::string>& configs = {}) const {
    wire::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = 1;
    for (const auto& [key, value] : configs) topic.configs.push_back({key, value});
    auto created = client().call<wire::CreateTopicsResponse>(request, 5);
    ASSERT_TRUE(created.has_value());
    ASSERT_EQ(created->topics.at(0).error_code, ErrorCode::none);
  }
  std::unique_ptr<KelpProcess> kelp_;
};

TEST_F(ProduceConsume, lines_are_records) {
  produce({"numbers"}, "one\ntwo\n\nthree");
  EXPECT_EQ(consume({"numbers"}), "one\ntwo\n\nthree\n");
  EXPECT_EQ(consume({"numbers", "--offsets"}),
            "numbers:0:0\tone\nnumbers:0:1\ttwo\nnumbers:0:2\t\nnumbers:0:3\tthree\n");
  produce({"numbers"}, "");
  EXPECT_EQ(consume({"numbers", "--from", "-1"}), "three\n");
}

TEST_F(ProduceConsume, keys_headers_null_and_empty_are_told_apart) {
  produce({"t", "-K", ":", "--null", "NULL", "-H", "h=1", "-H", "h=", "-H", "n"},
          "k:v\nNULL:v\n:v\nk:NULL\nk:\n");
  EXPECT_EQ(consume({"t", "-K", ":", "--null", "~", "--headers"}),
            "h=1,h=,n\tk:v\n"
            "h=1,h=,n\t~:v\n"
            "h=1,h=,n\t:v\n"
            "h=1,h=,n\tk:~\n"
            "h=1,h=,n\tk:\n");
  EXPECT_EQ(consume({"t", "--format", "hex", "-K", ":", "--count", "1"}), "6b:76\n");
  EXPECT_EQ(consume({"t", "--template", "%p %o %k=%s (%S)\\n", "--from", "3", "--null", "-"}),
            "0 3 k=- (-1)\n0 4 k= (0)\n");
}

/// Records with everything that may be in one, as JSON lines without their place.
std::string all_kinds_of_records() {
  std::string lines;
  const char* bytes[] = {R"("key":null)", R"("key":"")", R"("key":"k")", R"("key_base64":"AP+A")",
                         R"("key":"\u0000\n")"};
  for (const char* key : bytes) {
    for (std::string value : bytes) {
      value.replace(1, 3, "value");
      lines += fmt::format(
          R"({{"timestamp":{},"headers":[{{"key":"a","value":"1"}},{{"key":"a","value":null}},)"
          R"({{"key_base64":"/w==","value_base64":"/w=="}}],{},{}}})"
          "\n",
          1'600'000'000'000 + static_cast<int64_t>(lines.size()), key, value);
    }
  }
  return lines;
}

TEST_F(ProduceConsume, a_copied_topic_is_the_same_record_by_record) {
  create_topic("from", 3);
  create_topic("to", 3);
  for (const char* codec : {"none", "gzip", "snappy", "lz4", "zstd"}) {
    produce({"from", "--format", "json", "-z", codec}, all_kinds_of_records());
  }
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte += fmt::format("{:02x}", i);
  produce({"from", "--format", "hex", "-p", "1"}, every_byte);

  const std::string lines = consume({"from", "--json"});
  produce({"to", "--format", "json"}, lines);
  const std::string copied = consume({"to", "--json"});
  const auto by_place = [](const std::string& text) {
    std::map<std::pair<int64_t, int64_t>, std::string> records;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
      boost::json::object record = boost::json::parse(line).as_object();
      record.erase("topic");
      records[{record["partition"].as_int64(), record["offset"].as_int64()}] =
          boost::json::serialize(record);
    }
    return records;
  };
  const auto expected = by_place(lines);
  EXPECT_EQ(expected.size(), 5u * 25 + 1);
  EXPECT_EQ(by_place(copied), expected);
  EXPECT_EQ(consume({"to:1", "--format", "hex", "--from", "-1"}), every_byte + "\n");
}

TEST_F(ProduceConsume, records_of_a_key_go_where_kafka_puts_them) {
  create_topic("t", 6);
  // murmur2("21") is -973932308, murmur2("foobar") -790332482, murmur2("abc") 479470107.
  produce({"t", "-K", ":"}, "21:a\nfoobar:b\nabc:c\n");
  std::set<std::string> lines;
  std::istringstream in(consume({"t", "--template", "%k %p\\n"}));
  for (std::string line; std::getline(in, line);) lines.insert(line);
  const auto partition = [](int32_t hash) { return (hash & 0x7fffffff) % 6; };
  EXPECT_EQ(lines, (std::set<std::string>{fmt::format("21 {}", partition(-973932308)),
                                          fmt::format("foobar {}", partition(-790332482)),
                                          fmt::format("abc {}", partition(479470107))}));
}

TEST_F(ProduceConsume, says_where_records_were_stored) {
  create_topic("t", 2);
  EXPECT_EQ(run({"produce", "t", "-p", "1", "-v"}, "a\nb\n").out,
            "t:1 offsets 0 to 1: 2 records (1 to 2)\n");
  EXPECT_EQ(run({"produce", "t", "-p", "1", "--json"}, "c\n").out,
            "{\"record\":1,\"topic\":\"t\",\"partition\":1,\"offset\":2,\"error\":null}\n");
  EXPECT_EQ(run({"produce", "t", "-p", "1", "--json", "--acks", "0"}, "d\n").out,
            "{\"record\":1,\"topic\":\"t\",\"partition\":1,\"offset\":null,\"error\":null}\n");
  EXPECT_EQ(run({"produce", "t", "-p", "1", "-v", "--acks", "1", "--no-idempotence"}, "e\n").out,
            "t:1 offset 4: record 1\n");
}

TEST_F(ProduceConsume, a_record_that_is_not_taken_is_named_and_the_others_are_stored) {
  create_topic("t", 1, {{"max.message.bytes", "1000"}});
  const std::string large(2000, 'x');
  const Ran ran = run({"produce", "t"}, "a\nb\n" + large + "\nc\nd\n");
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_TRUE(ran.err.starts_with("kelp: t:0: record 3 not stored: MESSAGE_TOO_LARGE")) << ran.err;
  EXPECT_TRUE(ran.err.ends_with("kelp: 1 record was not stored\n")) << ran.err;
  EXPECT_EQ(consume({"t"}), "a\nb\nc\nd\n");
  create_topic("compacted", 1, {{"cleanup.policy", "compact"}});
  const Ran keyless = run({"produce", "compacted", "--json"}, "a\n");
  EXPECT_EQ(keyless.exit_code, 1);
  EXPECT_NE(keyless.out.find("\"name\":\"INVALID_RECORD\""), std::string::npos) << keyless.out;
}

TEST_F(ProduceConsume, a_line_that_is_no_record_ends_it_after_those_before) {
  const Ran ran = run({"produce", "t", "--format", "json"}, "{\"value\":\"a\"}\nnonsense\n");
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_TRUE(ran.err.starts_with("kelp: line 2: it is no JSON: ")) << ran.err;
  EXPECT_EQ(consume({"t"}), "a\n");
  const Ran partition =
      run({"produce", "t", "--format", "json"}, "{\"value\":\"b\",\"partition\":9}\n");
  EXPECT_EQ(partition.exit_code, 1);
  EXPECT_EQ(partition.err, "kelp: line 1: topic 't' has no partition 9\n");
  produce({"t", "--format", "json", "--any-partition"}, "{\"value\":\"b\",\"partition\":9}\n");
  EXPECT_EQ(consume({"t"}), "a\nb\n");
}

TEST_F(ProduceConsume, large_inputs_are_many_batches) {
  create_topic("t", 3);
  std::string lines;
  for (int i = 0; i < 60'000; ++i) lines += fmt::format("{}:{:0100}\n", i % 1000, i);
  produce({"t", "-K", ":", "-z", "lz4"}, lines);
  std::istringstream in(consume({"t", "--template", "%k %s\\n"}));
  std::map<std::string, int> last;
  int count = 0;
  for (std::string key, value; in >> key >> value; ++count) {
    const int number = std::stoi(value);
    const auto before = last.find(key);
    if (before != last.end()) {
      ASSERT_EQ(number, before->second + 1000) << "records of a key keep their order";
    }
    last[key] = number;
  }
  EXPECT_EQ(count, 60'000);
}

TEST_F(ProduceConsume, a_range_is_by_offset_by_time_or_from_the_end) {
  create_topic("t", 1);
  std::string lines;
  for (int i = 0; i < 10; ++i) {
    lines +=
        fmt::format("{{\"value\":\"{}\",\"timestamp\":{}}}\n", i, 1'700'000'000'000 + i * 1000);
  }
  produce({"t", "--format", "json"}, lines);
  EXPECT_EQ(consume({"t", "--from", "8"}), "8\n9\n");
  EXPECT_EQ(consume({"t", "--from", "-2"}), "8\n9\n");
  EXPECT_EQ(consume({"t", "--from", "end"}), "");
  EXPECT_EQ(consume({"t", "--from", "2023-11-14T22:13:28"}), "8\n9\n");
  EXPECT_EQ(consume({"t", "--from", "@1700000007001"}), "8\n9\n");
  EXPECT_EQ(consume({"t", "--from", "PT1S"}), "");
  EXPECT_EQ(run({"consume", "t", "--until", "2"}).out, "0\n1\n");
  EXPECT_EQ(run({"consume", "t", "--from", "3", "--until", "2023-11-14T22:13:25"}).out, "3\n4\n");
  EXPECT_EQ(run({"consume", "t", "--from", "3", "--until", "-5"}).out, "3\n4\n");
  EXPECT_EQ(run({"consume", "t", "--count", "3"}).out, "0\n1\n2\n");
  const Ran beyond = run({"consume", "t", "--from", "99", "-e"});
  EXPECT_EQ(beyond.exit_code, 0);
  EXPECT_EQ(beyond.err, "t:0 has no offset 99: 10 is its nearest end.\n");
}

TEST_F(ProduceConsume, a_tail_prints_what_comes_and_ends_at_ctrl_c) {
  create_topic("t", 2);
  RunningKelp tail(with_server({"consume", "t", "--from", "beginning"}));
  RunningKelp source(with_server({"produce", "t", "-v"}));
  for (int i = 0; i < 3; ++i) {
    source.write(fmt::format("line {}\n", i));
    EXPECT_EQ(tail.read_line(), fmt::format("line {}", i)) << "without waiting for more input";
  }
  tail.signal(SIGINT);
  EXPECT_EQ(tail.wait(), 0);
  EXPECT_EQ(tail.errors(), "");
  source.write("kept");
  source.signal(SIGINT);
  EXPECT_EQ(source.wait(), 0);
}

TEST_F(ProduceConsume, ends_well_when_nobody_reads_any_more) {
  produce({"t"}, "a\nb\n");
  RunningKelp reader(with_server({"consume", "t"}));
  EXPECT_EQ(reader.read_line(), "a");
  reader.close_output();
  // No record comes: it sees that the pipe has no reader.
  EXPECT_EQ(reader.wait(), 0);
  EXPECT_EQ(reader.errors(), "");
}

TEST_F(ProduceConsume, goes_on_after_the_broker_was_killed_and_started_again) {
  const TempDir directory;
  KelpProcess::Options options;
  options.data_dir = directory.path();
  options.comes_back = true;
  start(options);
  create_topic("t", 2);
  RunningKelp tail(with_server({"consume", "t"}));
  RunningKelp source(with_server({"produce", "t"}));
  source.write("before\n");
  EXPECT_EQ(tail.read_line(), "before");
  for (int round = 0; round < 3; ++round) {
    kelp_->kill();
    source.write(fmt::format("while it was away {}\n", round));
    ASSERT_TRUE(kelp_->start());
    EXPECT_EQ(tail.read_line(), fmt::format("while it was away {}", round));
  }
  source.write("after\n");
  EXPECT_EQ(tail.read_line(), "after");
  source.close_input();
  EXPECT_EQ(source.wait(), 0) << source.errors();
  tail.signal(SIGTERM);
  EXPECT_EQ(tail.wait(), 0);
  // Nothing was stored twice.
  std::istringstream in(consume({"t"}));
  std::multiset<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.insert(line);
  EXPECT_EQ(lines,
            (std::multiset<std::string>{"before", "while it was away 0", "while it was away 1",
                                        "while it was away 2", "after"}));
}

TEST_F(ProduceConsume, gives_up_in_time_when_the_broker_stays_away) {
  create_topic("t", 1);
  RunningKelp source(with_server({"produce", "t", "--timeout-ms", "1500"}));
  RunningKelp tail(with_server({"consume", "t", "--timeout-ms", "1500"}));
  source.write("a\n");
  EXPECT_EQ(tail.read_line(), "a");
  kelp_->kill();
  source.write("b\n");
  EXPECT_EQ(source.read_line(), std::nullopt);
  source.close_input();
  EXPECT_EQ(source.wait(), 1);
  EXPECT_NE(source.errors().find("record 2"), std::string::npos) << source.errors();
  EXPECT_EQ(tail.wait(), 1);
  EXPECT_NE(tail.errors().find("kelp: t:0: "), std::string::npos) << tail.errors();
}

TEST_F(ProduceConsume, reads_from_every_leader) {
  KelpProcess::Options options;
  options.arguments = {"--brokers", "3"};
  start(options);
  create_topic("t", 6);
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += fmt::format("{}:{}\n", i, i);
  produce({"t", "-K", ":"}, lines);
  std::istringstream in(consume({"t"}));
  std::set<int> numbers;
  for (int number; in >> number;) numbers.insert(number);
  EXPECT_EQ(numbers.size(), 100u);
  // One record to each leader in turn: who is silent delays nobody, and nobody is left out.
  RunningKelp tail(with_server({"consume", "t", "--template", "%p %s\\n"}));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(tail.read_line().has_value());
  RunningKelp source(with_server({"produce", "t", "--format", "json"}));
  for (int partition = 0; partition < 6; ++partition) {
    source.write(fmt::format("{{\"partition\":{},\"value\":\"x\"}}\n", partition));
    EXPECT_EQ(tail.read_line(), fmt::format("{} x", partition));
  }
}

TEST_F(ProduceConsume, a_group_goes_on_where_it_was) {
  produce({"t"}, "a\nb\nc\n");
  EXPECT_EQ(consume({"t", "--group", "g", "--count", "2"}), "a\nb\n");
  const Ran group = run({"group", "describe", "g", "--json"});
  EXPECT_EQ(boost::json::parse(group.out).at(0).at("offsets").at(0).at("current_offset"), 2);
  EXPECT_EQ(run({"consume", "t", "--group", "g", "--until", "2"}).out, "");
  EXPECT_EQ(consume({"t", "--group", "g"}), "c\n");
  EXPECT_EQ(consume({"t", "--group", "g"}), "");
  EXPECT_EQ(consume({"t"}), "a\nb\nc\n") << "others do not care";
  EXPECT_EQ(run({"consume", "t", "--group", "h", "--until", "1"}).out, "a\n");
  EXPECT_EQ(consume({"t", "--group", "h"}), "b\nc\n") << "what was not printed was not committed";
}

TEST_F(ProduceConsume, goes_where_there_is_something_when_its_position_was_deleted) {
  create_topic("t", 1);
  produce({"t"}, "a\nb\nc\n");
  EXPECT_EQ(consume({"t", "--group", "g", "--count", "1"}), "a\n");
  wire::DeleteRecordsRequest request;
  request.timeout_ms = 10'000;
  request.topics.emplace_back().name = "t";
  request.topics[0].partitions.push_back({0, 2});
  const auto deleted = client().call<wire::DeleteRecordsResponse>(request, 2);
  ASSERT_TRUE(deleted.has_value());
  const Ran ran = run({"consume", "t", "--group", "g", "-e"});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.out, "c\n");
  EXPECT_EQ(ran.err, "t:0 has no offset 1 any more: 2 is its nearest end.\n");
}

TEST_F(ProduceConsume, names_topics_and_partitions_that_are_not_there) {
  EXPECT_EQ(run({"consume", "gone", "-e"}).err, "kelp: there is no topic 'gone'\n");
  EXPECT_EQ(run({"consume", "gone", "-e"}).exit_code, 1) << "asking created nothing";
  create_topic("t", 1);
  EXPECT_EQ(run({"consume", "t:1", "-e"}).err, "kelp: topic 't' has no partition 1\n");
  const Ran bad_name = run({"produce", "a/b"}, "x\n");
  EXPECT_EQ(bad_name.exit_code, 1);
  EXPECT_EQ(bad_name.err, "kelp: topic 'a/b': INVALID_TOPIC_EXCEPTION\n");
}

TEST_F(ProduceConsume, exits_with_2_where_options_do_not_fit) {
  create_topic("t", 1);
  const Words wrong[] = {
      {"produce"},
      {"produce", "t", "--format", "xml"},
      {"produce", "t", "--format", "json", "-K", ":"},
      {"produce", "t", "-K", ""},
      {"produce", "t", "-H", "=v"},
      {"produce", "t", "--acks", "2"},
      {"produce", "t", "-z", "brotli"},
      {"produce", "t", "-p", "-1"},
      {"produce", "t", "-p", "1", "--any-partition"},
      {"consume"},
      {"consume", "t:x"},
      {"consume", "t", "--format", "xml"},
      {"consume", "t", "--template", "%q"},
      {"consume", "t", "--template", "%s", "--format", "hex"},
      {"consume", "t", "--from", "yesterday"},
      {"consume", "t", "--until", "yesterday"},
      {"consume", "t", "--until", "5", "-e"},
      {"consume", "t", "--count", "0"},
      {"consume", "t", "--isolation", "none"},
  };
  for (const Words& words : wrong) {
    const Ran ran = run(words, "x\n");
    EXPECT_EQ(ran.exit_code, 2) << testing::PrintToString(words) << ran.err;
    EXPECT_NE(ran.err, "") << testing::PrintToString(words);
  }
}

}  // namespace
}  // namespace kelp::test
