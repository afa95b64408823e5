// SeaweedMQ topics on a real weed: written through Kelp and read by SeaweedMQ's own clients, and
// the other way round; and what is left when the broker dies.
#include <gtest/gtest.h>

#include <atomic>

#include "record/builder.h"
#include "record/reader.h"
#include "rt/test_shard.h"
#include "rt/wait.h"
#include "seaweed/smq_partition.h"
#include "seaweed/smq_topics.h"
#include "seaweed/test_weed.h"

namespace kelp::seaweed {
namespace {

using test::shared_weed;
using test::WeedCluster;

constexpr smq::MappingRules kEnvelope{smq::Mapping::envelope, record::TimestampType::create_time};
constexpr smq::MappingRules kPlain{smq::Mapping::plain, record::TimestampType::log_append_time};

std::string own_name(std::string_view of) {
  static std::atomic<int> count = 0;
  return fmt::format("{}-{}-{}-{}", of, getpid(), rt::wall_clock_ms(), ++count);
}

/// Everything that an engine has, for one shard.
class Site {
 public:
  explicit Site(const test::WeedAddresses& at) {
    options_.filer = at.filer;
    options_.root = "/kelp-smq-test";
    const auto credentials = grpc::InsecureChannelCredentials();
    filer_.emplace(*parse_server_address(at.filer), options_, credentials);
    volumes_.emplace(*filer_);
    broker_.emplace(at.broker, *filer_, credentials);
    watch_.emplace(*filer_);
    shard_.start();
  }
  ~Site() {
    watch_.reset();
    broker_.reset();
    shard_.stop();
    shard_.join();
  }

  SmqBroker& broker() { return *broker_; }
  SmqServices services() { return {*broker_, *filer_, *volumes_, *watch_}; }

  /// `work` returns a task; it runs on the shard.
  template <class F>
  auto run(F work) {
    return rt::run_on(shard_, std::move(work));
  }
  std::vector<SmqPartition> make(const smq::TopicName& topic, int32_t count) {
    auto made = run([&] { return broker_->configure(topic, count); });
    EXPECT_TRUE(made.has_value()) << made.error().text();
    return made.value_or(std::vector<SmqPartition>());
  }

 private:
  SeaweedOptions options_;
  std::optional<Filer> filer_;
  std::optional<Volumes> volumes_;
  std::optional<SmqBroker> broker_;
  std::optional<SmqWatch> watch_;
  rt::Shard shard_{0};
};

/// A log that is open, on the site's shard.
class OpenLog {
 public:
  OpenLog(Site& site, const SmqPartition& partition, smq::MappingRules rules, int32_t partitions)
      : site_(site) {
    site_.run([&]() -> rt::Task<void> {
      const SmqLogTerms terms{partitions, rules, Epoch(0)};
      log_ = std::make_shared<SmqPartitionLog>(site_.services(), partition, terms);
      const auto opened = co_await log_->open();
      EXPECT_TRUE(opened.has_value()) << opened.error().text();
    });
  }
  ~OpenLog() {
    site_.run([&]() -> rt::Task<void> {
      log_->close();
      co_await log_->finished();
      log_.reset();
    });
  }

  Result<Offset> append(Slice batch, engine::Durability durability) {
    return site_.run([&] {
      engine::Chunk chunk;
      chunk.batches = batch;
      return log_->append(std::move(chunk), durability);
    });
  }
  /// All records that may be read, as "offset:key=value".
  std::vector<std::string> records() {
    std::vector<std::string> found;
    site_.run([&]() -> rt::Task<void> {
      Offset at = log_->start();
      engine::ReadLimits limits;
      limits.max_bytes = 1 << 20;
      limits.before = log_->flushed_end();
      while (at < limits.before) {
        const auto read = co_await log_->read(at, limits);
        EXPECT_TRUE(read.has_value()) << read.error().text();
        if (!read.has_value()) break;
        describe(*rt::gathered(read->batches), found);
        EXPECT_GT(read->next, at);
        at = read->next;
      }
    });
    return found;
  }
  /// Until so much may be read, by the log's own word; false after 30 s.
  bool readable(int64_t end) {
    return site_.run([&]() -> rt::Task<bool> {
      auto reached = std::make_shared<rt::Completion<bool>>();
      const auto look = [this, reached, end] {
        if (log_->flushed_end().value() >= end && !reached->completed()) reached->complete(true);
      };
      log_->on_readable(look);
      look();
      const auto timer =
          rt::Shard::current().call_at(rt::Clock::now() + std::chrono::seconds(30), [reached] {
            if (!reached->completed()) reached->complete(false);
          });
      rt::Completion<bool>& waiting = *reached;
      const bool in_time = co_await waiting;
      rt::Shard::current().cancel(timer);
      log_->on_readable(nullptr);
      co_return in_time;
    });
  }
  SmqPartitionLog& log() { return *log_; }
  Site& site() { return site_; }

