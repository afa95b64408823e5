// What is changed about topics in a cluster. Blocking; see client/cluster.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "cli/config_queries.h"
#include "cli/replica_assignment.h"
#include "client/cluster.h"

namespace kelp::cli {

struct NewTopics {
  std::set<std::string> names;
  std::optional<int32_t> partitions;          // nothing: the cluster's default
  std::optional<int16_t> replication_factor;  // nothing: the cluster's default
  ReplicaAssignment assignment;               // instead of the two, unless empty
  std::vector<ConfigChange> configs;          // set
};

/// What brokers before CreateTopics 5 do not say is -1, or zero.
struct CreatedTopic {
  Uuid id;
  int32_t partitions = -1;
  int16_t replication_factor = -1;
};

/// By name; who was not created has a fault.
using TopicFaults = Faults<std::string>;
struct CreatedTopics {
  std::map<std::string, CreatedTopic> found;
  TopicFaults faults;
};

Result<CreatedTopics> create_topics(client::Cluster& cluster, const NewTopics& topics,
                                    ApplyMode mode);

/// Makes each topic have `count` partitions; the new ones where `assignment` says, unless it is
/// empty.
Result<TopicFaults> create_partitions(client::Cluster& cluster, const std::set<std::string>& topics,
                                      int32_t count, const ReplicaAssignment& assignment,
                                      ApplyMode mode);

Result<TopicFaults> delete_topics(client::Cluster& cluster, const std::set<std::string>& topics);

struct Trimmed {
  ErrorCode error = ErrorCode::unknown_server_error;
  int64_t start_offset = -1;  // now
};

/// Deletes the records before each offset, at the partitions' leaders.
Result<std::map<client::TopicPartition, Trimmed>> delete_records(
    client::Cluster& cluster, const std::map<client::TopicPartition, int64_t>& before);

}  // namespace kelp::cli
