// kill -9 in the middle of rebalances and of commits: members come back, go on where the last
// acknowledged commit was, and no such commit is lost or undone.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "client/kelp_process.h"
#include "client/typed_client.h"
#include "crash/calls.h"
#include "wire/08_offset_commit.h"
#include "wire/09_offset_fetch.h"
#include "wire/10_find_coordinator.h"
#include "wire/11_join_group.h"
#include "wire/12_heartbeat.h"
#include "wire/13_leave_group.h"
#include "wire/14_sync_group.h"

namespace kelp::test {
namespace {

constexpr int kPartitions = 8;
constexpr int kMembers = 4;

/// What all members know of the commits; each partition's are made one after the other.
class Commits {
 public:
  /// No commit below this may be read from now on.
  int64_t acknowledged(int partition) const { return at(partition).acknowledged; }
  int64_t attempted(int partition) const { return at(partition).attempted; }
  void attempt(int partition, int64_t offset) { raise(at(partition).attempted, offset); }
  void acknowledge(int partition, int64_t offset) {
    const std::scoped_lock lock(mutex_);
    raise(at(partition).acknowledged, offset);
    changed_.notify_all();
  }
  void begin_generation() {
    const std::scoped_lock lock(mutex_);
    ++generations_;
    changed_.notify_all();
  }
  int generations() const { return generations_; }
  /// Until `condition()`, looked at after each change; false when it did not come in time.
  template <class Condition>
  bool wait_for(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, patience(), condition);
  }

  void fail(const std::string& why) {
    const std::scoped_lock lock(mutex_);
    failures_.push_back(why);
  }
  std::vector<std::string> failures() const {
    const std::scoped_lock lock(mutex_);
    return failures_;
  }

 private:
  struct Partition {
    std::atomic<int64_t> attempted = 0, acknowledged = 0;
  };
  static void raise(std::atomic<int64_t>& to, int64_t value) {
    int64_t seen = to;
    while (seen < value && !to.compare_exchange_weak(seen, value)) continue;
  }
  Partition& at(int partition) { return partitions_.at(static_cast<size_t>(partition)); }
  const Partition& at(int partition) const {
    return partitions_.at(static_cast<size_t>(partition));
  }

  std::array<Partition, kPartitions> partitions_;
  std::atomic<int> generations_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> failures_;
};

/// One consumer on its own thread: joins, syncs, reads its offsets, commits until it is told of a
/// rebalance, and begins anew when its connection ends.
class Member {
 public:
  Member(Commits& commits, uint16_t port, bool leaves)
      : commits_(commits), port_(port), leaves_(leaves) {
    thread_ = std::thread([this] { run(); });
  }
  ~Member() {
    stopping_ = true;
    thread_.join();
  }

 private:
  void run() {
    while (!stopping_) {
      auto client = TypedClient::connect("127.0.0.1", port_);
      if (!client.has_value()) {
        std::this_thread::yield();
        continue;
      }
      while (!stopping_ && work(*client)) continue;
    }
  }

  /// A generation from JoinGroup to its end; false when the connection is gone.
  bool work(TypedClient& client) {
    const auto joined = join(client);
    if (!joined.has_value()) return false;
    // Makes __consumer_offsets when it is not there yet.
    if (joined->error_code == ErrorCode::not_coordinator) find_coordinator(client);
    if (joined->error_code == ErrorCode::member_id_required) member_id_ = joined->member_id;
    if (joined->error_code == ErrorCode::unknown_member_id) member_id_.clear();
    if (joined->error_code != ErrorCode::none) return true;
    member_id_ = joined->member_id;
    generation_ = joined->generation_id;
    const auto synced = sync(client, *joined);
    if (!synced.has_value()) return false;
    if (synced->error_code == ErrorCode::unknown_member_id) member_id_.clear();
    if (synced->error_code != ErrorCode::none) return true;
    commits_.begin_generation();
    std::vector<int64_t> offsets(kPartitions, 0);
    std::set<int> mine;
    for (const uint8_t digit : synced->assignment.bytes()) mine.insert(digit - '0');
    for (const int partition : mine) {
      if (!read(client, partition, offsets[static_cast<size_t>(partition)])) return false;
    }
    for (int i = 0; !stopping_ && !(leaves_ && i == 5); ++i) {
      for (const int partition : mine) {
        const ErrorCode error =
            commit(client, partition, ++offsets[static_cast<size_t>(partition)]);
        if (error == ErrorCode::network_exception) return false;
        if (error != ErrorCode::none) return true;
      }
      const ErrorCode error = heartbeat(client);
      if (error == ErrorCode::network_exception) return false;
      if (error != ErrorCode::none) return true;
    }
    if (leaves_) leave(client);
    return true;
  }

  void find_coordinator(TypedClient& client) {
    wire::FindCoordinatorRequest request;
    request.coordinator_key = "g";
    (void)client.call<wire::FindCoordinatorResponse>(request, 3);
  }

  Result<wire::JoinGroupResponse> join(TypedClient& client) {
    wire::JoinGroupRequest request;
    request.group_id = "g";
    request.session_timeout_ms = 2'000;
    request.rebalance_timeout_ms = 2'000;
    request.member_id = member_id_;
    request.protocol_type = "consumer";
    request.protocols.emplace_back("range", Slice());
    return client.call<wire::JoinGroupResponse>(request, 5);
  }

