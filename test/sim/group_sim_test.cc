// The group coordinator in a world where everything goes wrong that can, by seed: clients crash and
// come back, calls are slow, come twice or lose their answers, the log fails, the coordinator
// crashes. Then all is quiet, and the groups must find themselves again.
//
//   KELP_SIM_SEEDS=100000   so many seeds instead of 500 (the nightly run)
//   KELP_SIM_SEED=7         this one alone, with its story
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <list>

#include "base/log.h"
#include "sim/member.h"
#include "sim/server.h"
#include "sim/world.h"

namespace kelp::sim {
namespace {

constexpr uint64_t kSeeds = 500;
constexpr int64_t kChaosMs = 60'000;
/// Longer than all timeouts of all members one after the other.
constexpr int64_t kQuietMs = 90'000;

volatile uint64_t seed_that_runs = 0;

/// A broken invariant aborts; the seed is what is needed to see it again.
void say_seed(int) {
  char line[80];
  const int size = std::snprintf(line, sizeof line, "aborted at KELP_SIM_SEED=%llu\n",
                                 static_cast<unsigned long long>(seed_that_runs));
  std::fwrite(line, 1, static_cast<size_t>(size), stderr);
}

Faults chaos_of(World& world) {
  Faults faults;
  // Most runs have few kinds of faults: one that has all hides what one alone would show.
  const auto maybe = [&](int most) {
    return world.happens(500) ? static_cast<int>(world.number(1, most)) : 0;
  };
  faults.lost_reply = maybe(60);
  faults.slow_call = maybe(60);
  faults.duplicate_call = maybe(60);
  faults.failed_append = maybe(150);
  faults.client_crash = maybe(80);
  faults.client_leave = maybe(60);
  faults.coordinator_crash = maybe(80);
  faults.deletion = maybe(50);
  faults.removal = maybe(40);
  faults.append_ms = world.happens(300) ? world.number(100, 3'000) : world.number(0, 20);
  return faults;
}

/// Each group is one generation, and its members own each partition once.
void check_quiet(World& world, Server& server, const std::list<SimMember>& members) {
  std::map<std::string, std::map<int32_t, std::string>> owners;
  std::map<std::string, size_t> sizes;
  for (const SimMember& member : members) {
    if (member.is_fenced()) continue;
    ++sizes[member.group()];
    if (!member.owns_assignment())
      world.fail(member.name() + " has no assignment after a long quiet");
    const group::ClassicGroup* group = server.coordinator->find(member.group());
    if (!group) return world.fail(member.group() + " is gone");
    if (member.generation_id() != group->generation_id())
      world.fail(member.name() + " works in a generation that is over");
    for (const int32_t partition : member.partitions()) {
      if (!owners[member.group()].emplace(partition, member.name()).second)
        world.fail(member.name() + " owns a partition that another owns too");
    }
  }
  for (const auto& [group_id, size] : sizes) {
    if (owners[group_id].size() != kPartitions) world.fail(group_id + " leaves out partitions");
    const group::ClassicGroup* group = server.coordinator->find(group_id);
    if (group->state() != group::State::stable) world.fail(group_id + " is not stable");
    if (group->members().size() != size) world.fail(group_id + " has members that are gone");
  }
}

struct Outcome {
  std::string failure;
  std::vector<std::string> story;
  uint64_t synced = 0;
  uint64_t committed = 0;
};

Outcome run(uint64_t seed, bool is_told) {
  seed_that_runs = seed;
  World world(seed);
  world.is_told = is_told;
  group::GroupSettings settings;
  constexpr int32_t kDelays[] = {0, 500, 3'000};
  settings.initial_rebalance_delay_ms = kDelays[world.number(0, 2)];
  world.faults = chaos_of(world);
  Server server(world, settings, {"g0", "g1"});
  std::list<SimMember> members;
  const int64_t count = world.number(2, 7);
  for (int64_t i = 0; i < count; ++i) {
    const bool is_static = world.happens(400);
    const std::string group = world.happens(700) ? "g0" : "g1";
    members.emplace_back(world, server, (is_static ? "s" : "d") + std::to_string(i), group,
                         is_static);
    world.after(world.number(0, 5'000), [member = &members.back()] { member->start(); });
  }
  while (world.failure.empty() && world.step(kChaosMs)) continue;
  world.tell("all is quiet from now on");
  world.faults = Faults{.append_ms = world.faults.append_ms};
  // Who was fenced by a repetition of its own call is started again by its operator.
  for (SimMember& member : members) {
    if (member.is_fenced()) world.after(world.number(0, 5'000), [&member] { member.start(); });
  }
  while (world.failure.empty() && world.step(kChaosMs + kQuietMs)) continue;
  if (world.failure.empty()) check_quiet(world, server, members);
  if (world.failure.empty()) server.crash_and_restart();
  server.check();
  return {world.failure, world.story, server.oracle.synced, server.oracle.committed};
}

uint64_t number_from(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST(GroupSim, whatever_goes_wrong_no_rule_is_broken_and_quiet_heals_all) {
  set_log_level(LogLevel::off);
  std::signal(SIGABRT, say_seed);
  const uint64_t only = number_from("KELP_SIM_SEED", 0);
  const uint64_t first = only == 0 ? 1 : only;
  const uint64_t last = only == 0 ? number_from("KELP_SIM_SEEDS", kSeeds) : only;
  uint64_t synced = 0, committed = 0;
  for (uint64_t seed = first; seed <= last; ++seed) {
    Outcome outcome = run(seed, only != 0);
    if (!outcome.failure.empty() && only == 0) outcome.story = run(seed, true).story;
    synced += outcome.synced;
    committed += outcome.committed;
    if (outcome.failure.empty()) continue;
    constexpr size_t kLines = 40;
    std::string story;
    for (size_t i = outcome.story.size() > kLines ? outcome.story.size() - kLines : 0;
         i < outcome.story.size(); ++i)
      story += outcome.story[i] + "\n";
    FAIL() << "KELP_SIM_SEED=" << seed << " " << outcome.failure << "\n" << story;
  }
  // The runs do what they are for.
  EXPECT_GT(synced, last - first);
  EXPECT_GT(committed, last - first);
}

TEST(GroupSim, a_seed_repeats_itself) {
  set_log_level(LogLevel::off);
  EXPECT_EQ(run(42, true).story, run(42, true).story);
}

}  // namespace
}  // namespace kelp::sim
