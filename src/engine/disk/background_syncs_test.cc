// Syncs that nobody waits for, and the bound on what is not synced.
#include "engine/disk/background_syncs.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "engine/disk/test_disk.h"
#include "engine/disk/unsynced_bytes.h"

namespace kelp::engine::disk {
namespace {

struct Counted {
  std::atomic<size_t> together{0}, alone{0}, failed{0}, done{0};
  std::promise<void> all_done;
  size_t wanted = 0;

  BackgroundSyncs::Job job(bool fails = false) {
    return {.sync = [this, fails]() -> Result<void> {
              ++alone;
              return fails ? fail(ErrorKind::io, "on purpose") : Result<void>();
            },
            .done =
                [this](Result<void> result) {
                  if (!result) ++failed;
                  if (++done == wanted) all_done.set_value();
                }};
  }
  /// A job that holds up all others until the promise is kept.
  static BackgroundSyncs::Job stopper(std::promise<void>& begun, std::shared_future<void> until) {
    return {.sync = [&begun, until]() -> Result<void> {
              begun.set_value();
              until.wait();
              return {};
            },
            .done = [](Result<void>) {}};
  }
};

/// `jobs` that came while one was under way, the first of which fails when it is alone.
void run_gathered(Counted& counted, size_t jobs, Result<void> of_all) {
  counted.wanted = jobs;
  std::promise<void> begun, go;
  BackgroundSyncs syncs([&] {
    ++counted.together;
    return of_all;
  });
  syncs.add(Counted::stopper(begun, go.get_future().share()));
  begun.get_future().wait();
  for (size_t i = 0; i < jobs; ++i) syncs.add(counted.job(i == 0));
  go.set_value();
  counted.all_done.get_future().wait();
}

TEST(BackgroundSyncsTest, many_that_have_gathered_are_synced_together) {
  Counted counted;
  run_gathered(counted, kSyncsTogether, {});
  EXPECT_EQ(counted.together, 1U);
  EXPECT_EQ(counted.alone, 0U);
  EXPECT_EQ(counted.failed, 0U);
}

TEST(BackgroundSyncsTest, few_are_synced_one_by_one) {
  Counted counted;
  run_gathered(counted, kSyncsTogether - 1, {});
  EXPECT_EQ(counted.together, 0U);
  EXPECT_EQ(counted.alone, kSyncsTogether - 1);
  EXPECT_EQ(counted.failed, 1U);
}

TEST(BackgroundSyncsTest, an_error_of_all_is_asked_of_each) {
  Counted counted;
  run_gathered(counted, 40, fail(ErrorKind::io, "somewhere"));
  EXPECT_EQ(counted.together, 1U);
  EXPECT_EQ(counted.alone, 40U);
  EXPECT_EQ(counted.failed, 1U);
}

TEST(UnsyncedBytesTest, whoever_writes_beyond_the_bound_waits_until_enough_is_settled) {
  rt::Shard shard(0);
  shard.start();
  UnsyncedBytes unsynced(100, 200);
  unsynced.written(150);
  EXPECT_TRUE(unsynced.flush_is_due());
  EXPECT_FALSE(unsynced.is_full());
  unsynced.written(150);
  std::atomic<bool> over{false};
  auto waiting = std::async(std::launch::async, [&] {
    rt::run_on(shard, [&]() -> Task<bool> {
      co_await unsynced.room();
      EXPECT_TRUE(over);
      co_return true;
    });
  });
  // The shard has begun to wait when it has come to this.
  while (!rt::run_on(shard, [&]() -> Task<bool> { co_return unsynced.waiting() == 1; })) {
  }
  unsynced.settled(50);
  EXPECT_TRUE(unsynced.is_full());
  over = true;
  unsynced.settled(60);
  waiting.get();
  EXPECT_FALSE(unsynced.is_full());
  unsynced.settled(190);
  EXPECT_FALSE(unsynced.flush_is_due());
}

class ManyLogs : public DiskTest {};

TEST_F(ManyLogs, a_stop_leaves_all_of_them_on_the_disk) {
  rt::RecordingFiles disk(directory_.path());
  std::string expected;
  {
    auto engine = start(disk);
    for (int32_t i = 0; i < static_cast<int32_t>(2 * kSyncsTogether); ++i) {
      auto log = engine->open({Uuid{{9}}, i});
      expected = log.grow(2).value();
    }
    ASSERT_TRUE(engine->close().has_value());
  }
  disk.build(disk.moment(), {}, directory_.path("image"));
  auto engine = start(rt::real_files(), "image");
  EXPECT_FALSE(engine->engine().recovered_unclean());
  for (int32_t i = 0; i < static_cast<int32_t>(2 * kSyncsTogether); ++i) {
    EXPECT_EQ(engine->open({Uuid{{9}}, i}).read_all(Offset(0)), expected);
  }
}

TEST_F(ManyLogs, a_stop_syncs_each_where_all_at_once_is_not_to_be_had) {
  rt::FaultyFiles files;
  files.set_rule([](rt::FaultyFiles::Call call, const std::string&) {
    const bool here = call == rt::FaultyFiles::Call::sync_all;
    return here ? std::optional(rt::FaultyFiles::Fault{EIO, 0}) : std::nullopt;
  });
  auto engine = start(files);
  for (int32_t i = 0; i < static_cast<int32_t>(2 * kSyncsTogether); ++i) {
    ASSERT_TRUE(engine->open({Uuid{{9}}, i}).grow().has_value());
  }
  const int before = files.syncs();
  ASSERT_TRUE(engine->close().has_value());
  EXPECT_GE(files.syncs() - before, static_cast<int>(2 * kSyncsTogether));
  engine.reset();
  engine = start(files);
  EXPECT_FALSE(engine->engine().recovered_unclean());
}

}  // namespace
}  // namespace kelp::engine::disk
