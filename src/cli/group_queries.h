// What is asked of a cluster about consumer groups, of both kinds (classic and KIP-848), whatever
// versions the brokers speak. Blocking; see client/cluster.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/fault_words.h"
#include "client/cluster.h"

namespace kelp::cli {

struct ListedGroup {
  std::string group;
  std::string type;  // "classic", "consumer", "share", "streams"
  std::string protocol_type;
  std::string state;
};

struct GroupMember {
  std::string member_id;
  std::optional<std::string> instance_id;
  std::string client_id;
  std::string host;
  std::vector<std::string> subscribed;
  std::map<std::string, std::set<int32_t>> assigned;
};

struct GroupDescription {
  std::string group;
  std::string type;
  std::string protocol_type;
  std::string state;
  std::string assignor;
  client::Broker coordinator;
  std::optional<int32_t> epoch;  // KIP-848 only
  std::vector<GroupMember> members;
};

struct CommittedOffset {
  int64_t offset = 0;
  std::optional<int32_t> leader_epoch;
  std::string metadata;
};
using CommittedOffsets = std::map<client::TopicPartition, CommittedOffset>;

/// By the name of the group; who has no answer has a fault.
template <class Answer>
struct GroupAnswers {
  std::map<std::string, Answer> found;
  client::GroupFaults faults;
};

/// Of every broker, sorted by name.
Result<std::vector<ListedGroup>> list_groups(client::Cluster& cluster);

Result<GroupAnswers<GroupDescription>> describe_groups(client::Cluster& cluster,
                                                       const std::vector<std::string>& groups);

Result<GroupAnswers<CommittedOffsets>> committed_offsets(client::Cluster& cluster,
                                                         const std::vector<std::string>& groups);

/// Groups that could not be deleted.
Result<client::GroupFaults> delete_groups(client::Cluster& cluster,
                                          const std::vector<std::string>& groups);

using PartitionErrors = std::map<client::TopicPartition, ErrorCode>;

/// As nobody's member: for a group without members.
Result<PartitionErrors> commit_offsets(client::Cluster& cluster, const std::string& group,
                                       const std::map<client::TopicPartition, int64_t>& offsets);

Result<PartitionErrors> delete_offsets(client::Cluster& cluster, const std::string& group,
                                       const std::set<client::TopicPartition>& partitions);

}  // namespace kelp::cli