  /// The leader deals the partitions out in turn; an assignment is their digits.
  Result<wire::SyncGroupResponse> sync(TypedClient& client, const wire::JoinGroupResponse& joined) {
    wire::SyncGroupRequest request;
    request.group_id = "g";
    request.member_id = member_id_;
    request.generation_id = generation_;
    std::vector<std::string> dealt(joined.members.size());
    for (int partition = 0; !dealt.empty() && partition < kPartitions; ++partition) {
      dealt[static_cast<size_t>(partition) % dealt.size()] += static_cast<char>('0' + partition);
    }
    for (size_t i = 0; i < dealt.size(); ++i) {
      request.assignments.emplace_back(joined.members[i].member_id, Slice::copy_of(dealt[i]));
    }
    return client.call<wire::SyncGroupResponse>(request, 3);
  }

  bool read(TypedClient& client, int partition, int64_t& offset) {
    const int64_t least = commits_.acknowledged(partition);
    wire::OffsetFetchRequest request;
    request.group_id = "g";
    auto& topic = request.topics.emplace().emplace_back();
    topic.name = "t";
    topic.partition_indexes = {partition};
    const auto fetched = client.call<wire::OffsetFetchResponse>(request, 5);
    if (!fetched.has_value() || fetched->error_code != ErrorCode::none) return false;
    offset = std::max<int64_t>(fetched->topics.at(0).partitions.at(0).committed_offset, 0);
    if (offset < least || offset > commits_.attempted(partition)) {
      commits_.fail(fmt::format("partition {} reads {}: {} was acknowledged, {} attempted",
                                partition, offset, least, commits_.attempted(partition)));
    }
    return true;
  }

  ErrorCode commit(TypedClient& client, int partition, int64_t offset) {
    wire::OffsetCommitRequest request;
    request.group_id = "g";
    request.member_id = member_id_;
    request.generation_id_or_member_epoch = generation_;
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    topic.partitions.emplace_back(partition, offset);
    commits_.attempt(partition, offset);
    const auto answer = client.call<wire::OffsetCommitResponse>(request, 5);
    if (!answer.has_value()) return ErrorCode::network_exception;
    const ErrorCode error = answer->topics.at(0).partitions.at(0).error_code;
    if (error == ErrorCode::none) commits_.acknowledge(partition, offset);
    return error;
  }

  ErrorCode heartbeat(TypedClient& client) {
    wire::HeartbeatRequest request;
    request.group_id = "g";
    request.member_id = member_id_;
    request.generation_id = generation_;
    const auto answer = client.call<wire::HeartbeatResponse>(request, 2);
    return answer.has_value() ? answer->error_code : ErrorCode::network_exception;
  }

  void leave(TypedClient& client) {
    wire::LeaveGroupRequest request;
    request.group_id = "g";
    request.member_id = member_id_;
    (void)client.call<wire::LeaveGroupResponse>(request, 2);
    member_id_.clear();
  }

  Commits& commits_;
  const uint16_t port_;
  const bool leaves_;
  std::string member_id_;
  int32_t generation_ = -1;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

std::vector<int64_t> acknowledged(const Commits& commits) {
  std::vector<int64_t> all;
  for (int partition = 0; partition < kPartitions; ++partition) {
    all.push_back(commits.acknowledged(partition));
  }
  return all;
}

/// Whether every partition is committed beyond `since` in time: the group works.
bool goes_on(Commits& commits, const std::vector<int64_t>& since) {
  return commits.wait_for([&] {
    for (int partition = 0; partition < kPartitions; ++partition) {
      if (commits.acknowledged(partition) <= since[static_cast<size_t>(partition)]) return false;
    }
    return true;
  });
}

TEST(GroupKill, members_come_back_and_no_acknowledged_commit_is_lost) {
  const char* wanted = std::getenv("KELP_ROUNDS");
  const int rounds = wanted != nullptr ? std::atoi(wanted) : 20;
  const auto seed = std::random_device()();
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  const TempDir dir;
  KelpProcess kelp({{"--set", "group.initial.rebalance.delay.ms=0", "--set",
                     "group.min.session.timeout.ms=1000"},
                    dir.path().string(),
                    0,
                    true});
  ASSERT_TRUE(kelp.start());
  {
    auto client = TypedClient::connect("127.0.0.1", kelp.port());
    ASSERT_TRUE(client.has_value());
    create_topic(*client, "t", kPartitions);
  }
  Commits commits;
  {
    std::vector<std::unique_ptr<Member>> members;
    for (int i = 0; i < kMembers; ++i) {
      // One leaves and comes back all the time, so that a kill mostly meets a rebalance.
      members.push_back(std::make_unique<Member>(commits, kelp.port(), i == 0));
    }
    for (int round = 0; round < rounds && commits.failures().empty(); ++round) {
      const auto before = acknowledged(commits);
      ASSERT_TRUE(goes_on(commits, before)) << "round " << round << ", seed " << seed;
      // The fault itself is at a random moment of what follows.
      std::uniform_int_distribution<int> generations(0, 8), commit_count(0, 20);
      const int generation = commits.generations() + generations(random);
      const int64_t commit = commits.acknowledged(0) + commit_count(random);
      (void)commits.wait_for(
          [&] { return commits.generations() >= generation || commits.acknowledged(0) >= commit; });
      kelp.kill();
      ASSERT_TRUE(kelp.start());
    }
    EXPECT_TRUE(goes_on(commits, acknowledged(commits)));
  }
  for (const std::string& failure : commits.failures()) ADD_FAILURE() << failure;
  int64_t total = 0;
  for (const int64_t count : acknowledged(commits)) total += count;
  std::printf("%lld commits in %d generations\n", static_cast<long long>(total),
              commits.generations());
  EXPECT_EQ(kelp.terminate(), 0);
}

}  // namespace
}  // namespace kelp::test
