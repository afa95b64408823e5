// A Replica whose log is one that others write to as well: offsets are what the append answers, the
// end moves by itself, and what is known of producers is known here alone.
#include "base/log.h"
#include "broker/error_map.h"
#include "broker/replica.h"

namespace kelp::broker {

void Replica::on_log_moved() {
  if (is_shared()) state_.extend_to(log_->bounds().end);
  watchers_.changed();
}

rt::Task<ProduceOutcome> Replica::append_shared(record::ValidatedBatch batch, ProduceTerms terms) {
  const record::BatchView view = batch.view();
  if (view.is_transactional()) {
    co_return refuse(ErrorCode::invalid_record,
                     fmt::format("{}: a topic of kelp.storage=smq has no transactions", name()));
  }
  const partition::Placement placement = state_.place(view);
  if (placement.error != ErrorCode::none) co_return refuse(placement.error);
  if (placement.duplicate) co_return co_await answer_sent_before(std::move(batch), terms);
  engine::Chunk chunk;
  chunk.epoch = leader_epoch();
  chunk.base = view.base_offset();
  chunk.last = view.last_offset();
  chunk.max_timestamp_ms = batch.max_timestamp_ms;
  chunk.batches = batch.batch;
  chunk.now_ms = terms.now_ms;
  // Before it has a place: the producer's next batch may come meanwhile.
  state_.sent(view);
  const Result<Offset> appended =
      co_await log_->append(std::move(chunk), durability_of(terms.acks));
  if (!appended.has_value()) {
    state_.not_taken(view);
    if (appended.error().kind == ErrorKind::invalid) {
      co_return refuse(ErrorCode::invalid_record, appended.error().what);
    }
    log_failure(name(), appended.error());
    co_return refuse(kafka_error(appended.error().kind), "The log could not store the records.");
  }
  state_.placed(view, *appended);
  state_.extend_to(log_->bounds().end);
  co_return accepted_at(*appended, terms);
}

/// The first attempt may be under way still: its promise is this one's too, and its place.
rt::Task<ProduceOutcome> Replica::answer_sent_before(record::ValidatedBatch batch,
                                                     ProduceTerms terms) {
  partition::Placement placement = state_.place(batch.view());
  const bool has_place = placement.base >= Offset(0);
  if (!has_place || durability_of(terms.acks) == engine::Durability::synced) {
    const Result<void> synced = co_await log_->sync();
    if (!synced.has_value()) co_return refuse(kafka_error(synced.error().kind));
    placement = state_.place(batch.view());
  }
  // It was not taken after all: the producer tries again.
  if (!placement.duplicate || placement.base < Offset(0)) {
    co_return refuse(ErrorCode::not_leader_or_follower);
  }
  ProduceOutcome outcome = accepted_at(placement.base, terms);
  outcome.log_append_time_ms = placement.duplicate_timestamp_ms;
  co_return outcome;
}

}  // namespace kelp::broker
