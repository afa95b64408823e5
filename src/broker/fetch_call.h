// FetchCall: one Fetch request under way: what it wants at most and at least, the partitions that
// it looks at, and its looking and waiting until there is enough. Made on the shard of its
// connection; the looking is done there, or on the shard of its session.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "broker/fetch_sessions.h"
#include "broker/locate.h"
#include "broker/request.h"
#include "wire/01_fetch.h"

namespace kelp::broker {

/// A partition that is looked at, and what was found.
struct PartitionLook {
  uint32_t slot = 0;   // the number by which its news come
  uint32_t topic = 0;  // the caller's number of its topic
  int32_t index = 0;
  Located at;
  FetchTerms terms;
  FetchOutcome outcome;
  /// More of it did not fit into the answer.
  bool is_cut = false;

  /// No such topic or partition: it is waited for with the others, unlike an error of a log.
  bool is_unknown() const {
    return at.error == ErrorCode::unknown_topic_or_partition ||
           at.error == ErrorCode::unknown_topic_id;
  }
};

class FetchCall {
 public:
  FetchCall(RequestContext& context, const wire::FetchRequest& request);
  ~FetchCall();
  FetchCall(const FetchCall&) = delete;
  FetchCall& operator=(const FetchCall&) = delete;

  /// On the connection's shard: from now on the client's end ends the waiting, which will be on
  /// `shard`.
  void may_wait_on(rt::Shard& shard);

  /// In a session, which hears from fetch to fetch: before each look `renew` is given what it heard
  /// and makes `looks` anew. It waits no longer when the session is closed or its next request
  /// here.
  void in_session(FetchSession& session,
                  std::function<void(const std::vector<uint32_t>& heard)> renew);

  std::vector<PartitionLook> looks;
  /// Beside the looks there are partitions that have nothing to say at present.
  bool has_quiet = false;

  /// Looks until there is enough, an error, no time left, or nobody who waits.
  rt::Task<void> look_until_enough();

 private:
  rt::Task<void> look_at_all();
  rt::Task<void> look_on_every_shard();
  rt::Task<void> look_on(ShardState& there);
  void keep_what_fits();
  void count_up();
  bool is_enough() const;

  RequestContext& context_;
  ShardStates& shards_;
  const size_t max_bytes_;
  const int64_t min_bytes_;
  const int32_t max_wait_ms_;
  rt::TimePoint deadline_;

  std::shared_ptr<FetchWatch> watch_;
  FetchSession* session_ = nullptr;
  std::function<void(const std::vector<uint32_t>&)> renew_;
  std::shared_ptr<FetchWait> wait_;
  ShardState* parked_at_ = nullptr;
  ShardState::Parked parked_;

  // What the last look found.
  size_t bytes_ = 0;
  std::optional<size_t> unknown_;
  bool answer_now_ = false;
  bool anything_to_wait_for_ = false;
};

}  // namespace kelp::broker