 private:
  static void describe(const Slice& bytes, std::vector<std::string>& to) {
    record::BatchCursor cursor(bytes.bytes());
    while (const auto batch = cursor.next()) {
      EXPECT_TRUE(batch->crc_is_right());
      auto reader = record::RecordReader::open(*batch);
      while (const record::Record* record = *reader->next()) {
        std::string text =
            fmt::format("{}:{}={}", record->offset, record->key ? as_text(*record->key) : "(null)",
                        record->value ? as_text(*record->value) : "(null)");
        for (const record::Header& header : record->headers) text += fmt::format("+{}", header.key);
        to.push_back(std::move(text));
      }
    }
  }

  Site& site_;
  std::shared_ptr<SmqPartitionLog> log_;
};

Slice batch_of(std::string_view prefix, int count, int first = 0) {
  record::BatchBuilder builder;
  for (int i = first; i < first + count; ++i) {
    const std::string key = fmt::format("k{}", i);
    const std::string value = fmt::format("{}{}", prefix, i);
    builder.add({.timestamp_ms = 1000 + i, .key = as_bytes(key), .value = as_bytes(value)});
  }
  return *builder.build();
}

std::vector<std::string> expected_of(std::string_view prefix, int count, int first_offset = 0) {
  std::vector<std::string> lines;
  for (int i = 0; i < count; ++i) {
    lines.push_back(fmt::format("{}:k{}={}{}", i + first_offset, i, prefix, i));
  }
  return lines;
}

/// A client of SeaweedMQ's own: publishes over gRPC, without Kelp.
std::vector<int64_t> publish_natively(SmqBroker& broker, const SmqPartition& partition,
                                      std::string_view prefix, int count) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  const auto stream = broker.stub()->PublishMessage(&context);
  stream->Write(smq_request::publish_init(partition, "native"));
  messaging_pb::PublishMessageResponse answer;
  EXPECT_TRUE(stream->Read(&answer));
  std::vector<int64_t> offsets;
  for (int i = 0; i < count; ++i) {
    const std::string key = fmt::format("k{}", i);
    const std::string value = fmt::format("{}{}", prefix, i);
    EXPECT_TRUE(stream->Write(smq_request::publish_data(as_bytes(key), as_bytes(value))));
    EXPECT_TRUE(stream->Read(&answer));
    offsets.push_back(answer.assigned_offset());
  }
  stream->WritesDone();
  while (stream->Read(&answer)) {
  }
  (void)stream->Finish();
  return offsets;
}

/// And receives.
std::vector<std::string> subscribe_natively(SmqBroker& broker, const SmqPartition& partition,
                                            size_t count) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  const auto stream = broker.stub()->SubscribeMessage(&context);
  stream->Write(smq_request::subscribe_init(partition, own_name("group")));
  std::vector<std::string> received;
  messaging_pb::SubscribeMessageResponse answer;
  while (received.size() < count && stream->Read(&answer)) {
    if (!answer.has_data()) continue;
    received.push_back(answer.data().key() + "=" + answer.data().value());
    stream->Write(smq_request::subscribe_ack(answer.data()));
  }
  context.TryCancel();
  (void)stream->Finish();
  return received;
}

