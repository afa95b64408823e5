// What the disk engine makes of a rewriting that a crash, a power loss or a failing disk ended.
#include <algorithm>

#include "engine/disk/test_disk.h"

namespace kelp::engine {
namespace {

namespace fs = std::filesystem;
using rt::FaultyFiles;
using rt::PowerLoss;

const PartitionId kPartition{Uuid{{7}}, 0};
const std::string kDirectory = fmt::format("logs/{}/0", kPartition.topic_id);
constexpr LogOptions kSmallSegments{.segment_bytes = 700, .index_interval_bytes = 200};

using Batches = std::vector<std::string>;

std::string joined(const Batches& parts) {
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}

Offset base_of(const std::string& batch) {
  return record::BatchHeader(as_bytes(batch)).base_offset();
}

class DiskRewriteTest : public DiskTest {
 protected:
  /// Appends so many synced batches of two records.
  void grow(LogUnderTest& log, int count) {
    for (int i = 0; i < count; ++i) {
      all_.push_back(log.grow(1, 2, 0, 20 + all_.size() % 50, Durability::synced).value());
    }
  }
  /// What a rewriting of from..to that keeps every `n`th offset leaves of the range.
  Batches every(int64_t n, Offset from, Offset to) const {
    Batches left;
    for (const std::string& batch : all_) {
      const Offset base = base_of(batch);
      if (base >= from && base < to && base.value() % n == 0) left.push_back(batch);
    }
    return left;
  }
  Batches after(const Batches& left, Offset from, Offset to) const {
    Batches result;
    for (const std::string& batch : all_) {
      if (base_of(batch) < from) result.push_back(batch);
    }
    result.insert(result.end(), left.begin(), left.end());
    for (const std::string& batch : all_) {
      if (base_of(batch) >= to) result.push_back(batch);
    }
    return result;
  }
  /// Keeps every `n`th offset of the sealed segments first..last.
  Result<void> rewrite(LogUnderTest& log, int64_t n, size_t first, size_t last) {
    const auto sealed = log.sealed().segments;
    const Offset from = sealed.at(first).base, to = sealed.at(last).next;
    const Batches left = every(n, from, to);
    auto by = log.rewrite(from, to, left);
    auto done = log.replace(std::move(by), to);
    if (done) all_ = after(left, from, to);
    return done;
  }
  std::vector<std::string> files_with(const std::string& part, std::string_view name = "data") {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(directory_.path(name) + "/" + kDirectory)) {
      const std::string file = entry.path().filename();
      if (file.find(part) != std::string::npos) found.push_back(file);
    }
    return found;
  }

