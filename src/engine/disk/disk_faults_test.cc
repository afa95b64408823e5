// What the disk engine does when the disk does not do what it should: full, failing, or without
// power. The rule of all of it: what was answered as durable is there, what is there is a prefix.
#include <algorithm>
#include <chrono>
#include <future>
#include <map>

#include "engine/disk/test_disk.h"

namespace kelp::engine {
namespace {

using rt::FaultyFiles;
using rt::PowerLoss;

const PartitionId kFirst{Uuid{{7}}, 0};
const PartitionId kSecond{Uuid{{8}}, 1};
constexpr LogOptions kSmallSegments{.segment_bytes = 700, .index_interval_bytes = 200};

class DiskFaults : public DiskTest {
 protected:
  /// Fails calls on the first partition's logs only.
  static FaultyFiles::Rule on_first(FaultyFiles::Call call, FaultyFiles::Fault fault) {
    return [call, fault](FaultyFiles::Call it, const std::string& path) {
      const bool here = it == call && path.ends_with(".log") &&
                        path.find(kFirst.topic_id.text()) != std::string::npos;
      return here ? std::optional(fault) : std::nullopt;
    };
  }
};

TEST_F(DiskFaults, a_read_that_waits_for_the_disk_holds_up_nobody_else) {
  rt::ColdFiles files;
  auto engine = start(files);
  auto log = engine->open(kFirst);
  auto other = engine->open(kSecond);
  const std::string all = log.grow(1, 1, 0, 100'000).value();
  auto reading = std::async(std::launch::async, [&] { return log.read(Offset(0)); });
  using std::chrono::milliseconds;
  while (files.loads() == 0 && reading.wait_for(milliseconds(1)) == std::future_status::timeout) {
  }
  EXPECT_EQ(files.loads(), 1);
  const auto small = other.grow();  // on the same shard
  ASSERT_TRUE(small.has_value());
  EXPECT_EQ(other.read_all(Offset(0)), *small);
  EXPECT_EQ(reading.wait_for(milliseconds(0)), std::future_status::timeout);
  files.let();
  const auto read = reading.get();
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->bytes, all);
}

/// Remembers what was sent to the disk ahead of a sync.
class SeenWriteBehind final : public rt::ForwardingFiles {
 public:
  void begin_write(const rt::OpenFile& file, uint64_t position, size_t size) override {
    ForwardingFiles::begin_write(file, position, size);
    ranges_.push_back({position, size});
    if (ranges_.size() == 2) two_.set_value();
  }
  /// The first two.
  std::vector<std::pair<uint64_t, size_t>> ranges() {
    two_.get_future().wait();
    return ranges_;
  }

