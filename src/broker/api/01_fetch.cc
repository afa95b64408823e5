// Fetch, versions 4-18: record batches from each partition named, as they are stored.
//   v4 isolation level   v5 log start offset   v7 sessions (KIP-227)   v9 current leader epoch v11
//   rack v12 flexible, last fetched epoch and diverging epoch (KIP-595)   v13 topic ids   v15
//   replica state   v16 node endpoints
// Waits, woken by appends, until min_bytes can be read or max_wait_ms is over; an error of a log
// answers at once. Whole batches, from the one that holds the wanted offset; the first batch is
// sent whatever its size; record data is not copied. Sessions are not granted: session id 0 makes a
// client send full requests. Errors: 1; 3; 6 (also for followers); 56; 70 a session that nobody
// has; 74, 75 leader epochs; 100.
#include "broker/api/handlers.h"
#include "broker/fetch_wait.h"
#include "broker/locate.h"
#include "broker/merge_repeated.h"

namespace kelp::broker {
namespace {

using Response = wire::FetchResponse;
using PartitionAnswer = Response::PartitionData;

constexpr int16_t kFirstWithSessions = 7;
constexpr int16_t kFirstWithTopicIds = 13;
constexpr int16_t kFirstWithReplicaState = 15;
constexpr int8_t kReadCommitted = 1;
using TopicWish = wire::FetchRequest::FetchTopic;
using PartitionWish = wire::FetchRequest::FetchPartition;
constexpr NamingFields<TopicWish, PartitionWish> kNaming{&TopicWish::topic, &TopicWish::partitions,
                                                         &PartitionWish::partition};

/// One partition of the request.
struct Wanted {
  size_t topic;      // index in the response
  size_t partition;  // index in its topic
  Located at;
  FetchTerms terms;
};

/// What one round of reading found.
struct Round {
  std::vector<FetchOutcome> outcomes;  // one for each Wanted
  size_t bytes = 0;
  bool answer_now = false;
  bool anything_to_wait_for = false;
};

/// Consumers are -1; -2 is "as a consumer would", of tools that look into followers' logs.
bool is_follower(const wire::FetchRequest& request, int16_t version) {
  const int32_t replica =
      version >= kFirstWithReplicaState ? request.replica_state.replica_id : request.replica_id;
  return replica >= 0;
}

ErrorCode fault_of_session(const wire::FetchRequest& request, int16_t version) {
  constexpr int32_t kNoSession = -1, kNewSession = 0;
  const bool asks_for_none =
      request.session_epoch == kNoSession || request.session_epoch == kNewSession;
  if (version < kFirstWithSessions || asks_for_none) return ErrorCode::none;
  return ErrorCode::fetch_session_id_not_found;
}

FetchTerms terms_of(const wire::FetchRequest::FetchPartition& partition) {
  FetchTerms terms;
  terms.from = Offset(partition.fetch_offset);
  terms.max_bytes = static_cast<size_t>(std::max(0, partition.partition_max_bytes));
  terms.current_leader_epoch = Epoch(partition.current_leader_epoch);
  terms.last_fetched_epoch = Epoch(partition.last_fetched_epoch);
  return terms;
}

/// The answer's skeleton, in the order of the request, and what is to be read for it.
std::vector<Wanted> wanted_of(const RequestContext& context, wire::FetchRequest& request,
                              Response& response) {
  const bool by_id = context.version() >= kFirstWithTopicIds;
  const bool follower = is_follower(request, context.version());
  const ClusterRef image = context.broker.image();
  std::vector<Wanted> all;
  merge_repeated(request.topics, kNaming);
  for (auto& topic : request.topics) {
    const TopicRef known = by_id ? image->find(topic.topic_id) : image->find(topic.topic);
    auto& answered = response.responses.emplace_back();
    answered.topic = std::move(topic.topic);
    answered.topic_id = topic.topic_id;
    for (const auto& partition : topic.partitions) {
      Wanted wanted;
      wanted.topic = response.responses.size() - 1;
      wanted.partition = answered.partitions.size();
      wanted.at = locate(context, known, partition.partition);
      if (by_id && known == nullptr) wanted.at.error = ErrorCode::unknown_topic_id;
      if (follower && wanted.at.error == ErrorCode::none) {
        wanted.at.error = ErrorCode::not_leader_or_follower;
      }
      wanted.terms = terms_of(partition);
      answered.partitions.emplace_back().partition_index = partition.partition;
      all.push_back(std::move(wanted));
    }
  }
  return all;
}

rt::Task<Round> read_all(ShardStates& shards, const std::vector<Wanted>& all, size_t max_bytes) {
  Round round;
  for (const Wanted& wanted : all) {
    FetchOutcome outcome;
    if (wanted.at.error != ErrorCode::none) {
      outcome.error = wanted.at.error;
    } else {
      FetchTerms terms = wanted.terms;
      const size_t left = max_bytes > round.bytes ? max_bytes - round.bytes : 0;
      terms.max_bytes = std::min(terms.max_bytes, left);
      terms.first_batch_always = round.bytes == 0;
      FetchOutcome gone;
      gone.error = ErrorCode::unknown_topic_or_partition;
      auto work = [&](Replica& replica) { return replica.read(terms); };
      outcome = co_await on_replica(shards, wanted.at.id, work, std::move(gone));
      round.answer_now |= outcome.error != ErrorCode::none || outcome.diverging.has_value();
      round.anything_to_wait_for = true;
    }
    round.bytes += outcome.records.size();
    round.outcomes.push_back(std::move(outcome));
  }
  co_return round;
}

rt::Task<void> watch_all(ShardStates& shards, const std::vector<Wanted>& all, const Round& round,
                         std::shared_ptr<FetchWait> wait) {
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].at.error != ErrorCode::none) continue;
    const Offset seen_end = round.outcomes[i].seen_end;
    auto work = [&](Replica& replica) -> rt::Task<bool> {
      replica.watch(wait, seen_end);
      co_return true;
    };
    const bool watched = co_await on_replica(shards, all[i].at.id, work, false);
    if (!watched) wait->wake();
  }
}

