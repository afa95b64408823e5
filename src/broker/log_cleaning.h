// The cleaning of one partition's log: what is due is planned, the keys of its dirty part are
// gathered, and the segments are rewritten without what newer records replace (src/cleaner has the
// rules, engine::Log the swap). Runs on the replica's shard; its heavy steps on the cleaner's
// thread.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "broker/replica.h"
#include "cleaner/batch_filter.h"
#include "cleaner/plan.h"
#include "rt/blocking.h"

namespace kelp::broker {

/// What one cleaning may take, and where.
struct CleaningBounds {
  uint64_t map_bytes = 0;       // log.cleaner.dedupe.buffer.size
  double bytes_per_second = 0;  // log.cleaner.io.max.bytes.per.second: read and written together
  cleaner::HashSecret secret;
  rt::BlockingPool thread{1};
  std::atomic<bool> stopping{false};
};

/// What of a log is written no more.
struct SealedPart {
  std::vector<cleaner::Segment> segments;
  Offset clean_end;  // below it all is compacted with all
};

rt::Task<Result<SealedPart>> sealed_part(std::shared_ptr<Replica> replica);

/// What follows the sealed part, as if it were one segment; nothing when there is no record in it.
rt::Task<std::optional<cleaner::Segment>> active_part(std::shared_ptr<Replica> replica,
                                                      const SealedPart& sealed);

struct CleaningPlan {
  cleaner::Plan plan;
  SealedPart sealed;
};

/// What cleaning would do now.
rt::Task<Result<CleaningPlan>> plan_cleaning(std::shared_ptr<Replica> replica, int64_t now_ms);

/// Does it. The log stays as it was when anything goes wrong; what of it was swapped before stays
/// swapped. closed: the replica or the process ends; malformed: the log is damaged.
rt::Task<Result<cleaner::FilterCounts>> clean_log(std::shared_ptr<Replica> replica,
                                                  CleaningPlan plan, CleaningBounds& bounds,
                                                  int64_t now_ms);

}  // namespace kelp::broker