TEST(SmqTopics, are_made_once_listed_and_deleted) {
  const auto weed = shared_weed();
  if (!weed.has_value()) GTEST_SKIP() << test::kNoWeed;
  Site site(*weed);
  const smq::TopicName topic{"kafka", own_name("topics")};
  const auto absent = site.run([&] { return site.broker().describe(topic); });
  ASSERT_FALSE(absent.has_value());
  EXPECT_EQ(absent.error().kind, ErrorKind::not_found) << absent.error().text();

  const auto made = site.make(topic, 7);
  ASSERT_EQ(made.size(), 7U);
  EXPECT_EQ(made[6].slice(), (smq::RingSlice{2160, 2520}));
  const auto again = site.make(topic, 7);
  ASSERT_EQ(again.size(), 7U);
  EXPECT_EQ(again[3].directory(), made[3].directory());
  const auto described = site.run([&] { return site.broker().describe(topic); });
  ASSERT_TRUE(described.has_value()) << described.error().text();
  EXPECT_EQ(described->size(), 7U);
  const auto grown = site.run([&] { return site.broker().configure(topic, 8); });
  ASSERT_FALSE(grown.has_value());
  EXPECT_EQ(grown.error().kind, ErrorKind::invalid);

  const auto is_listed = [&] {
    const auto topics = site.run([&] { return site.broker().topics(); });
    EXPECT_TRUE(topics.has_value());
    return std::ranges::find(*topics, topic) != topics->end();
  };
  EXPECT_TRUE(is_listed());
  EXPECT_TRUE(site.run([&] { return site.broker().remove(topic); }).has_value());
  EXPECT_FALSE(is_listed());
}

TEST(SmqTopics, a_name_is_used_once_and_what_others_made_is_listed) {
  const auto weed = shared_weed();
  if (!weed.has_value()) GTEST_SKIP() << test::kNoWeed;
  Site site(*weed);
  SmqTopics topics(site.broker(), site.services().watch);
  const std::string name = own_name("once");
  const auto listed = [&](const std::string& each) {
    const auto all = site.run([&] { return topics.list(); });
    EXPECT_TRUE(all.has_value());
    return std::ranges::find(*all, each, &engine::SharedTopic::name) != all->end();
  };
  // One that others made is theirs: its name is not ours to use.
  site.make({"kafka", name}, 2);
  EXPECT_TRUE(listed(name));
  const auto first = site.run([&] { return topics.create(name, 3); });
  ASSERT_TRUE(first.has_value()) << first.error().text();
  EXPECT_TRUE(first->starts_with("kafka/" + name + ".1@")) << *first;
  EXPECT_FALSE(listed(name + ".1")) << "what we made is known without being listed";
  ASSERT_TRUE(site.run([&] { return topics.drop(*first); }).has_value());
  const auto second = site.run([&] { return topics.create(name, 1); });
  ASSERT_TRUE(second.has_value()) << second.error().text();
  EXPECT_TRUE(second->starts_with("kafka/" + name + ".2@")) << *second;
  // Another topic whose own name that is.
  const auto other = site.run([&] { return topics.create(name + ".1", 1); });
  ASSERT_TRUE(other.has_value()) << other.error().text();
  EXPECT_TRUE(other->starts_with("kafka/" + name + ".1.1@")) << *other;
  // Theirs, deleted by us, is used up too.
  const auto theirs = site.run([&] { return site.broker().partitions_on_filer({"kafka", name}); });
  ASSERT_TRUE(theirs.has_value()) << theirs.error().text();
  const std::string place = SmqPlace::of(*theirs)->text();
  ASSERT_TRUE(site.run([&] { return topics.drop(place); }).has_value());
  EXPECT_FALSE(listed(name));
  const auto third = site.run([&] { return topics.create(name, 1); });
  ASSERT_TRUE(third.has_value()) << third.error().text();
  EXPECT_TRUE(third->starts_with("kafka/" + name + ".3@")) << *third;
  for (const std::string& each : {*second, *other, *third}) {
    EXPECT_TRUE(site.run([&] { return topics.drop(each); }).has_value());
  }
}