 private:
  std::vector<std::pair<uint64_t, size_t>> ranges_;  // by one thread
  std::promise<void> two_;
};

TEST_F(DiskFaults, what_is_written_fast_is_sent_to_the_disk_ahead_of_a_sync) {
  SeenWriteBehind files;
  auto engine = start(files);
  auto log = engine->open(kFirst);
  std::string all;
  for (int i = 0; i < 6; ++i) all += log.grow(1, 1, 0, 3'000'000).value();
  const auto ranges = files.ranges();
  EXPECT_EQ(ranges[0].first, 0U);
  EXPECT_EQ(ranges[0].second, all.size() / 2);
  EXPECT_EQ(ranges[1].first, ranges[0].second);
  EXPECT_EQ(ranges[1].second, all.size() / 2);
}

TEST_F(DiskFaults, a_full_disk_is_an_error_until_there_is_room_again) {
  FaultyFiles files;
  auto engine = start(files);
  auto log = engine->open(kFirst, kSmallSegments);
  auto other = engine->open(kSecond);
  std::string all = log.grow(5).value();
  for (const size_t written_first : {0, 1, 30, 81, 200}) {
    files.set_rule(on_first(FaultyFiles::Call::write, {ENOSPC, written_first}));
    const Bounds before = log.bounds();
    for (int i = 0; i < 3; ++i) {
      const auto refused = log.grow(3);
      ASSERT_FALSE(refused.has_value());
      EXPECT_EQ(refused.error().kind, ErrorKind::no_space);
    }
    EXPECT_EQ(log.bounds().end, before.end);
    EXPECT_EQ(log.size_bytes(), all.size());
    EXPECT_EQ(log.read_all(Offset(0)), all);
    EXPECT_TRUE(other.grow(1, 1, 0, 20, Durability::synced).has_value()) << "others go on";
    files.set_rule(nullptr);
    all += log.grow(2, 1, 0, 20, Durability::synced).value();
    EXPECT_EQ(log.read_all(Offset(0)), all);
  }
  log.close();
  other.close();
  engine.reset();
  engine = start(files);
  EXPECT_EQ(engine->open(kFirst, kSmallSegments).read_all(Offset(0)), all);
}

TEST_F(DiskFaults, a_failed_write_that_cannot_be_taken_back_is_overwritten) {
  FaultyFiles files;
  auto engine = start(files);
  auto log = engine->open(kFirst);
  std::string all = log.grow(5).value();
  files.set_rule(
      [](FaultyFiles::Call call, const std::string& path) -> std::optional<FaultyFiles::Fault> {
        if (!path.ends_with(".log") || path.ends_with("catalog.log")) return std::nullopt;
        if (call == FaultyFiles::Call::write) return FaultyFiles::Fault{EIO, 100};
        if (call == FaultyFiles::Call::truncate) return FaultyFiles::Fault{EIO, 0};
        return std::nullopt;
      });
  EXPECT_EQ(log.grow(3).error().kind, ErrorKind::io);
  files.set_rule(nullptr);
  all += log.grow().value();
  log.close();
  engine.reset();
  engine = start(files);
  EXPECT_EQ(engine->open(kFirst).read_all(Offset(0)), all);
}

TEST_F(DiskFaults, a_failed_sync_makes_that_log_read_only_and_is_not_tried_again) {
  FaultyFiles files;
  auto engine = start(files);
  auto log = engine->open(kFirst);
  auto other = engine->open(kSecond);
  const std::string durable = log.grow(5, 1, 0, 20, Durability::synced).value();
  files.set_rule(on_first(FaultyFiles::Call::sync, {EIO, 0}));
  const Bounds before = log.bounds();
  EXPECT_EQ(log.grow(1, 1, 0, 20, Durability::synced).error().kind, ErrorKind::io);
  EXPECT_EQ(log.bounds().durable_end, before.durable_end);
  files.set_rule(nullptr);
  const int syncs = files.syncs();
  EXPECT_EQ(log.grow().error().kind, ErrorKind::io);
  EXPECT_EQ(log.sync().error().kind, ErrorKind::io);
  EXPECT_EQ(log.trim(Offset(2)).error().kind, ErrorKind::io);
  EXPECT_EQ(files.syncs(), syncs);
  EXPECT_EQ(log.read(Offset(0), durable.size())->bytes, durable) << "it is still read";
  EXPECT_TRUE(other.grow(1, 1, 0, 20, Durability::synced).has_value());
  log.close();
  EXPECT_EQ(engine->open(kFirst).grow().error().kind, ErrorKind::io) << "also when opened again";
  other.close();
  ASSERT_TRUE(engine->close().has_value());
  engine.reset();
  engine = start(files);
  EXPECT_TRUE(engine->engine().recovered_unclean()) << "no clean mark vouches for it";
  EXPECT_GE(engine->open(kFirst).bounds().end, before.durable_end);
}

TEST_F(DiskFaults, a_catalog_on_a_full_disk_refuses_and_goes_on_later) {
  FaultyFiles files;
  auto engine = start(files);
  ASSERT_TRUE(engine->commit({{"a", 0, "one"}}));
  files.set_rule([](FaultyFiles::Call call, const std::string& path) {
    const bool here = call == FaultyFiles::Call::write && path.ends_with("catalog.log");
    return here ? std::optional(FaultyFiles::Fault{ENOSPC, 7}) : std::nullopt;
  });
  EXPECT_EQ(engine->commit({{"a", 1, "two"}}).error().kind, ErrorKind::no_space);
  EXPECT_EQ(engine->get("a")->body, "one");
  files.set_rule(nullptr);
  ASSERT_TRUE(engine->commit({{"a", 1, "three"}}));
  engine.reset();
  engine = start(files);
  EXPECT_EQ(engine->get("a")->body, "three");
}

TEST_F(DiskFaults, a_failed_sync_of_the_catalog_ends_commits_and_keeps_what_is_known) {
  FaultyFiles files;
  auto engine = start(files);
  ASSERT_TRUE(engine->commit({{"a", 0, "one"}}));
  files.set_rule([](FaultyFiles::Call call, const std::string& path) {
    const bool here = call == FaultyFiles::Call::sync && path.ends_with("catalog.log");
    return here ? std::optional(FaultyFiles::Fault{EIO, 0}) : std::nullopt;
  });
  EXPECT_EQ(engine->commit({{"a", 1, "two"}}).error().kind, ErrorKind::io);
  files.set_rule(nullptr);
  EXPECT_EQ(engine->commit({{"b", 0, "x"}}).error().kind, ErrorKind::io);
  EXPECT_EQ(engine->get("a")->body, "one");
}

TEST_F(DiskFaults, a_read_that_fails_is_an_error_and_the_next_one_is_not) {
  FaultyFiles files;
  auto engine = start(files);
  auto log = engine->open(kFirst);
  const std::string all = log.grow(5).value();
  files.set_rule(on_first(FaultyFiles::Call::read, {EIO, 0}));
  EXPECT_EQ(log.read(Offset(0)).error().kind, ErrorKind::io);
  EXPECT_EQ(log.find_time(0).error().kind, ErrorKind::io);
  files.set_rule(nullptr);
  EXPECT_EQ(log.read_all(Offset(0)), all);
}

/// What was answered, and since when.
struct Promise {
  size_t since = 0;  // a moment of the recorder
  int64_t value = 0;
};

/// Runs a script on a recorded disk and checks, for a power loss at any moment, all promises that
/// had been made before it.
class PowerLossTest : public DiskFaults {
 protected:
  struct Told {
    std::map<int64_t, std::string> batches;  // by base offset: all that was ever appended
    std::vector<Promise> durable, started;
    std::vector<size_t> begun_trims;
    int64_t trimmed_to = 0;
    size_t dropped_since = SIZE_MAX, drop_begun = SIZE_MAX;
  };

