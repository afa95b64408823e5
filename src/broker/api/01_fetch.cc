// Fetch, versions 4-18: record batches from each partition named, as they are stored.
//   v4 isolation level   v5 log start offset   v7 sessions (KIP-227)   v9 current leader epoch v11
//   rack v12 flexible, last fetched epoch and diverging epoch (KIP-595)   v13 topic ids   v15
//   replica state   v16 current leader and node endpoints (KIP-951)
// Waits, woken by appends, until min_bytes can be read or max_wait_ms is over; an error of a log
// answers at once. Whole batches, from the one that holds the wanted offset; the first batch is
// sent whatever its size; record data is not copied.
// Sessions: epoch 0 makes one (id 0: there was no room), -1 asks for none, both close the one that
// is named; a later epoch goes on with it and is answered with what is new. A partition that got
// records goes to the end of the session's order. A session left without partitions is closed.
// A client beyond consumer_byte_rate gets no topics and the throttle time; a full request then
// makes no session, and what a session had to say it says later. Errors: 1; 3; 6 (also for
// followers); 56; 70 a session that is not here; 71 not its next epoch; 74, 75 leader epochs; 100;
// 106 a session of names asked by ids, or the other way round.
#include <algorithm>

#include "broker/api/handlers.h"
#include "broker/client_quotas.h"
#include "broker/fetch_call.h"
#include "broker/fetch_sessions.h"
#include "broker/merge_repeated.h"