TEST(SmqTopics, a_place_is_read_back_and_nothing_else_is_one) {
  const auto place = SmqPlace::parse("a.b/c@17");
  ASSERT_TRUE(place.has_value());
  EXPECT_EQ(place->topic, (smq::TopicName{"a.b", "c"}));
  EXPECT_EQ(place->unix_time_ns, 17);
  EXPECT_EQ(place->text(), "a.b/c@17");
  for (const char* text : {"", "/", "a/b", "a@1", "a/b@", "a/b@x", "a/b@-1", "a/b@0", "a/../b@1",
                           "../b@1", "a/b@1x", "@/1"}) {
    EXPECT_FALSE(SmqPlace::parse(text).has_value()) << text;
  }
}

TEST(SmqLog, what_is_appended_is_read_and_received_natively) {
  const auto weed = shared_weed();
  if (!weed.has_value()) GTEST_SKIP() << test::kNoWeed;
  Site site(*weed);
  const auto partitions = site.make({"kafka", own_name("both")}, 2);
  {
    OpenLog log(site, partitions[1], kPlain, 2);
    EXPECT_TRUE(log.records().empty());
    const auto first = log.append(batch_of("v", 50), engine::Durability::replicated);
    ASSERT_TRUE(first.has_value()) << first.error().text();
    EXPECT_EQ(*first, Offset(0));
    EXPECT_EQ(log.log().end(), Offset(50));
    const auto second = log.append(batch_of("w", 3), engine::Durability::synced);
    ASSERT_TRUE(second.has_value()) << second.error().text();
    EXPECT_EQ(*second, Offset(50));
    EXPECT_GE(log.log().flushed_end(), Offset(53));
    auto all = expected_of("v", 50);
    for (std::string& line : expected_of("w", 3, 50)) all.push_back(std::move(line));
    EXPECT_EQ(log.records(), all);
  }
  // A second process would find the same.
  OpenLog log(site, partitions[1], kPlain, 2);
  EXPECT_EQ(log.log().end(), Offset(53));
  EXPECT_EQ(log.records().size(), 53U);
  const auto received = subscribe_natively(site.broker(), partitions[1], 53);
  ASSERT_EQ(received.size(), 53U);
  EXPECT_EQ(received[0], "k0=v0");
  EXPECT_EQ(received[52], "k2=w2");
}

TEST(SmqLog, native_records_appear_without_being_asked_for) {
  const auto weed = shared_weed();
  if (!weed.has_value()) GTEST_SKIP() << test::kNoWeed;
  Site site(*weed);
  const auto partitions = site.make({own_name("space"), "native"}, 1);
  OpenLog log(site, partitions[0], kPlain, 1);
  const auto offsets = publish_natively(site.broker(), partitions[0], "n", 20);
  ASSERT_EQ(offsets.size(), 20U);
  EXPECT_EQ(offsets.back(), 19);
  ASSERT_TRUE(log.readable(20));
  EXPECT_EQ(log.records(), expected_of("n", 20));
  // And ours follow theirs.
  const auto ours = log.append(batch_of("v", 1), engine::Durability::synced);
  ASSERT_TRUE(ours.has_value()) << ours.error().text();
  EXPECT_EQ(*ours, Offset(20));
}

TEST(SmqLog, an_envelope_keeps_what_a_message_has_no_place_for_and_plain_refuses_it) {
  const auto weed = shared_weed();
  if (!weed.has_value()) GTEST_SKIP() << test::kNoWeed;
  Site site(*weed);
  const auto partitions = site.make({"kafka", own_name("mapping")}, 2);
  record::HeaderList headers;
  headers.add("trace", as_bytes("1"));
  record::BatchBuilder builder({.codec = record::Codec::zstd});
  builder.add(
      {.timestamp_ms = 5, .key = as_bytes("k"), .value = as_bytes("v"), .headers = headers});
  builder.add({.timestamp_ms = 6, .key = as_bytes("gone")});
  builder.add({.timestamp_ms = 7, .value = as_bytes("")});
  const Slice batch = *builder.build();
  OpenLog kept(site, partitions[0], kEnvelope, 2);
  ASSERT_TRUE(kept.append(batch, engine::Durability::synced).has_value());
  EXPECT_EQ(kept.records(),
            (std::vector<std::string>{"0:k=v+trace", "1:gone=(null)", "2:(null)="}));
  OpenLog refusing(site, partitions[1], kPlain, 2);
  const auto refused = refusing.append(batch, engine::Durability::synced);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_NE(refused.error().what.find("kelp.smq.mapping"), std::string::npos);
  EXPECT_EQ(refusing.log().end(), Offset(0));
}

