// What `kelp cluster info` says of a cluster, as tables and JSON: from what was found, asking
// nothing.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/table.h"
#include "wire/18_api_versions.h"

namespace kelp::cli {

struct Node {
  int32_t id = -1;
  std::string host;
  int32_t port = 0;
  std::optional<std::string> rack;
  bool fenced = false;  // known to the controller, without serving
};

/// Who decides in a cluster with KRaft.
struct Quorum {
  int32_t leader_id = -1;
  int32_t leader_epoch = -1;
  std::vector<int32_t> voters;
  std::vector<int32_t> observers;
};

struct ClusterInfo {
  std::optional<std::string> cluster_id;
  std::optional<int32_t> controller_id;
  std::vector<Node> nodes;
  size_t topics = 0;
  size_t partitions = 0;
  size_t under_replicated = 0;
  size_t unavailable = 0;
  std::optional<Quorum> quorum;
  wire::ApiVersionsResponse features;  // of one broker: the cluster has them
  /// By broker; only where it was asked for.
  std::map<int32_t, std::vector<wire::ApiVersionsResponse::ApiVersion>> apis;
};

Table summary_table(const ClusterInfo& info);
Table nodes_table(const ClusterInfo& info);
Table quorum_table(const Quorum& quorum);
Table features_table(const ClusterInfo& info);
/// A row for each API; `0-13` where all brokers agree, else `0-13 (1,2) 0-12 (3)`.
Table apis_table(const ClusterInfo& info);

boost::json::object cluster_json(const ClusterInfo& info);

}  // namespace kelp::cli
