// Leaders: which broker leads each partition of some topics, as the cluster said last. Blocking;
// belongs to whoever produces to them or fetches from them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "client/cluster.h"

namespace kelp::client {

class Leaders {
 public:
  /// `cluster` outlives it. Knows nothing before the first refresh().
  Leaders(Cluster& cluster, std::set<std::string> topics, Creation creation)
      : cluster_(&cluster), topics_(std::move(topics)), creation_(creation) {}

  /// Asks again. After an error it knows what it knew.
  Result<void> refresh();

  /// Null: nobody now.
  const Broker* of(const TopicPartition& at) const;
  /// The number of partitions of the topic; 0 when it is not there.
  int32_t partition_count(const std::string& topic) const;
  /// The partitions of the topic that have a leader.
  std::vector<int32_t> led_partitions(const std::string& topic) const;
  /// What the cluster says of the topic as a whole.
  ErrorCode error_of(const std::string& topic) const;

 private:
  struct Topic {
    ErrorCode error = ErrorCode::unknown_topic_or_partition;
    std::map<int32_t, Broker> leaders;  // of the partitions that have one
    int32_t partition_count = 0;
  };

  Cluster* cluster_;
  std::set<std::string> topics_;
  Creation creation_;
  std::map<std::string, Topic> known_;
};

}  // namespace kelp::client