  void append(LogUnderTest& log, Told& told, Durability durability) {
    const int64_t base = log.bounds().end.value();
    told.batches[base] =
        log.grow(1, 2, base, 20 + static_cast<size_t>(base % 60), durability).value();
    if (durability == Durability::synced) promise(told.durable, base + 2);
  }
  void trim(LogUnderTest& log, Told& told, int64_t start) {
    told.trimmed_to = std::max(told.trimmed_to, start);
    ASSERT_TRUE(log.trim(Offset(start)).has_value());
    promise(told.started, start);
  }
  void promise(std::vector<Promise>& to, int64_t value) { to.push_back({disk_.moment(), value}); }
  static int64_t promised(const std::vector<Promise>& all, size_t moment) {
    int64_t value = 0;
    for (const Promise& one : all) value = one.since <= moment ? std::max(value, one.value) : value;
    return value;
  }

  void check_log(EngineUnderTest& engine, PartitionId id, const Told& told, size_t moment) {
    auto log = engine.open(id, kSmallSegments);
    const Bounds bounds = log.bounds();
    if (moment >= told.dropped_since) {
      ASSERT_EQ(bounds.end, Offset(0)) << "dropped";
      return;
    }
    if (moment >= told.drop_begun && bounds.end == Offset(0)) return;
    ASSERT_GE(bounds.end.value(), promised(told.durable, moment));
    ASSERT_GE(bounds.start.value(), promised(told.started, moment));
    ASSERT_LE(bounds.start.value(), told.trimmed_to);
    std::string expected;
    auto at = told.batches.upper_bound(bounds.start.value());
    if (at != told.batches.begin()) --at;
    for (; at != told.batches.end() && at->first < bounds.end.value(); ++at) expected += at->second;
    if (bounds.start == bounds.end) expected.clear();
    ASSERT_EQ(log.read_all(bounds.start), expected);
    ASSERT_TRUE(log.grow(1, 1, 0, 20, Durability::synced).has_value());
  }

