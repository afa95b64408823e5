// HostedGroups: the consumer groups of one partition of __consumer_offsets as this process runs
// them: the pure coordinator (group::GroupCoordinator), the partition that remembers them, and the
// requests that wait for it. Owner: the shard of that partition. What the coordinator wants stored
// is appended with acks=all before it is answered.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

#include "broker/cluster.h"
#include "broker/replica.h"
#include "config/broker_config.h"
#include "group/coordinator.h"
#include "rt/wait.h"

namespace kelp::broker {

class ShardState;

/// Kafka's name; Kafka's tools read it.
inline constexpr std::string_view kOffsetsTopic = "__consumer_offsets";

/// Topics as the shard's present image knows them.
class TopicsOfImage final : public group::TopicNames {
 public:
  explicit TopicsOfImage(const ShardState& state) : state_(state) {}
  std::optional<Uuid> id_of(std::string_view topic) const override;
  std::optional<std::string> name_of(const Uuid& id) const override;
  int32_t partitions_of(std::string_view topic) const override;

 private:
  const ShardState& state_;
};

class HostedGroups : public std::enable_shared_from_this<HostedGroups> {
 public:
  HostedGroups(const ShardState& state, std::shared_ptr<Replica> replica,
               const config::BrokerConfig& config);

  /// Replays the partition. Until it is done requests are refused with
  /// COORDINATOR_LOAD_IN_PROGRESS.
  rt::Task<void> load();

  /// What a request is refused with now; none when it may be asked.
  ErrorCode refusal() const;

  /// Asks the coordinator; the answer may come much later (JoinGroup, SyncGroup). `context.token`
  /// and `context.at` are set here. Without a token to give up by, `parked` may be null; it is set
  /// before the first suspension.
  template <class Request>
  rt::Task<group::Response> ask(const Request& request, group::Context context,
                                group::Token* parked = nullptr) {
    auto waiting = std::make_shared<Waiting>();
    context.at = now();
    context.token = ++last_token_;
    if (parked != nullptr) *parked = context.token;
    waiting_.emplace(context.token, waiting);
    carry_out(coordinator_.on(request, context));
    Waiting& answer = *waiting;
    co_return co_await answer;
  }
  /// The client of that JoinGroup or SyncGroup is gone: its request ends with `last_words`.
  void forget(const std::string& group_id, group::Token token, group::Response last_words);

  const group::GroupCoordinator& coordinator() const { return coordinator_; }
  void topic_deleted(std::string_view topic);

  /// Answers all that wait; nothing is asked any more.
  void abandon();

 private:
  using Waiting = rt::Completion<group::Response>;

  struct Append {
    uint64_t id = 0;
    std::optional<ErrorCode> outcome;  // once it is known
  };

  static group::Now now();
  rt::Task<Result<void>> replay_all();
  Result<void> replay_batches(Bytes batches);
  void carry_out(group::Effects effects);
  rt::Task<void> append(std::shared_ptr<HostedGroups> self, std::vector<group::Record> records,
                        std::shared_ptr<Append> pending);
  void report_appends();
  void arm();

  const group::GroupSettings settings_;
  const TopicsOfImage topics_;
  std::shared_ptr<Replica> replica_;
  group::GroupCoordinator coordinator_;
  bool loading_ = true;
  bool abandoned_ = false;
  group::Token last_token_ = 0;
  std::unordered_map<group::Token, std::shared_ptr<Waiting>> waiting_;
  /// In the order of the appends; the coordinator hears of them in that order.
  std::deque<std::shared_ptr<Append>> appends_;
  std::optional<rt::Shard::TimerKey> timer_;
  int64_t armed_for_ms_ = group::kNever;
};

}  // namespace kelp::broker
