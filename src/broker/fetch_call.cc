#include "broker/fetch_call.h"

#include <algorithm>

namespace kelp::broker {
namespace {

size_t max_bytes_of(const RequestContext& context, const wire::FetchRequest& request) {
  return static_cast<size_t>(
      std::max(0, std::min(request.max_bytes, context.broker.config().fetch_max_bytes)));
}

}  // namespace

FetchCall::FetchCall(RequestContext& context, const wire::FetchRequest& request)
    : context_(context),
      shards_(context.broker.shards()),
      max_bytes_(max_bytes_of(context, request)),
      // More than may be sent is not waited for.
      min_bytes_(std::min<int64_t>(request.min_bytes, static_cast<int64_t>(max_bytes_))),
      max_wait_ms_(request.max_wait_ms),
      deadline_(rt::Clock::now() + std::chrono::milliseconds(request.max_wait_ms)) {}

FetchCall::~FetchCall() {
  if (watch_ != nullptr && session_ == nullptr) watch_->close();
  if (parked_at_ != nullptr) parked_at_->unparked(parked_);
}

void FetchCall::may_wait_on(rt::Shard& shard) {
  if (wait_ != nullptr) return;
  wait_ = std::make_shared<FetchWait>(shard);
  parked_at_ = &shards_.here();
  parked_ = parked_at_->parked(context_.peer->id, [wait = wait_] { wait->give_up(); });
  if (context_.peer->leaving) wait_->give_up();
}

void FetchCall::in_session(FetchSession& session,
                           std::function<void(const std::vector<uint32_t>&)> renew) {
  session_ = &session;
  watch_ = session.watch;
  renew_ = std::move(renew);
}

rt::Task<void> FetchCall::look_on(ShardState& there) {
  size_t bytes = 0;
  for (PartitionLook& look : looks) {
    if (look.at.error != ErrorCode::none || &shards_.owner_of(look.at.id) != &there) continue;
    const std::shared_ptr<Replica> replica = there.find(look.at.id);
    if (replica == nullptr) {
      look.outcome = FetchOutcome();
      look.outcome.error = ErrorCode::unknown_topic_or_partition;
      look.is_cut = false;
      continue;
    }
    // First, so that nothing that comes after the look is missed.
    if (watch_ != nullptr) replica->watchers().listen(watch_, look.slot);
    FetchTerms terms = look.terms;
    const size_t room = max_bytes_ > bytes ? max_bytes_ - bytes : 0;
    terms.max_bytes = std::min(terms.max_bytes, room);
    terms.first_batch_always = bytes == 0;
    look.outcome = co_await replica->read(terms);
    look.is_cut = look.outcome.has_more && terms.max_bytes == room;
    bytes += look.outcome.records.size();
  }
}

/// Each shard went by the whole limit: what is too much is left for the next fetch.
void FetchCall::keep_what_fits() {
  size_t bytes = 0;
  for (PartitionLook& look : looks) {
    const size_t more = look.outcome.records.size();
    if (bytes > 0 && bytes + more > max_bytes_) {
      look.outcome.records = {};
      look.is_cut = true;
    } else {
      bytes += more;
    }
  }
}

rt::Task<void> FetchCall::look_on_every_shard() {
  std::vector<bool> asked(shards_.size());
  std::vector<rt::Task<void>> looking;
  for (const PartitionLook& look : looks) {
    if (look.at.error != ErrorCode::none) continue;
    ShardState& owner = shards_.owner_of(look.at.id);
    if (asked[owner.shard().index()]) continue;
    asked[owner.shard().index()] = true;
    auto there = [this, &owner] { return look_on(owner); };
    looking.push_back(rt::call_on(owner.shard(), there));
  }
  for (auto& task : looking) co_await task;
  if (looking.size() > 1) keep_what_fits();
}

rt::Task<void> FetchCall::look_at_all() {
  if (shards_.size() == 1) {
    co_await look_on(shards_.here());
  } else {
    co_await look_on_every_shard();
  }
  count_up();
}

void FetchCall::count_up() {
  bytes_ = 0;
  answer_now_ = false;
  anything_to_wait_for_ = has_quiet;
  size_t unknown = 0;
  for (PartitionLook& look : looks) {
    bytes_ += look.outcome.records.size();
    if (look.at.error != ErrorCode::none) look.outcome.error = look.at.error;
    if (look.is_unknown()) {
      ++unknown;
      continue;
    }
    anything_to_wait_for_ = true;
    answer_now_ |=
        look.is_cut || look.outcome.error != ErrorCode::none || look.outcome.diverging.has_value();
  }
  answer_now_ |= unknown > unknown_.value_or(unknown);  // one went while it was waited for
  unknown_ = unknown;
}

bool FetchCall::is_enough() const {
  return std::cmp_greater_equal(bytes_, min_bytes_) || answer_now_ || !anything_to_wait_for_ ||
         max_wait_ms_ <= 0 || rt::Clock::now() >= deadline_ || context_.broker.is_stopping() ||
         (wait_ != nullptr && wait_->gave_up()) ||
         (session_ != nullptr && (session_->closed || session_->turn.waiting() > 0));
}

rt::Task<void> FetchCall::look_until_enough() {
  for (;;) {
    if (wait_ != nullptr) wait_->rearm();
    if (watch_ != nullptr) {
      const std::vector<uint32_t> heard = watch_->hear();
      if (renew_) renew_(heard);
    }
    co_await look_at_all();
    if (is_enough()) co_return;
    if (watch_ == nullptr) {
      // Most fetches need not wait, and so need not listen: this one looks once more, listening.
      watch_ = std::make_shared<FetchWatch>();
      continue;
    }
    may_wait_on(rt::Shard::current());
    const int64_t missing = min_bytes_ - static_cast<int64_t>(bytes_);
    if (!watch_->park(wait_, missing)) continue;
    co_await wait_->wait(deadline_);
    watch_->unpark();
  }
}

}  // namespace kelp::broker
