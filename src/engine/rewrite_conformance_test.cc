// What every engine does when a part of a log is rewritten, typed over all of them.
#include <algorithm>

#include "engine/test_kinds.h"

namespace kelp::engine {
namespace {

const PartitionId kFirst{Uuid{{1, 2, 3}}, 0};
/// Small enough that a test's log has several segments.
constexpr LogOptions kSmallSegments{.segment_bytes = 1000, .index_interval_bytes = 200};

template <class Kind>
class RewriteTest : public EngineTest<Kind> {};
TYPED_TEST_SUITE(RewriteTest, Kinds);

/// The batches of a log's text, one by one.
std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> batches;
  record::BatchCursor cursor(as_bytes(text));
  while (const auto batch = cursor.next()) batches.emplace_back(as_text(batch->bytes()));
  EXPECT_TRUE(cursor.rest().empty());
  return batches;
}

Offset base_of(const std::string& batch) {
  return record::BatchHeader(as_bytes(batch)).base_offset();
}

/// Batches from..to-1 of `all` for which `stays` holds.
template <class F>
std::vector<std::string> only(const std::vector<std::string>& all, Offset from, Offset to,
                              F stays) {
  std::vector<std::string> left;
  for (const std::string& batch : all) {
    const Offset base = base_of(batch);
    if (base >= from && base < to && stays(base.value())) left.push_back(batch);
  }
  return left;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}

TYPED_TEST(RewriteTest, all_segments_but_the_last_are_sealed_once_they_are_durable) {
  auto log = this->engine().open(kFirst, kSmallSegments);
  EXPECT_TRUE(log.sealed().segments.empty());
  ASSERT_TRUE(log.grow().has_value());
  EXPECT_TRUE(log.sealed().segments.empty());
  std::string all;
  for (int i = 1; i < 60; ++i) ASSERT_TRUE(log.grow(1, 1, 100 + i).has_value());
  ASSERT_TRUE(log.sync().has_value());
  const Sealed sealed = log.sealed();
  ASSERT_GT(sealed.segments.size(), 3U);
  EXPECT_EQ(sealed.mark, Offset(0));
  Offset next(0);
  for (const SealedSegment& segment : sealed.segments) {
    EXPECT_EQ(segment.base, next);
    EXPECT_GT(segment.size_bytes, 800U);
    EXPECT_LE(segment.size_bytes, 1000U);
    next = segment.next;
    EXPECT_EQ(segment.max_timestamp_ms, 100 + next.value() - 1);
  }
  EXPECT_LT(next, log.bounds().end);
}

TYPED_TEST(RewriteTest, a_segment_ends_with_a_batch_that_is_much_newer_than_its_first) {
  auto log = this->engine().open(kFirst, {.segment_ms = 100});
  for (const int64_t timestamp_ms : {1000, 1100, 1050, 1101, 1150, 900, 1202}) {
    ASSERT_TRUE(log.grow(1, 1, timestamp_ms, 20, Durability::synced).has_value());
  }
  const Sealed sealed = log.sealed();
  ASSERT_EQ(sealed.segments.size(), 2U);
  EXPECT_EQ(sealed.segments[0].next, Offset(3));
  EXPECT_EQ(sealed.segments[1].next, Offset(6));
}

TYPED_TEST(RewriteTest, a_segment_of_records_without_a_time_ends_by_the_clock) {
  auto log = this->engine().open(kFirst, {.segment_ms = 100});
  constexpr int64_t kNoTime = -1;
  const auto append = [&](int64_t now_ms, int64_t timestamp_ms) {
    Chunk chunk = chunk_of(log.bounds().end, 1, 1, timestamp_ms);
    chunk.now_ms = now_ms;
    ASSERT_TRUE(log.append(std::move(chunk), Durability::synced).has_value());
  };
  append(1000, kNoTime);
  append(1100, kNoTime);
  append(1101, kNoTime);  // ends 0..1
  append(1201, 9000);     // of its own time, but the first of the segment has none
  append(1202, 5000);     // ends 2..3
  append(9999, kNoTime);  // this segment's first has a time
  append(9999, 5101);     // ends 4..5
  const Sealed sealed = log.sealed();
  ASSERT_EQ(sealed.segments.size(), 3U);
  EXPECT_EQ(sealed.segments[0].next, Offset(2));
  EXPECT_EQ(sealed.segments[1].next, Offset(4));
  EXPECT_EQ(sealed.segments[2].next, Offset(6));
}

TYPED_TEST(RewriteTest, the_clock_of_a_segment_without_times_begins_anew_with_the_log) {
  constexpr int64_t kNoTime = -1;
  const auto append = [](LogUnderTest& log, int64_t now_ms) {
    Chunk chunk = chunk_of(log.bounds().end, 1, 1, kNoTime);
    chunk.now_ms = now_ms;
    ASSERT_TRUE(log.append(std::move(chunk), Durability::synced).has_value());
  };
  auto log = this->engine().open(kFirst, {.segment_ms = 100});
  append(log, 1000);
  log.close();
  auto again = this->engine().open(kFirst, {.segment_ms = 100});
  append(again, 1200);
  append(again, 1300);
  EXPECT_TRUE(again.sealed().segments.empty());
  append(again, 1301);
  ASSERT_EQ(again.sealed().segments.size(), 1U);
  EXPECT_EQ(again.sealed().segments[0].next, Offset(3));
}

TYPED_TEST(RewriteTest, rewritten_segments_are_read_in_place_of_the_old) {
  auto log = this->engine().open(kFirst, kSmallSegments);
  std::string text;
  for (int i = 0; i < 100; ++i) text += log.grow(1, 2, 1000 + i).value();
  ASSERT_TRUE(log.sync().has_value());
  auto all = split(text);
  const Bounds before = log.bounds();
  const auto stays = [](int64_t base) { return base % 7 == 3 || base > 150; };
  // All segments into one, at first; then the rest of them; then some of what is left.
  const auto rewrite = [&](Offset from, Offset to, auto stays_now, int64_t mark) {
    auto rest = only(all, Offset(0), from, [](int64_t) { return true; });
    const auto left = only(all, from, to, stays_now);
    const auto behind = only(all, to, before.end, [](int64_t) { return true; });
    rest.insert(rest.end(), left.begin(), left.end());
    rest.insert(rest.end(), behind.begin(), behind.end());
    all = rest;
    ASSERT_TRUE(log.replace(log.rewrite(from, to, left), Offset(mark)).has_value());
  };
  const auto check = [&](LogUnderTest& now) {
    ASSERT_EQ(now.read_all(Offset(0)), joined(all));
    ASSERT_EQ(now.read_all(Offset(0), 300), joined(all));
    ASSERT_EQ(now.size_bytes(), joined(all).size());
    ASSERT_EQ(now.bounds().start, before.start);
    std::vector<Offset> bases;
    for (const std::string& batch : all) bases.push_back(base_of(batch));
    ASSERT_EQ(now.replayed(Offset(0)), bases);
    for (Offset from(0); from < before.end; ++from) {
      const auto next =
          std::ranges::find_if(bases, [&](Offset base) { return base + int64_t{1} >= from; });
      const auto got = now.read(from, 1);
      ASSERT_TRUE(got.has_value()) << from.value();
      ASSERT_NE(next, bases.end());
      ASSERT_EQ(got->first, *next) << from.value();
      ASSERT_EQ(got->bytes, all[static_cast<size_t>(next - bases.begin())]);
    }
    for (int64_t i = 0; i < 100; ++i) {
      const auto next =
          std::ranges::find_if(bases, [&](Offset base) { return base >= Offset(2 * i); });
      ASSERT_EQ(now.find_time(1000 + i).value(), *next) << i;
    }
  };
  auto sealed = log.sealed().segments;
  ASSERT_GT(sealed.size(), 6U);
  ASSERT_NO_FATAL_FAILURE(rewrite(sealed[0].base, sealed[3].next, stays, 5));
  ASSERT_NO_FATAL_FAILURE(check(log));
  ASSERT_NO_FATAL_FAILURE(rewrite(sealed[4].base, sealed.back().next, stays, 6));
  ASSERT_NO_FATAL_FAILURE(check(log));
  sealed = log.sealed().segments;
  EXPECT_LT(sealed.size(), 6U);
  const auto fewer = [](int64_t base) { return base % 7 == 3 && base > 60; };
  ASSERT_NO_FATAL_FAILURE(rewrite(sealed[0].base, sealed[1].next, fewer, 77));
  ASSERT_NO_FATAL_FAILURE(check(log));
  EXPECT_EQ(log.sealed().mark, Offset(77));
  ASSERT_TRUE(log.replace(nullptr, Offset(99)).has_value());
  EXPECT_EQ(log.sealed().mark, Offset(99));
  log.close();
  {
    auto again = this->engine().open(kFirst, kSmallSegments);
    ASSERT_NO_FATAL_FAILURE(check(again));
    EXPECT_EQ(again.sealed().mark, Offset(99));
  }
  if (!TypeParam::kDurable) return;
  this->kill_and_reopen();
  {
    auto again = this->engine().open(kFirst, kSmallSegments);
    EXPECT_EQ(again.sealed().mark, Offset(99));
    ASSERT_NO_FATAL_FAILURE(check(again));
  }
  this->close_and_reopen();
  auto again = this->engine().open(kFirst, kSmallSegments);
  EXPECT_EQ(again.bounds().end, before.end);
  ASSERT_NO_FATAL_FAILURE(check(again));
  all.push_back(again.grow(1, 2, 5000).value());
  EXPECT_EQ(again.read_all(Offset(0)), joined(all));
}

TYPED_TEST(RewriteTest, a_rewriting_may_leave_nothing_at_all) {
  auto log = this->engine().open(kFirst, kSmallSegments);
  std::string text;
  for (int i = 0; i < 60; ++i) text += log.grow().value();
  ASSERT_TRUE(log.sync().has_value());
  const auto sealed = log.sealed().segments;
  const Offset to = sealed.back().next;
  ASSERT_TRUE(log.replace(log.rewrite(Offset(0), to, {}), to).has_value());
  const std::string rest =
      joined(only(split(text), to, log.bounds().end, [](int64_t) { return true; }));
  EXPECT_EQ(log.bounds().start, Offset(0));
  EXPECT_EQ(log.read(Offset(0))->bytes, rest);
  EXPECT_EQ(log.find_time(0).value(), to);
  log.close();
  if (TypeParam::kDurable) this->kill_and_reopen();
  auto again = this->engine().open(kFirst, kSmallSegments);
  EXPECT_EQ(again.bounds().start, Offset(0));
  EXPECT_EQ(again.bounds().end, Offset(60));
  EXPECT_EQ(again.read(Offset(0))->bytes, rest);
  ASSERT_TRUE(again.trim(Offset(10)).has_value());
  EXPECT_EQ(again.read(Offset(10))->bytes, rest);
}

TYPED_TEST(RewriteTest, who_reads_old_batches_goes_on_when_they_are_replaced) {
  auto log = this->engine().open(kFirst, {.segment_bytes = 50'000});
  std::string text;
  for (int i = 0; i < 30; ++i) text += log.grow(1, 1, 0, 5000).value();
  ASSERT_TRUE(log.sync().has_value());
  const auto sealed = log.sealed().segments;
  const auto old = rt::run_on(this->shard_, [&] {
    return log.log().read(Offset(0), {.max_bytes = 40'000, .before = log.log().bounds().end});
  });
  ASSERT_TRUE(old.has_value());
  const auto all = split(text);
  ASSERT_TRUE(log.replace(log.rewrite(Offset(0), sealed[0].next,
                                      only(all, Offset(0), sealed[0].next,
                                           [](int64_t base) { return base % 3 == 2; })),
                          Offset(0))
                  .has_value());
  EXPECT_EQ(bytes_of(old->batches), text.substr(0, old->batches.size()));
  EXPECT_EQ(log.read(Offset(0), 1)->first, Offset(2));
}

TYPED_TEST(RewriteTest, what_was_trimmed_meanwhile_is_not_put_back) {
  auto log = this->engine().open(kFirst, kSmallSegments);
  std::string text;
  for (int i = 0; i < 60; ++i) text += log.grow().value();
  ASSERT_TRUE(log.sync().has_value());
  const auto sealed = log.sealed().segments;
  auto rewriting = log.rewrite(Offset(0), sealed[1].next, {split(text)[5]});
  ASSERT_TRUE(log.trim(sealed[0].next).has_value());
  EXPECT_EQ(log.replace(std::move(rewriting), Offset(0)).error().kind, ErrorKind::conflict);
  EXPECT_EQ(log.read(sealed[0].next)->first, sealed[0].next);
  const auto refused =
      rt::run_on(this->shard_, [&] { return log.log().rewrite(Offset(0), sealed[1].next); });
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
}

}  // namespace
}  // namespace kelp::engine
