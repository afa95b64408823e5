// Finding the cluster: masters say who leads them and which filers there are. Asked at the start
// and by `kelp seaweed doctor`; blocks.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/seaweed_plugin.h"
#include "seaweed/address.h"

namespace kelp::seaweed {

/// Credentials of the options: plain, or mTLS from their files. Errors: io, invalid.
Result<std::shared_ptr<grpc::ChannelCredentials>> credentials_of(const SeaweedOptions& options);
std::shared_ptr<grpc::Channel> channel_to(const std::string& grpc_address,
                                          std::shared_ptr<grpc::ChannelCredentials> credentials);

struct ClusterView {
  std::string leader;  // of the masters, as they write it
  std::string default_replication;
  struct Node {
    std::string address, version;
  };
  std::vector<Node> filers, brokers;
};

/// Asks one master after the other until one answers. Errors: io that names each and why.
Result<ClusterView> look_at_cluster(const SeaweedOptions& options);

/// The filer to work with: the one that is configured, else the first that the masters name; waits
/// for one up to the time of the options.
Result<ServerAddress> find_filer(const SeaweedOptions& options);

}  // namespace kelp::seaweed