namespace kelp::broker {
namespace {

using Response = wire::FetchResponse;
using Answer = WithRecords<Response>;
using TopicWish = wire::FetchRequest::FetchTopic;
using PartitionWish = wire::FetchRequest::FetchPartition;
using fetch::TopicKey;

constexpr int16_t kFirstWithSessions = 7;
constexpr int16_t kFirstWithTopicIds = 13;
constexpr int16_t kFirstWithReplicaState = 15;
constexpr int16_t kFirstWithLeaderHints = 16;
constexpr int8_t kReadCommitted = 1;
constexpr int32_t kNoSession = -1, kNewSession = 0;
/// About what an answer, and in it a partition, take beside the records (Kafka encodes it to know).
constexpr size_t kAnswerBytes = 30, kPartitionBytes = 60;
constexpr NamingFields<TopicWish, PartitionWish> kNaming{&TopicWish::topic, &TopicWish::partitions,
                                                         &PartitionWish::partition};

int64_t now_ms() {
  const auto now = rt::Clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

bool by_id(const RequestContext& context) { return context.version() >= kFirstWithTopicIds; }

/// Consumers are -1; -2 is "as a consumer would", of tools that look into followers' logs.
bool is_follower(const RequestContext& context, const wire::FetchRequest& request) {
  const int32_t replica = context.version() >= kFirstWithReplicaState
                              ? request.replica_state.replica_id
                              : request.replica_id;
  return replica >= 0;
}

fetch::Wish wish_of(const PartitionWish& partition) {
  fetch::Wish wish;
  wish.from = Offset(partition.fetch_offset);
  wish.max_bytes = partition.partition_max_bytes;
  wish.current_leader_epoch = Epoch(partition.current_leader_epoch);
  wish.last_fetched_epoch = Epoch(partition.last_fetched_epoch);
  return wish;
}

FetchTerms terms_of(const fetch::Wish& wish) {
  FetchTerms terms;
  terms.from = wish.from;
  terms.max_bytes = static_cast<size_t>(std::max(0, wish.max_bytes));
  terms.current_leader_epoch = wish.current_leader_epoch;
  terms.last_fetched_epoch = wish.last_fetched_epoch;
  return terms;
}

fetch::Seen seen_of(const FetchOutcome& outcome) {
  fetch::Seen seen;
  seen.error = outcome.error;
  seen.high_watermark = outcome.high_watermark;
  seen.log_start = outcome.log_start;
  seen.end = outcome.seen_end;
  seen.record_bytes = outcome.records.size();
  seen.diverging = outcome.diverging.has_value();
  return seen;
}

TopicKey key_of(const RequestContext& context, const auto& topic) {
  if (by_id(context)) return topic.topic_id;
  return topic.topic;
}

TopicRef find(const ClusterImage& image, const TopicKey& key) {
  return std::visit([&image](const auto& name) { return image.find(name); }, key);
}

/// Where the partitions of a request are.
class Locating {
 public:
  Locating(const RequestContext& context, bool for_follower)
      : context_(context), for_follower_(for_follower), image_(context.broker.image()) {}

  const ClusterRef& image() const { return image_; }

  Located locate(const TopicKey& key, int32_t index) {
    if (key_ != &key) {
      key_ = &key;
      topic_ = find(*image_, key);
    }
    Located at = broker::locate(context_, topic_, index);
    if (topic_ == nullptr && by_id(context_)) at.error = ErrorCode::unknown_topic_id;
    if (for_follower_ && at.error == ErrorCode::none) at.error = ErrorCode::not_leader_or_follower;
    return at;
  }

 private:
  const RequestContext& context_;
  const bool for_follower_;
  const ClusterRef image_;
  const TopicKey* key_ = nullptr;  // the last one that was asked for
  TopicRef topic_;
};

PartitionLook look_at(Locating& locating, const TopicKey& key, uint32_t topic, uint32_t slot,
                      int32_t index, const fetch::Wish& wish) {
  PartitionLook look;
  look.slot = slot;
  look.topic = topic;
  look.index = index;
  look.at = locating.locate(key, index);
  look.terms = terms_of(wish);
  return look;
}

/// As Kafka answers, and remembers: first what it reads, then what it cannot find.
void put_unknown_last(std::vector<PartitionLook>& looks) {
  std::vector<PartitionLook> unknown;
  std::erase_if(looks, [&unknown](PartitionLook& look) {
    if (!look.is_unknown()) return false;
    unknown.push_back(std::move(look));
    return true;
  });
  std::ranges::move(unknown, std::back_inserter(looks));
}

void fill(Response::PartitionData& answer, FetchOutcome outcome, bool read_committed,
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

/// The answer takes what the looks found. Neighbours of one topic share its entry.
class Answering {
 public:
  Answering(const RequestContext& context, const wire::FetchRequest& request)
      : context_(context), read_committed_(request.isolation_level == kReadCommitted) {}

  void add(PartitionLook& look, const TopicKey& key) {
    auto& topics = answer_.response.responses;
    if (topics.empty() || look.topic != topic_) {
      auto& topic = topics.emplace_back();
      if (const auto* name = std::get_if<std::string>(&key)) topic.topic = *name;
      if (const auto* id = std::get_if<Uuid>(&key)) topic.topic_id = *id;
      topic_ = look.topic;
    }
    auto& into = topics.back().partitions.emplace_back();
    into.partition_index = look.index;
    const ErrorCode error = look.outcome.error;
    const bool elsewhere =
        error == ErrorCode::not_leader_or_follower || error == ErrorCode::fenced_leader_epoch;
    if (elsewhere && context_.version() >= kFirstWithLeaderHints) {
      hint_leader(context_, look.at, into, answer_.response);
    }
    fill(into, std::move(look.outcome), read_committed_, answer_.sources);
  }

  Answer finish(int32_t session_id) {
    answer_.response.session_id = session_id;
    return std::move(answer_);
  }

 private:
  const RequestContext& context_;
  const bool read_committed_;
  Answer answer_;
  uint32_t topic_ = 0;
};

Answer refusal(ErrorCode error) {
  Answer answer;
  answer.response.error_code = error;
  return answer;
}

/// The session that a full request's answer begins: 0 when there is no room.
int32_t open_session(const RequestContext& context, const wire::FetchRequest& request,
                     const std::vector<PartitionLook>& looks, const std::vector<TopicKey>& keys) {
  const auto make = [&] {
    fetch::Session session(by_id(context) ? fetch::Session::Naming::by_id
                                          : fetch::Session::Naming::by_name);
    for (const PartitionLook& look : looks) {
      // In the slot of a look lies where its wish is, see read_full().
      const auto& partition = request.topics[look.topic].partitions[look.slot];
      session.told(session.ask(keys[look.topic], look.index, wish_of(partition)),
                   seen_of(look.outcome));
    }
    return session;
  };
  FetchSessions& sessions = context.broker.shards().here().fetch_sessions(context.peer->node);
  return sessions.open(looks.size(), is_follower(context, request), now_ms(), make);
}

/// Whether what was found may be sent, by consumer_byte_rate; then it is paid for. On any shard.
rt::Task<bool> may_send(RequestContext& context, const wire::FetchRequest& request,
                        const std::vector<PartitionLook>& looks) {
  if (context.quotas == nullptr || is_follower(context, request)) co_return true;
  size_t bytes = kAnswerBytes;
  for (const PartitionLook& look : looks) {
    const size_t records = look.outcome.records.size();
    if (records > 0) bytes += kPartitionBytes + records;
  }
  co_return co_await charge_fetch(context, bytes);
}

/// Everything that the request names, whatever was answered before.
rt::Task<Answer> read_full(RequestContext& context, wire::FetchRequest& request, bool keep) {
  merge_repeated(request.topics, kNaming);
  Locating locating(context, is_follower(context, request));
  FetchCall call(context, request);
  std::vector<TopicKey> keys;
  keys.reserve(request.topics.size());
  size_t partitions = 0;
  for (const TopicWish& topic : request.topics) partitions += topic.partitions.size();
  call.looks.reserve(partitions);
  for (const TopicWish& topic : request.topics) {
    const auto number = static_cast<uint32_t>(keys.size());
    keys.push_back(key_of(context, topic));
    for (uint32_t i = 0; i < topic.partitions.size(); ++i) {
      const PartitionWish& wanted = topic.partitions[i];
      call.looks.push_back(
          look_at(locating, keys.back(), number, i, wanted.partition, wish_of(wanted)));
    }
  }
  put_unknown_last(call.looks);
  co_await call.look_until_enough();
  const bool sends = co_await may_send(context, request, call.looks);
  if (!sends) co_return Answer();
  const int32_t session = keep ? open_session(context, request, call.looks, keys) : 0;
  Answering answering(context, request);
  for (PartitionLook& look : call.looks) answering.add(look, keys[look.topic]);
  co_return answering.finish(session);
}

/// Its log, if there is one, need not tell of this partition any more.
void stop_watching(const RequestContext& context, const FetchSession& session, const TopicKey& key,
                   int32_t index) {
  const TopicRef topic = find(*context.broker.image(), key);
  if (topic == nullptr) return;
  const engine::PartitionId id = topic->partition_id(index);
  ShardState& owner = context.broker.shards().owner_of(id);
  const auto leave = [&owner, id, watch = session.watch] {
    if (const auto replica = owner.find(id)) replica->watchers().leave(watch);
  };
  if (&owner.shard() == &rt::Shard::current()) {
    leave();
  } else {
    owner.shard().post(leave);
  }
}

/// What the request adds, changes and forgets.
void change(const RequestContext& context, FetchSession& session,
            const wire::FetchRequest& request) {
  for (const TopicWish& topic : request.topics) {
    const TopicKey key = key_of(context, topic);
    for (const PartitionWish& partition : topic.partitions) {
      session.state.ask(key, partition.partition, wish_of(partition));
    }
  }
  for (const auto& topic : request.forgotten_topics_data) {
    const TopicKey key = key_of(context, topic);
    for (const int32_t index : topic.partitions) {
      if (session.state.forget(key, index)) stop_watching(context, session, key, index);
    }
  }
}

/// What is due in the session becomes what the call looks at.
void look_at_due(Locating locating, FetchSession& session, FetchCall& call,
                 const std::vector<uint32_t>& heard) {
  for (const fetch::Slot slot : heard) session.state.mark_due(slot);
  // Topics may have come, gone or moved.
  if (session.image.lock() != locating.image()) session.state.mark_all_due();
  session.image = locating.image();
  call.looks.clear();
  call.looks.reserve(session.state.due().size());
  for (const fetch::Slot slot : session.state.due()) {
    const fetch::Session::Partition& partition = session.state.at(slot);
    call.looks.push_back(look_at(locating, session.state.topic(partition.topic), partition.topic,
                                 slot, partition.index, partition.wish));
  }
  put_unknown_last(call.looks);
  call.has_quiet = session.state.has_quiet();
}

/// On the shard of the session, when it is this request's turn.
rt::Task<Answer> read_due(RequestContext& context, const wire::FetchRequest& request,
                          FetchSession& session, FetchCall& call) {
  const bool for_follower = is_follower(context, request);
  auto renew = [&](const std::vector<uint32_t>& heard) {
    look_at_due(Locating(context, for_follower), session, call, heard);
  };
  call.in_session(session, renew);
  co_await call.look_until_enough();
  const bool sends = co_await may_send(context, request, call.looks);
  Answering answering(context, request);
  if (!sends) co_return answering.finish(request.session_id);
  for (PartitionLook& look : call.looks) {
    if (session.state.tell(look.slot, seen_of(look.outcome))) {
      answering.add(look, session.state.topic(look.topic));
    }
  }
  co_return answering.finish(request.session_id);
}

ErrorCode fault_of(const RequestContext& context, const wire::FetchRequest& request,
                   const FetchSession& session) {
  if (session.closed) return ErrorCode::fetch_session_id_not_found;
  if (session.state.epoch() != request.session_epoch) {
    return ErrorCode::invalid_fetch_session_epoch;
  }
  const bool uses_ids = session.state.naming() == fetch::Session::Naming::by_id;
  return uses_ids == by_id(context) ? ErrorCode::none : ErrorCode::fetch_session_topic_id_error;
}

/// On the shard of the session. Nothing: it is closed, for it has no partitions left.
rt::Task<std::optional<Answer>> go_on(RequestContext& context, const wire::FetchRequest& request,
                                      FetchCall& call) {
  FetchSessions& sessions = context.broker.shards().here().fetch_sessions(context.peer->node);
  const std::shared_ptr<FetchSession> session = sessions.find(request.session_id);
  if (session == nullptr) co_return refusal(ErrorCode::fetch_session_id_not_found);
  if (session->state.epoch() == request.session_epoch) {
    session->watch->give_up();  // who sends the next one needs no more of the one before
  } else if (session->turn.waiting() == 0) {
    co_return refusal(ErrorCode::invalid_fetch_session_epoch);
  }
  const rt::Units turn = co_await session->turn.take(1);
  const ErrorCode fault = fault_of(context, request, *session);
  if (fault != ErrorCode::none) co_return refusal(fault);
  change(context, *session, request);
  if (session->state.size() == 0) {
    sessions.close(request.session_id);
    co_return std::nullopt;
  }
  if (!sessions.touch(request.session_id, now_ms())) {
    co_return refusal(ErrorCode::fetch_session_id_not_found);
  }
  session->state.advance_epoch();
  co_return co_await read_due(context, request, *session, call);
}

rt::Task<Answer> read_incremental(RequestContext& context, wire::FetchRequest& request) {
  ShardStates& shards = context.broker.shards();
  ShardState& owner = shards.at(FetchSessions::shard_of(request.session_id, shards.size()));
  FetchCall call(context, request);
  if (&owner != &shards.here()) call.may_wait_on(owner.shard());
  auto there = [&] { return go_on(context, request, call); };
  std::optional<Answer> answer = co_await rt::call_on(owner.shard(), there);
  if (answer.has_value()) co_return *std::move(answer);
  co_return co_await read_full(context, request, false);
}

rt::Task<void> close_session(RequestContext& context, int32_t id) {
  ShardStates& shards = context.broker.shards();
  ShardState& owner = shards.at(FetchSessions::shard_of(id, shards.size()));
  const size_t node = context.peer->node;
  auto there = [&owner, node, id]() -> rt::Task<void> {
    owner.fetch_sessions(node).close(id);
    co_return;
  };
  co_await rt::call_on(owner.shard(), there);
}

}  // namespace

rt::Task<WithRecords<wire::FetchResponse>> fetch(RequestContext& context,
                                                 wire::FetchRequest request) {
  if (context.quotas != nullptr && !is_follower(context, request)) {
    request.max_bytes = std::min(request.max_bytes, most_fetched(context));
    request.min_bytes = std::min(request.min_bytes, request.max_bytes);
  }
  if (context.version() < kFirstWithSessions) co_return co_await read_full(context, request, false);
  const bool is_full = request.session_epoch == kNoSession || request.session_epoch == kNewSession;
  if (!is_full) co_return co_await read_incremental(context, request);
  if (request.session_id != 0) co_await close_session(context, request.session_id);
  co_return co_await read_full(context, request, request.session_epoch == kNewSession);
}

}  // namespace kelp::broker