/// Reads until there is enough, an error, no time left, or nobody who waits.
rt::Task<Round> read_or_wait(RequestContext& context, const std::vector<Wanted>& all,
                             const wire::FetchRequest& request) {
  Broker& broker = context.broker;
  const auto max_bytes = static_cast<size_t>(
      std::max(0, std::min(request.max_bytes, broker.config().fetch_max_bytes)));
  const rt::TimePoint deadline = rt::Clock::now() + std::chrono::milliseconds(request.max_wait_ms);
  for (;;) {
    Round round = co_await read_all(broker.shards(), all, max_bytes);
    const bool enough = std::cmp_greater_equal(round.bytes, request.min_bytes);
    if (enough || round.answer_now || !round.anything_to_wait_for || request.max_wait_ms <= 0 ||
        rt::Clock::now() >= deadline || broker.is_stopping() || context.peer->leaving) {
      co_return round;
    }
    const int64_t missing = request.min_bytes - static_cast<int64_t>(round.bytes);
    const auto wait = std::make_shared<FetchWait>(rt::Shard::current(), missing);
    ShardState& here = broker.shards().here();
    const auto parked = here.parked(context.peer->id, [wait] { wait->wake(); });
    co_await watch_all(broker.shards(), all, round, wait);
    co_await wait->wait(deadline);
    here.unparked(parked);
  }
}

void fill(PartitionAnswer& answer, FetchOutcome outcome, bool read_committed,
          std::vector<rt::Fragments>& sources) {
  answer.error_code = outcome.error;
  answer.high_watermark = outcome.high_watermark.value();
  answer.last_stable_offset = outcome.last_stable_offset.value();
  answer.log_start_offset = outcome.log_start.value();
  // Kafka's answers from a log have a list only when it was asked for and nothing is wrong; those
  // for which it found no log have an empty one.
  const bool no_log = outcome.error == ErrorCode::unknown_topic_or_partition ||
                      outcome.error == ErrorCode::unknown_topic_id;
  const bool asked_for = read_committed && outcome.error == ErrorCode::none;
  if (no_log || asked_for) answer.aborted_transactions.emplace();
  if (outcome.diverging.has_value()) {
    answer.diverging_epoch.epoch = outcome.diverging->epoch.value();
    answer.diverging_epoch.end_offset = outcome.diverging->end.value();
  }
  if (outcome.records.empty()) {
    answer.records = wire::Records(Slice());
    return;
  }
  answer.records = wire::Records::elsewhere(sources.size(), outcome.records.size());
  sources.push_back(std::move(outcome.records));
}

}  // namespace

rt::Task<WithRecords<wire::FetchResponse>> fetch(RequestContext& context,
                                                 wire::FetchRequest request) {
  WithRecords<Response> answer;
  answer.response.error_code = fault_of_session(request, context.version());
  if (answer.response.error_code != ErrorCode::none) co_return answer;
  const std::vector<Wanted> all = wanted_of(context, request, answer.response);
  Round round = co_await read_or_wait(context, all, request);
  for (size_t i = 0; i < all.size(); ++i) {
    PartitionAnswer& into = answer.response.responses[all[i].topic].partitions[all[i].partition];
    const ErrorCode error = round.outcomes[i].error;
    if (error == ErrorCode::not_leader_or_follower || error == ErrorCode::fenced_leader_epoch) {
      hint_leader(context, all[i].at, into, answer.response);
    }
    fill(into, std::move(round.outcomes[i]), request.isolation_level == kReadCommitted,
         answer.sources);
  }
  co_return answer;
}

}  // namespace kelp::broker
