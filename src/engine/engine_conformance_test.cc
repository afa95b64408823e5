// What every engine answers, typed over all of them. What only a disk can do wrong stands in
// engine/disk/*_test.cc.
#include <future>
#include <map>

#include "base/log.h"
#include "engine/test_kinds.h"

namespace kelp::engine {
namespace {

const PartitionId kFirst{Uuid{{1, 2, 3}}, 0};
const PartitionId kSecond{Uuid{{1, 2, 3}}, 1};

TYPED_TEST_SUITE(EngineTest, Kinds);

/// Small enough that a test's log has several segments.
constexpr LogOptions kSmallSegments{.segment_bytes = 1000, .index_interval_bytes = 200};

TYPED_TEST(EngineTest, a_new_log_is_empty) {
  auto log = this->engine().open(kFirst);
  EXPECT_EQ(log.bounds().start, Offset(0));
  EXPECT_EQ(log.bounds().end, Offset(0));
  EXPECT_EQ(log.size_bytes(), 0U);
  const auto nothing = log.read(Offset(0));
  ASSERT_TRUE(nothing.has_value());
  EXPECT_EQ(nothing->bytes, "");
  EXPECT_EQ(nothing->next, Offset(0));
  EXPECT_EQ(log.find_time(0).value(), std::nullopt);
  EXPECT_TRUE(log.replayed(Offset(0)).empty());
  EXPECT_TRUE(log.sync().has_value());
  EXPECT_TRUE(log.trim(Offset(0)).has_value());
}

TYPED_TEST(EngineTest, what_was_appended_is_read_back_in_order) {
  auto log = this->engine().open(kFirst, kSmallSegments);
  std::string all;
  for (int i = 0; i < 60; ++i) {
    const Offset base = log.bounds().end;
    Chunk chunk = chunk_of(base, 1 + i % 3, 1 + i % 5);
    all += chunk.batches.text();
    const Offset end = chunk.last + int64_t{1};
    ASSERT_EQ(log.append(std::move(chunk)).value(), base);
    ASSERT_EQ(log.bounds().end, end);
  }
  EXPECT_EQ(log.size_bytes(), all.size());
  EXPECT_EQ(log.read_all(Offset(0)), all);
  EXPECT_EQ(log.read_all(Offset(0), 1), all) << "one batch at a time";
  EXPECT_EQ(log.read_all(Offset(0), 500), all);
}

TYPED_TEST(EngineTest, every_offset_is_answered_with_the_batch_that_holds_it) {
  auto log = this->engine().open(kFirst, kSmallSegments);
  std::map<int64_t, std::string> by_base;
  for (int i = 0; i < 40; ++i) {
    const int64_t base = log.bounds().end.value();
    by_base[base] = log.grow(1, 1 + i % 7).value();
  }
  const int64_t end = log.bounds().end.value();
  for (int64_t offset = 0; offset < end; ++offset) {
    const auto& [base, bytes] = *std::prev(by_base.upper_bound(offset));
    const auto got = log.read(Offset(offset), 1);
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->first, Offset(base)) << offset;
    EXPECT_EQ(got->bytes, bytes) << offset;
  }
}

TYPED_TEST(EngineTest, a_chunk_of_several_batches_is_read_batch_by_batch) {
  auto log = this->engine().open(kFirst);
  const std::string all = log.grow(10, 3).value();
  const size_t one = all.size() / 10;
  const auto middle = log.read(Offset(13), 2 * one + 1);  // in the fifth batch
  ASSERT_TRUE(middle.has_value());
  EXPECT_EQ(middle->first, Offset(12));
  EXPECT_EQ(middle->next, Offset(18));
  EXPECT_EQ(middle->bytes, all.substr(4 * one, 2 * one));
}

TYPED_TEST(EngineTest, limits_cut_between_batches) {
  auto log = this->engine().open(kFirst);
  const std::string all = log.grow(3, 1, 0, 1000).value();
  const size_t one = all.size() / 3;
  const auto read = [&](size_t max_bytes, bool first) {
    return log.read(Offset(0),
                    {.max_bytes = max_bytes, .before = Offset(3), .first_batch_always = first});
  };
  EXPECT_EQ(read(one - 1, false)->bytes, "");
  EXPECT_EQ(read(one - 1, false)->next, Offset(0));
  EXPECT_EQ(read(one - 1, true)->bytes, all.substr(0, one));
  EXPECT_EQ(read(one, false)->bytes, all.substr(0, one));
  EXPECT_EQ(read(2 * one - 1, false)->bytes, all.substr(0, one));
  EXPECT_EQ(read(2 * one, false)->next, Offset(2));
  EXPECT_EQ(read(3 * one + 5, false)->bytes, all);
}

TYPED_TEST(EngineTest, large_reads_are_cut_between_batches_too) {
  auto log = this->engine().open(kFirst);
  std::string all;
  for (int i = 0; i < 30; ++i) all += log.grow(1, 1, 0, 7000).value();
  const size_t one = all.size() / 30;
  for (const size_t batches : {1, 3, 17, 29, 30}) {
    EXPECT_EQ(log.read(Offset(0), batches * one + 3)->bytes, all.substr(0, batches * one));
    EXPECT_EQ(log.read(Offset(1), batches * one)->bytes, all.substr(one, batches * one));
  }
  EXPECT_EQ(log.read_all(Offset(0), 50'000), all);
}

TYPED_TEST(EngineTest, only_batches_that_begin_before_the_limit_are_given) {
  auto log = this->engine().open(kFirst, kSmallSegments);
  std::string all = log.grow(10, 2).value();
  all += log.grow(10, 2, 0, 5000).value();
  const size_t small = log.read(Offset(0), 1)->bytes.size();
  const auto before = [&](int64_t from, int64_t limit) {
    return log.read(Offset(from), {.max_bytes = 1 << 20, .before = Offset(limit)});
  };
  EXPECT_EQ(before(0, 0)->bytes, "");
  EXPECT_EQ(before(0, 4)->bytes, all.substr(0, 2 * small));
  EXPECT_EQ(before(0, 4)->next, Offset(4));
  EXPECT_EQ(before(0, 3)->next, Offset(4)) << "the batch that begins at 2";
  EXPECT_EQ(before(6, 4)->bytes, "");
  EXPECT_EQ(before(6, 4)->next, Offset(6));
  Offset next{20};
  while (next < Offset(30)) next = before(next.value(), 30)->next;
  EXPECT_EQ(next, Offset(30));
}

TYPED_TEST(EngineTest, offsets_outside_of_the_log_are_out_of_range) {
  auto log = this->engine().open(kFirst, kSmallSegments);
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(log.grow().has_value());
  ASSERT_TRUE(log.trim(Offset(17)).has_value());
  EXPECT_EQ(log.read(Offset(16)).error().kind, ErrorKind::out_of_range);
  EXPECT_EQ(log.read(Offset(31)).error().kind, ErrorKind::out_of_range);
  EXPECT_EQ(log.read(Offset(17), 1)->first, Offset(17));
  EXPECT_EQ(log.read(Offset(30))->bytes, "");
  EXPECT_EQ(log.trim(Offset(31)).error().kind, ErrorKind::out_of_range);
}

TYPED_TEST(EngineTest, a_time_is_found_in_the_first_batch_that_reaches_it) {
  auto log = this->engine().open(kFirst, kSmallSegments);
  // Times jump back and forth: the answer is the first in offset order.
  const std::vector<int64_t> times = {10, 50, 20, 20, 60, 5, 5, 70, 70, 65};
  std::vector<int64_t> stored;
  for (int round = 0; round < 6; ++round) {
    for (const int64_t time : times) {
      stored.push_back(time + round * 30);
      ASSERT_TRUE(log.grow(1, 2, stored.back()).has_value());
    }
  }
  for (int64_t time = 0; time < 230; ++time) {
    std::optional<Offset> expected;
    for (size_t i = 0; i < stored.size() && !expected; ++i) {
      if (stored[i] >= time) expected = Offset(static_cast<int64_t>(2 * i));
    }
    EXPECT_EQ(log.find_time(time).value(), expected) << time;
  }
}

TYPED_TEST(EngineTest, a_time_is_not_found_below_the_start) {
  auto log = this->engine().open(kFirst, kSmallSegments);
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(log.grow(1, 1, 100 - i).has_value());
  ASSERT_TRUE(log.trim(Offset(25)).has_value());
  EXPECT_EQ(log.find_time(50).value(), Offset(25));
  EXPECT_EQ(log.find_time(76).value(), std::nullopt);
}

TYPED_TEST(EngineTest, a_replay_shows_every_batch_once) {
  auto log = this->engine().open(kFirst, kSmallSegments);
  std::vector<Offset> bases;
  for (int i = 0; i < 50; ++i) {
    bases.push_back(log.bounds().end);
    ASSERT_TRUE(log.grow(1, 3).has_value());
  }
  EXPECT_EQ(log.replayed(Offset(0)), bases);
  EXPECT_EQ(log.replayed(Offset(61)), std::vector<Offset>(bases.begin() + 20, bases.end()));
  EXPECT_TRUE(log.replayed(Offset(150)).empty());
  ASSERT_TRUE(log.trim(Offset(60)).has_value());
  EXPECT_EQ(log.replayed(Offset(0)), std::vector<Offset>(bases.begin() + 20, bases.end()))
      << "nothing below the start";
}

TYPED_TEST(EngineTest, trim_moves_the_start_and_gives_bytes_back) {
  auto log = this->engine().open(kFirst, kSmallSegments);
  std::string all;
  for (int i = 0; i < 50; ++i) all += log.grow().value();
  const uint64_t before = log.size_bytes();
  ASSERT_TRUE(log.trim(Offset(30)).has_value());
  EXPECT_EQ(log.bounds().start, Offset(30));
  EXPECT_EQ(log.bounds().end, Offset(50));
  EXPECT_LT(log.size_bytes(), before);
  EXPECT_EQ(log.read_all(Offset(30)), all.substr(all.size() / 50 * 30));
  ASSERT_TRUE(log.trim(Offset(10)).has_value()) << "backwards: nothing happens";
  EXPECT_EQ(log.bounds().start, Offset(30));
  ASSERT_TRUE(log.trim(Offset(50)).has_value()) << "everything";
  EXPECT_EQ(log.bounds().start, Offset(50));
  EXPECT_EQ(log.size_bytes(), 0U);
  const std::string more = log.grow(2, 2).value();
  EXPECT_EQ(log.bounds().end, Offset(54));
  EXPECT_EQ(log.read_all(Offset(50)), more);
}

TYPED_TEST(EngineTest, a_synced_append_is_durable_when_it_is_answered) {
  auto log = this->engine().open(kFirst, kSmallSegments);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(log.grow(1, 2, 0, 100, Durability::synced).has_value());
    EXPECT_EQ(log.bounds().durable_end, log.bounds().end);
  }
  ASSERT_TRUE(log.grow().has_value());
  ASSERT_TRUE(log.sync().has_value());
  EXPECT_EQ(log.bounds().durable_end, log.bounds().end);
}

TYPED_TEST(EngineTest, appends_that_wait_keep_the_order_of_their_calls) {
  auto log = this->engine().open(kFirst, kSmallSegments);
  std::string all;
  const bool in_order = rt::run_on(this->shard_, [&]() -> Task<bool> {
    std::vector<Task<Result<Offset>>> appends;
    for (int i = 0; i < 100; ++i) {
      Chunk chunk = chunk_of(log.log().bounds().end);
      all += chunk.batches.text();
      const auto durability = i % 3 == 0 ? Durability::synced : Durability::accepted;
      appends.push_back(log.log().append(std::move(chunk), durability));
    }
    bool good = true;
    for (int64_t i = 0; i < 100; ++i) {
      Task<Result<Offset>> one = std::move(appends[static_cast<size_t>(i)]);
      const auto offset = co_await one;
      good = good && offset == Offset(i);
    }
    co_return good;
  });
  EXPECT_TRUE(in_order);
  EXPECT_EQ(log.read_all(Offset(0)), all);
}

TYPED_TEST(EngineTest, a_log_that_is_reopened_is_the_same) {
  std::string all;
  {
    auto log = this->engine().open(kFirst, kSmallSegments);
    for (int i = 0; i < 30; ++i) all += log.grow(1, 2).value();
    ASSERT_TRUE(log.trim(Offset(10)).has_value());
  }
  auto log = this->engine().open(kFirst, kSmallSegments);
  EXPECT_EQ(log.bounds().start, Offset(10));
  EXPECT_EQ(log.bounds().end, Offset(60));
  all += log.grow(1, 2).value();
  EXPECT_EQ(log.read_all(Offset(10)), all.substr(all.size() / 31 * 5));
}

TYPED_TEST(EngineTest, partitions_are_apart) {
  auto first = this->engine().open(kFirst);
  auto second = this->engine().open(kSecond);
  ASSERT_TRUE(first.grow(3).has_value());
  const std::string bytes = second.grow(1, 5).value();
  EXPECT_EQ(first.bounds().end, Offset(3));
  EXPECT_EQ(second.bounds().end, Offset(5));
  EXPECT_EQ(second.read_all(Offset(0)), bytes);
}

TYPED_TEST(EngineTest, a_dropped_partition_begins_anew) {
  {
    auto log = this->engine().open(kFirst, kSmallSegments);
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(log.grow().has_value());
    ASSERT_TRUE(log.trim(Offset(7)).has_value());
    ASSERT_TRUE(this->engine().save(kFirst, "state").has_value());
  }
  ASSERT_TRUE(this->engine().drop(kFirst).has_value());
  EXPECT_EQ(this->engine().load(kFirst), std::nullopt);
  auto log = this->engine().open(kFirst, kSmallSegments);
  EXPECT_EQ(log.bounds().start, Offset(0));
  EXPECT_EQ(log.bounds().end, Offset(0));
  const std::string bytes = log.grow(5).value();
  EXPECT_EQ(log.read_all(Offset(0)), bytes);
  EXPECT_TRUE(this->engine().drop(kSecond).has_value()) << "one that never was";
}

TYPED_TEST(EngineTest, options_may_change_while_it_is_open) {
  auto log = this->engine().open(kFirst);
  std::string all = log.grow(10).value();
  log.configure(kSmallSegments);
  for (int i = 0; i < 30; ++i) all += log.grow().value();
  log.configure({.segment_bytes = 100'000, .index_interval_bytes = 4096, .flush_messages = 1});
  all += log.grow().value();
  EXPECT_EQ(log.bounds().durable_end, log.bounds().end) << "flush.messages = 1";
  EXPECT_EQ(log.read_all(Offset(0)), all);
}

/// Appends, reads, syncs and trims one log; whether all of it was right.
Task<bool> work_on(Engine& engine, PartitionId id, int rounds) {
  auto opened = co_await engine.open(id, kSmallSegments);
  const std::unique_ptr<Log> log = std::move(*opened);
  std::vector<Task<Result<Offset>>> appends;
  bool good = true;
  for (int i = 0; i < rounds && good; ++i) {
    Chunk chunk = chunk_of(log->bounds().end, 1, 2, i, 50);
    const auto durability = i % 4 == 0 ? Durability::synced : Durability::replicated;
    appends.push_back(log->append(std::move(chunk), durability));
    const Bounds bounds = log->bounds();
    const ReadLimits limits{.max_bytes = 400, .before = bounds.end};
    const auto got = co_await log->read(bounds.start, limits);
    good = got.has_value() && got->first <= bounds.start && got->next > bounds.start;
    if (i % 20 == 19) {
      const Offset start = bounds.end - int64_t{9};
      const auto trimmed = co_await log->trim(start);
      good = good && trimmed.has_value();
    }
  }
  for (auto& one : appends) {
    Task<Result<Offset>> task = std::move(one);
    const auto offset = co_await task;
    good = good && offset.has_value();
  }
  const auto synced = co_await log->sync();
  const Bounds bounds = log->bounds();
  co_return good&& synced.has_value() && bounds.end == Offset(2 * rounds) &&
      bounds.durable_end == bounds.end;
}

TYPED_TEST(EngineTest, shards_work_on_their_own_logs_at_the_same_time) {
  rt::Shard other{1};
  other.start();
  Engine& engine = this->engine().engine();
  auto there = std::async(std::launch::async, [&] {
    return rt::run_on(other, [&] { return work_on(engine, kSecond, 200); });
  });
  EXPECT_TRUE(rt::run_on(this->shard_, [&] { return work_on(engine, kFirst, 200); }));
  EXPECT_TRUE(there.get());
  EXPECT_TRUE(engine.traits().durable == TypeParam::kDurable);
  this->under_test_.reset();  // before a shard that it uses
}

TYPED_TEST(EngineTest, a_snapshot_is_what_was_saved_last) {
  EXPECT_EQ(this->engine().load(kFirst), std::nullopt);
  ASSERT_TRUE(this->engine().save(kFirst, "one").has_value());
  ASSERT_TRUE(this->engine().save(kFirst, "two").has_value());
  ASSERT_TRUE(this->engine().save(kSecond, std::string(100'000, 'x')).has_value());
  EXPECT_EQ(this->engine().load(kFirst), "two");
  EXPECT_EQ(this->engine().load(kSecond), std::string(100'000, 'x'));
}

TYPED_TEST(EngineTest, what_was_answered_survives_the_process) {
  if (!TypeParam::kDurable) GTEST_SKIP() << "memory only";
  for (const bool cleanly : {true, false, true, false, false}) {
    std::string expected;
    Bounds before;
    {
      auto log = this->engine().open(kFirst, kSmallSegments);
      const Offset from = log.bounds().end;
      for (int i = 0; i < 25; ++i) expected += log.grow(1, 3, 100 + i).value();
      ASSERT_TRUE(log.trim(from + int64_t{10}).has_value());
      ASSERT_TRUE(this->engine().save(kFirst, fmt::format("at {}", from)).has_value());
      before = log.bounds();
      expected = expected.substr(expected.size() / 25 * 3);
    }
    const auto snapshot = this->engine().load(kFirst);
    cleanly ? this->close_and_reopen() : this->kill_and_reopen();
    EXPECT_EQ(this->engine().engine().recovered_unclean(), !cleanly);
    auto log = this->engine().open(kFirst, kSmallSegments);
    EXPECT_EQ(log.bounds().start, before.start);
    EXPECT_EQ(log.bounds().end, before.end);
    EXPECT_EQ(log.read_all(before.start), expected);
    EXPECT_EQ(log.find_time(124).value(), before.end - int64_t{3});
    EXPECT_EQ(this->engine().load(kFirst), snapshot);
  }
}

TYPED_TEST(EngineTest, a_snapshot_survives_the_process_also_without_a_log) {
  if (!TypeParam::kDurable) GTEST_SKIP() << "memory only";
  ASSERT_TRUE(this->engine().save(kSecond, "state").has_value());
  this->close_and_reopen();
  EXPECT_EQ(this->engine().load(kSecond), "state");
  this->kill_and_reopen();
  EXPECT_EQ(this->engine().load(kSecond), "state");
}

TYPED_TEST(EngineTest, a_drop_survives_the_process) {
  if (!TypeParam::kDurable) GTEST_SKIP() << "memory only";
  for (const bool cleanly : {true, false}) {
    {
      auto log = this->engine().open(kFirst);
      ASSERT_TRUE(log.grow(5, 1, 0, 20, Durability::synced).has_value());
    }
    ASSERT_TRUE(this->engine().drop(kFirst).has_value());
    cleanly ? this->close_and_reopen() : this->kill_and_reopen();
    EXPECT_EQ(this->engine().open(kFirst).bounds().end, Offset(0));
  }
}

}  // namespace
}  // namespace kelp::engine