  rt::RecordingFiles disk_{directory_.path()};
  Told first_, second_;
  std::vector<Promise> commits_;
};

TEST_F(PowerLossTest, keeps_every_promise_at_every_moment) {
  for (int run = 0; run < 3; ++run) {
    auto engine = start(disk_);
    {
      auto log = engine->open(kFirst, kSmallSegments);
      auto other = engine->open(kSecond, kSmallSegments);
      for (int i = 0; i < 12; ++i) {
        append(log, first_, i % 4 == 3 ? Durability::synced : Durability::replicated);
        append(other, second_, i % 7 == 6 ? Durability::synced : Durability::accepted);
        if (i % 5 == 4) {
          const auto version = static_cast<uint64_t>(commits_.size());
          const std::string body = std::to_string(version + 1);
          ASSERT_TRUE(engine->commit({{"x", version, body}, {"y", version, body}}).has_value());
          promise(commits_, static_cast<int64_t>(version + 1));
        }
        if (i == 8) trim(log, first_, log.bounds().end.value() - 9);
      }
      if (run == 1) trim(log, first_, log.bounds().end.value());
    }
    if (run == 2) {
      second_.drop_begun = disk_.moment();
      ASSERT_TRUE(engine->drop(kSecond).has_value());
      second_.dropped_since = disk_.moment();
    }
    if (run == 0) {
      ASSERT_TRUE(engine->close().has_value());
      promise(first_.durable, first_.batches.rbegin()->first + 2);
      promise(second_.durable, second_.batches.rbegin()->first + 2);
    }
  }
  using Keep = PowerLoss::Keep;
  const PowerLoss losses[] = {{Keep::nothing, Keep::nothing},
                              {Keep::some, Keep::some},
                              {Keep::nothing, Keep::everything},
                              {Keep::some, Keep::everything},
                              {Keep::everything, Keep::nothing}};
  rt::UnsyncedFiles files;
  // How many there are depends on how many appends share a sync.
  EXPECT_GT(disk_.moment(), 100U);
  for (size_t moment = 0; moment <= disk_.moment(); ++moment) {
    PowerLoss loss = losses[moment % std::size(losses)];
    loss.seed = static_cast<uint32_t>(moment);
    SCOPED_TRACE(fmt::format("power lost after change {}", moment));
    std::filesystem::remove_all(directory_.path("image"));
    disk_.build(moment, loss, directory_.path("image"));
    auto engine = start(files, "image");
    const auto x = engine->get("x"), y = engine->get("y");
    ASSERT_EQ(x.has_value(), y.has_value());
    ASSERT_GE(x ? static_cast<int64_t>(x->version) : 0, promised(commits_, moment));
    if (x) {
      ASSERT_EQ(x->body, y->body);
    }
    ASSERT_NO_FATAL_FAILURE(check_log(*engine, kFirst, first_, moment));
    ASSERT_NO_FATAL_FAILURE(check_log(*engine, kSecond, second_, moment));
  }
}

}  // namespace
}  // namespace kelp::engine
