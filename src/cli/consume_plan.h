// What `kelp consume` is asked for, found out before anything is read: which partitions, from where
// and up to where.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/consume.h"
#include "cli/place_in_log.h"
#include "cli/topic_spec.h"
#include "client/cluster.h"

namespace kelp::cli {

using Offsets = std::map<client::TopicPartition, int64_t>;

/// What the options mean.
struct ConsumeRequest {
  std::vector<TopicSpec> topics;
  PlaceInLog from;
  std::optional<PlaceInLog> until;
  client::Isolation isolation = client::Isolation::read_uncommitted;
  std::string group;  // empty: none
};

/// Errors: invalid.
Result<ConsumeRequest> parse_request(const ConsumeOptions& options);

struct ConsumePlan {
  Offsets positions;
  Offsets ends;                        // exclusive; of a partition without one there is no end yet
  bool ends_are_there = false;         // the log is as long already
  std::optional<int64_t> end_time_ms;  // that is to come: then there are ends
  client::Isolation isolation = client::Isolation::read_uncommitted;
};

/// Errors: not_found; those of the cluster.
Result<ConsumePlan> plan_consumption(client::Cluster& cluster, const ConsumeRequest& request);

/// Of all partitions; from records of the time on. Errors: those of the cluster.
Result<Offsets> find_places(client::Cluster& cluster, const Offsets& of, const PlaceInLog& place,
                            client::Isolation isolation);

}  // namespace kelp::cli
