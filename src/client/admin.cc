#include "client/admin.h"

#include <fmt/format.h>

#include <algorithm>

namespace kelp::client {

Result<wire::MetadataResponse> metadata_of_all(Cluster& cluster) {
  const Deadline deadline = cluster.deadline();
  const auto connection = cluster.any_broker(deadline);
  if (!connection.has_value()) return std::unexpected(connection.error());
  wire::MetadataRequest request;
  request.topics = std::nullopt;
  request.allow_auto_topic_creation = false;
  auto response = ask<wire::MetadataResponse>(**connection, request, deadline, 1);
  if (response.has_value() && response->error_code != ErrorCode::none) {
    return fail(ErrorKind::io,
                fmt::format("{} does not tell its topics: {}", (*connection)->address().text(),
                            name_of(response->error_code)));
  }
  return response;
}

Result<Connection*> connection_to_controller(Cluster& cluster, Deadline deadline) {
  const auto metadata = cluster.metadata({});
  if (!metadata.has_value()) return std::unexpected(metadata.error());
  const auto& brokers = cluster.brokers();
  const auto controller = std::ranges::find(brokers, metadata->controller_id, &Broker::id);
  // None is known while one is being elected: another broker may forward.
  if (controller == brokers.end()) return cluster.any_broker(deadline);
  return cluster.connection_to(Broker(*controller), deadline);
}

int32_t request_timeout_ms(Deadline deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int32_t>(std::clamp<int64_t>(left, 1, std::numeric_limits<int32_t>::max()));
}

}  // namespace kelp::client
