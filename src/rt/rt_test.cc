#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <future>
#include <string>

#include "rt/blocking.h"
#include "rt/shard.h"
#include "rt/task.h"
#include "rt/test_shard.h"
#include "rt/wait.h"

namespace kelp::rt {
namespace {

using namespace std::chrono_literals;

struct OneShard : testing::Test {
  void SetUp() override { shard.start(); }
  Shard shard{0};
};
using TaskTest = OneShard;
using WaitTest = OneShard;

Task<int> doubled(int value) { co_return 2 * value; }

TEST_F(TaskTest, a_task_that_never_waits_is_done_when_it_returns) {
  Task<int> task = doubled(21);
  ASSERT_TRUE(task.done());
  EXPECT_EQ(task.take(), 42);
}

TEST_F(TaskTest, many_finished_tasks_in_a_loop_do_not_grow_the_stack) {
  const int64_t sum = run_on(shard, []() -> Task<int64_t> {
    int64_t total = 0;
    for (int i = 0; i < 1'000'000; ++i) total += co_await doubled(1);
    co_return total;
  });
  EXPECT_EQ(sum, 2'000'000);
}

TEST_F(TaskTest, values_are_destroyed_once) {
  auto alive = std::make_shared<int>(5);
  std::weak_ptr<int> watched = alive;
  auto give = [](std::shared_ptr<int> value) -> Task<std::shared_ptr<int>> { co_return value; };
  {
    Task<std::shared_ptr<int>> task = give(std::move(alive));
    auto value = task.take();
    EXPECT_EQ(value.use_count(), 1);
  }
  EXPECT_TRUE(watched.expired());
}

TEST_F(WaitTest, a_completion_wakes_its_waiter_with_the_value) {
  const std::string got = run_on(shard, [&]() -> Task<std::string> {
    Completion<std::string> completion;
    shard.call_at(Clock::now() + 1ms, [&] { completion.complete("here"); });
    co_return co_await completion;
  });
  EXPECT_EQ(got, "here");
}

TEST_F(WaitTest, timers_fire_in_the_order_of_their_time_and_not_when_cancelled) {
  const std::string order = run_on(shard, [&]() -> Task<std::string> {
    std::string text;
    const TimePoint now = Clock::now();
    shard.call_at(now + 3ms, [&] { text += "c"; });
    shard.call_at(now + 1ms, [&] { text += "a"; });
    const auto never = shard.call_at(now + 2ms, [&] { text += "b"; });
    EXPECT_TRUE(shard.cancel(never));
    EXPECT_FALSE(shard.cancel(never));
    co_await sleep_until(now + 5ms);
    co_return text;
  });
  EXPECT_EQ(order, "ac");
}

TEST_F(WaitTest, a_budget_is_granted_in_order_and_given_back) {
  const std::string order = run_on(shard, [&]() -> Task<std::string> {
    Budget budget(10);
    std::string text;
    auto user = [](Budget& from, size_t count, std::string& log, char name) -> Task<void> {
      const Units units = co_await from.take(count);
      log += name;
      co_await sleep_until(Clock::now() + 1ms);
    };
    Task<void> a = user(budget, 8, text, 'a');
    Task<void> b = user(budget, 50, text, 'b');  // larger than the whole: alone
    Task<void> c = user(budget, 1, text, 'c');   // would fit beside a, but b came first
    EXPECT_EQ(budget.waiting(), 2U);
    EXPECT_FALSE(budget.try_take(1).has_value());
    co_await a;
    co_await b;
    co_await c;
    EXPECT_EQ(budget.used(), 0U);
    co_return text;
  });
  EXPECT_EQ(order, "abc");
}

TEST_F(WaitTest, a_gate_closes_when_the_last_has_left) {
  const bool closed = run_on(shard, [&]() -> Task<bool> {
    Gate gate;
    auto pass = std::make_unique<Gate::Pass>(gate.enter());
    Task<void> closing = gate.close();
    EXPECT_FALSE(closing.done());
    pass.reset();
    co_await closing;
    co_return gate.closed();
  });
  EXPECT_TRUE(closed);
}

TEST_F(WaitTest, work_on_another_shard_comes_back_to_the_caller) {
  Shard other{1};
  other.start();
  const auto answer = run_on(shard, [&]() -> Task<std::pair<unsigned, unsigned>> {
    auto there = []() -> Task<unsigned> { co_return Shard::current().index(); };
    const unsigned index = co_await call_on(other, there);
    const unsigned mine = co_await call_on(shard, there);
    EXPECT_EQ(Shard::current().index(), 0U);
    co_return std::make_pair(index, mine);
  });
  EXPECT_EQ(answer, std::make_pair(1U, 0U));
}

TEST_F(WaitTest, blocking_calls_run_elsewhere_and_return_here) {
  BlockingPool pool(2);
  const bool moved = run_on(shard, [&]() -> Task<bool> {
    const auto here = std::this_thread::get_id();
    auto blocking = [] { return std::this_thread::get_id(); };
    const auto there = co_await pool.run(blocking);
    co_return there != here&& std::this_thread::get_id() == here;
  });
  EXPECT_TRUE(moved);
}

TEST_F(WaitTest, posts_of_one_thread_run_in_order) {
  std::promise<std::string> promise;
  std::string text;
  for (char c = 'a'; c <= 'z'; ++c) {
    shard.post([&text, c] { text += c; });
  }
  shard.post([&] { promise.set_value(text); });
  EXPECT_EQ(promise.get_future().get(), "abcdefghijklmnopqrstuvwxyz");
}

struct Recorder final : Watched {
  void on_ready(Readiness now) override { told.push_back(now); }
  std::vector<Readiness> told;
};

TEST_F(WaitTest, a_watched_descriptor_is_told_once_for_each_change_and_never_when_forgotten) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
  Recorder recorder;
  run_on(shard, [&]() -> Task<void> {
    EXPECT_TRUE(shard.watch(ends[0], recorder).has_value());
    co_await sleep_until(Clock::now() + 1ms);
    EXPECT_EQ(recorder.told.size(), 1U);  // writable from the start
    EXPECT_EQ(::write(ends[1], "a", 1), 1);
    co_await sleep_until(Clock::now() + 3ms);
    EXPECT_EQ(recorder.told.size(), 2U);  // unread, but not told again
    EXPECT_TRUE(recorder.told.back().readable);
    EXPECT_EQ(::shutdown(ends[1], SHUT_WR), 0);
    co_await sleep_until(Clock::now() + 1ms);
    EXPECT_TRUE(recorder.told.back().ended);
    shard.forget(recorder);
    ::close(ends[0]);
  });
  ::close(ends[1]);
}

TEST_F(WaitTest, a_descriptor_forgotten_by_an_earlier_event_of_the_same_turn_is_not_told) {
  struct Forgetter final : Watched {
    explicit Forgetter(Shard& on) : shard(on) {}
    void on_ready(Readiness) override {
      ++told;
      shard.forget(*other);
    }
    Shard& shard;
    Forgetter* other = nullptr;
    int told = 0;
  };
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
  Forgetter one(shard);
  Forgetter two(shard);
  one.other = &two;
  two.other = &one;
  run_on(shard, [&]() -> Task<void> {
    // Both are writable at once, so both events come with one wait.
    EXPECT_TRUE(shard.watch(ends[0], one).has_value());
    EXPECT_TRUE(shard.watch(ends[1], two).has_value());
    co_await sleep_until(Clock::now() + 1ms);
  });
  EXPECT_EQ(one.told + two.told, 1);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(WaitTest, tasks_that_wake_each_other_for_ever_do_not_keep_timers_waiting) {
  const bool fired = run_on(shard, [&]() -> Task<bool> {
    struct Yield {
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> self) const { Shard::current().ready(self); }
      void await_resume() const noexcept {}
    };
    bool timer = false;
    shard.call_at(Clock::now() + 1ms, [&] { timer = true; });
    while (!timer) co_await Yield();
    co_return timer;
  });
  EXPECT_TRUE(fired);
}

}  // namespace
}  // namespace kelp::rt