  Batches all_;  // what the log should hold
};

TEST_F(DiskRewriteTest, gaps_survive_a_scan_of_everything) {
  rt::UnsyncedFiles files;
  auto engine = start(files);
  {
    auto log = engine->open(kPartition, kSmallSegments);
    grow(log, 60);
    ASSERT_TRUE(rewrite(log, 10, 0, 4).has_value());
    ASSERT_TRUE(rewrite(log, 10, 1, 3).has_value());
    grow(log, 10);
  }
  ASSERT_TRUE(engine->close().has_value());
  engine.reset();
  fs::remove(directory_.path("data/clean"));
  fs::remove(directory_.path("data/recovery-points"));
  engine = start(files);
  EXPECT_TRUE(engine->engine().recovered_unclean());
  auto log = engine->open(kPartition, kSmallSegments);
  EXPECT_EQ(log.read_all(Offset(0)), joined(all_));
  EXPECT_EQ(log.bounds().end, Offset(140));
  EXPECT_TRUE(files_with(".corrupt").empty());
}

TEST_F(DiskRewriteTest, offsets_that_were_dropped_at_the_end_are_not_given_again) {
  rt::UnsyncedFiles files;
  auto engine = start(files);
  Offset end;
  {
    auto log = engine->open(kPartition, kSmallSegments);
    grow(log, 60);
    const auto sealed = log.sealed().segments;
    ASSERT_TRUE(log.replace(log.rewrite(Offset(0), sealed.back().next, {all_[0]}), Offset(0)));
    end = sealed.back().next;
  }
  engine.reset();
  for (const std::string& name : files_with(".log")) {
    const std::string path = directory_.path("data/" + kDirectory + "/" + name);
    if (!name.starts_with("00000000000000000000")) fs::resize_file(path, 0);
  }
  engine = start(files);
  EXPECT_EQ(engine->open(kPartition, kSmallSegments).bounds().end, end);
}

TEST_F(DiskRewriteTest, what_was_begun_and_not_put_in_place_leaves_nothing) {
  rt::UnsyncedFiles files;
  auto engine = start(files);
  {
    auto log = engine->open(kPartition, kSmallSegments);
    grow(log, 40);
    const auto sealed = log.sealed().segments;
    auto dropped = log.rewrite(Offset(0), sealed[2].next, {all_[0]});
    EXPECT_EQ(files_with(".new").size(), 1U);
    dropped.reset();
    auto again = log.rewrite(Offset(0), sealed[1].next, {all_[0]});
    // Index files still come and go behind our back.
    std::error_code error = std::make_error_code(std::errc::resource_unavailable_try_again);
    for (int i = 0; i < 1000 && error; ++i) {
      fs::remove_all(directory_.path("killed"));
      fs::copy(directory_.path("data"), directory_.path("killed"), fs::copy_options::recursive,
               error);
    }
    ASSERT_FALSE(error) << error.message();
  }
  ASSERT_TRUE(engine->close().has_value());
  EXPECT_TRUE(files_with(".new").empty());
  const std::string killed = "killed";
  EXPECT_FALSE(files_with(".new", killed).empty());
  auto after_kill = start(files, killed);
  EXPECT_EQ(after_kill->open(kPartition, kSmallSegments).read_all(Offset(0)), joined(all_));
  EXPECT_TRUE(files_with(".new", killed).empty());
}

TEST_F(DiskRewriteTest, a_disk_that_fails_before_the_mark_changes_nothing) {
  FaultyFiles files;
  auto engine = start(files);
  auto log = engine->open(kPartition, kSmallSegments);
  grow(log, 40);
  files.set_rule([](FaultyFiles::Call call, const std::string& path) {
    const bool here = call == FaultyFiles::Call::sync && path.ends_with("rewritten.tmp");
    return here ? std::optional(FaultyFiles::Fault{EIO, 0}) : std::nullopt;
  });
  EXPECT_EQ(rewrite(log, 10, 0, 2).error().kind, ErrorKind::io);
  files.set_rule(nullptr);
  EXPECT_EQ(log.read_all(Offset(0)), joined(all_));
  grow(log, 5);
  ASSERT_TRUE(rewrite(log, 10, 0, 2).has_value());
  EXPECT_EQ(log.read_all(Offset(0)), joined(all_));
  log.close();
  engine.reset();
  engine = start(files);
  EXPECT_EQ(engine->open(kPartition, kSmallSegments).read_all(Offset(0)), joined(all_));
}

TEST_F(DiskRewriteTest, a_mark_that_does_not_fit_the_files_removes_nothing) {
  rt::UnsyncedFiles files;
  auto engine = start(files);
  {
    auto log = engine->open(kPartition, kSmallSegments);
    grow(log, 40);
    ASSERT_TRUE(rewrite(log, 10, 0, 2).has_value());
    // Of a rewriting of long ago, as far as the files tell.
    const auto sealed = log.sealed().segments;
    ASSERT_TRUE(log.trim(sealed[0].next).has_value());
    std::erase_if(all_, [&](const std::string& batch) { return base_of(batch) < sealed[0].next; });
  }
  engine.reset();
  engine = start(files);
  auto log = engine->open(kPartition, kSmallSegments);
  EXPECT_EQ(log.read_all(log.bounds().start), joined(all_));
  ASSERT_TRUE(rewrite(log, 4, 0, 1).has_value());
  EXPECT_EQ(log.read_all(log.bounds().start), joined(all_));
}

TEST_F(DiskRewriteTest, a_power_loss_at_any_moment_leaves_the_old_or_the_new) {
  rt::RecordingFiles disk(directory_.path());
  struct State {
    size_t begun, done;  // moments of the recorder
    Batches batches;
    bool is_append = true;
  };
  std::vector<State> states = {{0, 0, {}}};
  Offset log_start;
  for (int run = 0; run < 2; ++run) {
    auto engine = start(disk);
    auto log = engine->open(kPartition, kSmallSegments);
    const auto step = [&](auto action) {
      const size_t begun = disk.moment();
      action();
      states.push_back({begun, disk.moment(), all_, false});
    };
    for (int i = 0; i < 40; ++i) {
      step([&] { grow(log, 1); });
      states.back().is_append = true;
    }
    step([&] { ASSERT_TRUE(rewrite(log, 6, 0, 1).has_value()); });
    step([&] { grow(log, 1); });
    step([&] { ASSERT_TRUE(rewrite(log, 4, 1, 2).has_value()); });
    step([&] { ASSERT_TRUE(rewrite(log, 12, 0, 1).has_value()); });
    step([&] { ASSERT_TRUE(log.replace(nullptr, Offset(9)).has_value()); });
    step([&] {
      log_start = log.sealed().segments[0].next;
      std::erase_if(all_, [&](const std::string& batch) { return base_of(batch) < log_start; });
      ASSERT_TRUE(log.trim(log_start).has_value());
    });
    log.close();
    if (run == 0) {
      ASSERT_TRUE(engine->close().has_value());
    }
  }
  using Keep = PowerLoss::Keep;
  const PowerLoss losses[] = {{Keep::nothing, Keep::nothing},
                              {Keep::some, Keep::some},
                              {Keep::nothing, Keep::everything},
                              {Keep::some, Keep::everything},
                              {Keep::everything, Keep::nothing}};
  rt::UnsyncedFiles files;
  EXPECT_GT(disk.moment(), 150U);
  for (size_t moment = 0; moment <= disk.moment(); ++moment) {
    const bool within = std::ranges::any_of(states, [&](const State& state) {
      return !state.is_append && state.begun <= moment && moment <= state.done;
    });
    // What appends leave is another test's.
    if (!within && moment % 16 != 0) continue;
    for (PowerLoss loss : losses) {
      loss.seed = static_cast<uint32_t>(moment);
      SCOPED_TRACE(fmt::format("power lost after change {}, bytes {} names {}", moment,
                               static_cast<int>(loss.bytes), static_cast<int>(loss.names)));
      fs::remove_all(directory_.path("image"));
      disk.build(moment, loss, directory_.path("image"));
      auto engine = start(files, "image");
      auto log = engine->open(kPartition, kSmallSegments);
      const Offset from = log.bounds().start;
      const std::string text = log.read_all(from);
      bool known = false;
      for (size_t i = 0; i < states.size(); ++i) {
        const bool over = i + 1 < states.size() && states[i + 1].done <= moment;
        if (over || states[i].begun > moment) continue;
        known = known || text == joined(states[i].batches);
      }
      ASSERT_TRUE(known) << "from " << from.value() << ", " << text.size() << " bytes";
      const std::string more = log.grow(1, 1, 0, 20, Durability::synced).value();
      ASSERT_EQ(log.read_all(log.bounds().start), text + more);
    }
  }
}

}  // namespace
}  // namespace kelp::engine
