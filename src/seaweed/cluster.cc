#include "seaweed/cluster.h"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "seaweed/proto/master.grpc.pb.h"

namespace kelp::seaweed {
namespace {

/// One master's time to answer: the next one is asked then.
constexpr std::chrono::seconds kMasterTime{3};
/// Between two looks at a cluster that is starting.
constexpr std::chrono::milliseconds kLookAgain{250};
/// Kelp's largest message to a filer is a manifest or a piece of the catalog.
constexpr int kMaxMessageBytes = 64 << 20;

Result<std::string> file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file.good()) return fail(ErrorKind::io, fmt::format("cannot read {}", path));
  return text.str();
}

template <class Request, class Response>
grpc::Status ask(master_pb::Seaweed::Stub& master,
                 grpc::Status (master_pb::Seaweed::Stub::*method)(grpc::ClientContext*,
                                                                  const Request&, Response*),
                 const Request& request, Response& response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kMasterTime);
  return (master.*method)(&context, request, &response);
}

std::vector<ClusterView::Node> nodes_of(const master_pb::ListClusterNodesResponse& response) {
  std::vector<ClusterView::Node> nodes;
  for (const auto& node : response.cluster_nodes()) {
    nodes.push_back({node.address(), node.version()});
  }
  return nodes;
}

grpc::Status look_through(const std::string& grpc_address, const SeaweedOptions& options,
                          const std::shared_ptr<grpc::ChannelCredentials>& credentials,
                          ClusterView& view) {
  using Stub = master_pb::Seaweed::Stub;
  auto master = master_pb::Seaweed::NewStub(channel_to(grpc_address, credentials));
  master_pb::GetMasterConfigurationResponse configuration;
  grpc::Status status = ask(*master, &Stub::GetMasterConfiguration, {}, configuration);
  if (!status.ok()) return status;
  view.leader = configuration.leader();
  view.default_replication = configuration.default_replication();
  // Only the leader knows who has joined.
  if (const auto leader = parse_server_address(view.leader); leader.has_value()) {
    master = master_pb::Seaweed::NewStub(channel_to(leader->grpc, credentials));
  }
  for (const auto& [type, into] : {std::pair{"filer", &view.filers}, {"broker", &view.brokers}}) {
    master_pb::ListClusterNodesRequest request;
    request.set_client_type(type);
    request.set_filer_group(options.filer_group);
    master_pb::ListClusterNodesResponse response;
    status = ask(*master, &Stub::ListClusterNodes, request, response);
    if (!status.ok()) return status;
    *into = nodes_of(response);
  }
  return status;
}

}  // namespace

Result<std::shared_ptr<grpc::ChannelCredentials>> credentials_of(const SeaweedOptions& options) {
  if (options.tls_ca_file.empty()) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions tls;
  for (const auto& [path, into] : {std::pair{&options.tls_ca_file, &tls.pem_root_certs},
                                   {&options.tls_certificate_file, &tls.pem_cert_chain},
                                   {&options.tls_key_file, &tls.pem_private_key}}) {
    if (path->empty()) {
      return fail(ErrorKind::invalid,
                  "TLS to SeaweedFS needs the files of a CA, a certificate and a key");
    }
    auto text = file_text(*path);
    if (!text.has_value()) return std::unexpected(std::move(text.error()));
    *into = *std::move(text);
  }
  return grpc::SslCredentials(tls);
}

std::shared_ptr<grpc::Channel> channel_to(const std::string& grpc_address,
                                          std::shared_ptr<grpc::ChannelCredentials> credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetMaxSendMessageSize(kMaxMessageBytes);
  // A server that comes back is found again soon.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  // A server that is gone without a word is noticed.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  return grpc::CreateCustomChannel(grpc_address, std::move(credentials), arguments);
}

Result<ClusterView> look_at_cluster(const SeaweedOptions& options) {
  auto credentials = credentials_of(options);
  if (!credentials.has_value()) return std::unexpected(std::move(credentials.error()));
  std::string faults;
  for (const std::string& master : options.masters) {
    const auto address = parse_server_address(master);
    if (!address.has_value()) return std::unexpected(address.error());
    ClusterView view;
    const grpc::Status status = look_through(address->grpc, options, *credentials, view);
    if (status.ok()) return view;
    faults +=
        fmt::format("{}master {}: {}", faults.empty() ? "" : "; ", master, status.error_message());
  }
  return fail(ErrorKind::io, faults.empty() ? "no master is configured" : faults);
}

Result<ServerAddress> find_filer(const SeaweedOptions& options) {
  if (!options.filer.empty()) return parse_server_address(options.filer);
  const auto give_up =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(options.start_timeout_ms);
  for (;;) {
    auto view = look_at_cluster(options);
    if (view.has_value() && !view->filers.empty()) {
      return parse_server_address(view->filers.front().address);
    }
    if (!view.has_value() && view.error().kind == ErrorKind::invalid) {
      return std::unexpected(std::move(view.error()));
    }
    if (std::chrono::steady_clock::now() >= give_up) {
      if (!view.has_value()) return std::unexpected(std::move(view.error()));
      return fail(ErrorKind::not_found,
                  fmt::format("the masters know no filer of the group '{}'", options.filer_group));
    }
    std::this_thread::sleep_for(kLookAgain);
  }
}

}  // namespace kelp::seaweed