TEST(SmqLog, the_start_moves_and_stays_moved) {
  const auto weed = shared_weed();
  if (!weed.has_value()) GTEST_SKIP() << test::kNoWeed;
  Site site(*weed);
  const auto partitions = site.make({"kafka", own_name("trim")}, 1);
  {
    OpenLog log(site, partitions[0], kPlain, 1);
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(log.append(batch_of("v", 10, i * 10), engine::Durability::synced).has_value());
    }
    ASSERT_TRUE(log.site().run([&] { return log.log().trim(Offset(15)); }).has_value());
    EXPECT_EQ(log.log().start(), Offset(15));
    EXPECT_EQ(log.records().front(), "15:k15=v15");
    const auto found = log.site().run([&] { return log.log().find_time(1); });
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(*found, Offset(15));
  }
  OpenLog log(site, partitions[0], kPlain, 1);
  EXPECT_EQ(log.log().start(), Offset(15));
  EXPECT_EQ(log.records().size(), 15U);
}

TEST(SmqLog, a_broker_that_dies_under_load_takes_nothing_and_doubles_nothing) {
  if (!shared_weed().has_value()) GTEST_SKIP() << test::kNoWeed;
  WeedCluster weed;
  ASSERT_TRUE(weed.start());
  Site site(weed.addresses());
  const auto partitions = site.make({"kafka", "killed"}, 1);
  OpenLog log(site, partitions[0], kPlain, 1);
  int appended = 0;
  for (int round = 0; round < 3; ++round) {
    // Taken by the broker's memory, and lost with it: the log has them still.
    for (int i = 0; i < 20; ++i, appended += 10) {
      const auto offset = log.append(batch_of("v", 10, appended), engine::Durability::replicated);
      ASSERT_TRUE(offset.has_value()) << offset.error().text();
      EXPECT_EQ(*offset, Offset(appended));
    }
    ASSERT_TRUE(weed.kill(WeedCluster::Role::broker));
    ASSERT_TRUE(weed.restart(WeedCluster::Role::broker));
    const auto synced = log.append(batch_of("v", 10, appended), engine::Durability::synced);
    ASSERT_TRUE(synced.has_value()) << synced.error().text();
    appended += 10;
  }
  ASSERT_TRUE(log.readable(appended));
  EXPECT_EQ(log.records(), expected_of("v", appended));
}

TEST(SmqLog, what_was_flushed_while_the_filer_was_away_is_found_when_it_is_back) {
  if (!shared_weed().has_value()) GTEST_SKIP() << test::kNoWeed;
  WeedCluster weed;
  ASSERT_TRUE(weed.start());
  Site site(weed.addresses());
  const auto partitions = site.make({"kafka", "filer-away"}, 1);
  OpenLog log(site, partitions[0], kPlain, 1);
  ASSERT_TRUE(log.append(batch_of("v", 10), engine::Durability::synced).has_value());
  ASSERT_TRUE(weed.kill(WeedCluster::Role::filer));
  // The broker's memory takes them; it flushes once there is a filer again.
  const auto offset = log.append(batch_of("v", 10, 10), engine::Durability::replicated);
  ASSERT_TRUE(offset.has_value()) << offset.error().text();
  EXPECT_EQ(*offset, Offset(10));
  ASSERT_TRUE(weed.restart(WeedCluster::Role::filer));
  ASSERT_TRUE(log.readable(20));
  EXPECT_EQ(log.records(), expected_of("v", 20));
}

}  // namespace
}  // namespace kelp::seaweed
