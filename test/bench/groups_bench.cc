// What consumer groups cost the broker: a thousand members join one group and sync, they send
// heartbeats, and one connection commits as fast as it is answered. Prints times, the server's CPU
// and memory; asserts nothing about them.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <string>
#include <vector>

#include "bench/usage.h"
#include "client/typed_client.h"
#include "wire/08_offset_commit.h"
#include "wire/10_find_coordinator.h"
#include "wire/11_join_group.h"
#include "wire/12_heartbeat.h"
#include "wire/14_sync_group.h"
#include "wire/19_create_topics.h"

namespace kelp::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMembers = 1'000;
constexpr int kPartitions = 1'000;
constexpr int kHeartbeats = 100;  // of each member
constexpr int kCommits = 200'000;
constexpr int kPipelined = 1'000;
/// Long enough for all to come within it; it is taken off the time that is printed.
constexpr int kInitialDelayMs = 1'000;

struct Member {
  TypedClient client;
  std::string id;
  int32_t generation = -1;
  int32_t waits_for = 0;
};

double seconds_since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

/// Sends to all, then reads all answers: what many clients do at once.
template <class Response, class Ask, class Use>
void all(std::vector<Member>& members, int16_t version, Ask ask, Use use) {
  for (Member& member : members) member.waits_for = must(member.client.send(ask(member), version));
  for (Member& member : members)
    use(member, must(member.client.receive<Response>(version, member.waits_for)));
}

wire::JoinGroupRequest join_of(const Member& member) {
  wire::JoinGroupRequest request;
  request.group_id = "crowd";
  request.session_timeout_ms = 45'000;
  request.rebalance_timeout_ms = 300'000;
  request.member_id = member.id;
  request.protocol_type = "consumer";
  request.protocols.emplace_back("range", Slice::copy_of(std::string(60, 's')));
  return request;
}

wire::SyncGroupRequest sync_of(const Member& member, const std::vector<Member>& assigned) {
  wire::SyncGroupRequest request;
  request.group_id = "crowd";
  request.member_id = member.id;
  request.generation_id = member.generation;
  for (const Member& each : assigned)
    request.assignments.emplace_back(each.id, Slice::copy_of(std::string(40, 'a')));
  return request;
}

void join_and_sync(std::vector<Member>& members, const KelpProcess& kelp) {
  const Usage before = Usage::of(kelp);
  const auto begun = Clock::now();
  std::string leader;
  all<wire::JoinGroupResponse>(members, 5, join_of, [](Member& member, const auto& answer) {
    KELP_ASSERT(answer.error_code == ErrorCode::member_id_required, name_of(answer.error_code));
    member.id = answer.member_id;
  });
  all<wire::JoinGroupResponse>(members, 5, join_of, [&](Member& member, const auto& answer) {
    KELP_ASSERT(answer.error_code == ErrorCode::none, name_of(answer.error_code));
    member.generation = answer.generation_id;
    leader = answer.leader;
  });
  const std::vector<Member> nobody;
  const auto ask = [&](const Member& member) {
    return sync_of(member, member.id == leader ? members : nobody);
  };
  all<wire::SyncGroupResponse>(members, 3, ask, [](Member&, const auto& answer) {
    KELP_ASSERT(answer.error_code == ErrorCode::none, name_of(answer.error_code));
    KELP_ASSERT(answer.assignment.size() == 40, answer.assignment.size());
  });
  const double took = seconds_since(begun) - kInitialDelayMs / 1e3;
  const Usage after = Usage::of(kelp);
  fmt::print(
      "join: {} members, {} partitions: stable {:.2f} s after the delay (target 3)  server CPU "
      "{:.2f} s (target 1)  "
      "RSS +{:.1f} MiB (target 40)\n",
      kMembers, kPartitions, took, after.cpu_s - before.cpu_s, after.rss_mib - before.rss_mib);
}

void send_heartbeats(std::vector<Member>& members, const KelpProcess& kelp) {
  const Usage before = Usage::of(kelp);
  const auto begun = Clock::now();
  for (int i = 0; i < kHeartbeats; ++i) {
    const auto ask = [](const Member& member) {
      wire::HeartbeatRequest request;
      request.group_id = "crowd";
      request.member_id = member.id;
      request.generation_id = member.generation;
      return request;
    };
    all<wire::HeartbeatResponse>(members, 3, ask, [](Member&, const auto& answer) {
      KELP_ASSERT(answer.error_code == ErrorCode::none, name_of(answer.error_code));
    });
  }
  const double cpu_s = Usage::of(kelp).cpu_s - before.cpu_s;
  constexpr int kAll = kMembers * kHeartbeats;
  fmt::print("heartbeats: {} in {:.2f} s  server CPU {:.1f} us each (target 12)\n", kAll,
             seconds_since(begun), cpu_s / kAll * 1e6);
}

void commit(TypedClient& client, const KelpProcess& kelp) {
  wire::OffsetCommitRequest request;
  request.group_id = "committer";
  request.generation_id_or_member_epoch = -1;
  auto& topic = request.topics.emplace_back();
  topic.name = "t";
  topic.partitions.emplace_back(0, 0);
  const Usage before = Usage::of(kelp);
  const auto begun = Clock::now();
  std::vector<int32_t> sent;
  for (int i = 0; i < kCommits + kPipelined; ++i) {
    if (i >= kPipelined) {
      const size_t oldest = static_cast<size_t>(i - kPipelined);
      const auto answer = must(client.receive<wire::OffsetCommitResponse>(7, sent.at(oldest)));
      const ErrorCode error = answer.topics.at(0).partitions.at(0).error_code;
      KELP_ASSERT(error == ErrorCode::none, name_of(error));
    }
    if (i >= kCommits) continue;
    topic.partitions.at(0).committed_offset = i;
    sent.push_back(must(client.send(request, 7)));
  }
  const double took = seconds_since(begun);
  fmt::print(
      "commits: {:.0f} a second (target 50000), {} of them pipelined  server CPU {:.1f} us each\n",
      kCommits / took, kPipelined, (Usage::of(kelp).cpu_s - before.cpu_s) / kCommits * 1e6);
}

int run() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  const TempDir dir;
  KelpProcess kelp({{"--set", fmt::format("group.initial.rebalance.delay.ms={}", kInitialDelayMs),
                     "--set", "socket.listen.backlog.size=4096"},
                    dir.path().string()});
  KELP_ASSERT(kelp.start());
  auto client = must(TypedClient::connect("127.0.0.1", kelp.port()));
  wire::CreateTopicsRequest create;
  create.topics.emplace_back().name = "t";
  create.topics[0].num_partitions = kPartitions;
  create.topics[0].replication_factor = 1;
  must(client.call<wire::CreateTopicsResponse>(create, 5));
  for (const char* group : {"crowd", "committer"}) {
    wire::FindCoordinatorRequest find;
    find.coordinator_key = group;
    must(client.call<wire::FindCoordinatorResponse>(find, 3));
  }
  std::vector<Member> members;
  for (int i = 0; i < kMembers; ++i)
    members.push_back({.client = must(TypedClient::connect("127.0.0.1", kelp.port()))});
  join_and_sync(members, kelp);
  send_heartbeats(members, kelp);
  commit(client, kelp);
  return kelp.terminate();
}

}  // namespace
}  // namespace kelp::test

int main() { return kelp::test::run(); }
