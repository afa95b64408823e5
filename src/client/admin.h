// What an administrator asks of a cluster: everything there is, and changes, which go to the
// controller. Blocking; see client/cluster.h.
#pragma once

#include "client/cluster.h"

namespace kelp::client {

/// Every topic of the cluster. Errors: also a broker that refuses to say.
Result<wire::MetadataResponse> metadata_of_all(Cluster& cluster);

/// The broker that takes changes of topics: the controller, or with KRaft whichever broker it names
/// in its place.
Result<Connection*> connection_to_controller(Cluster& cluster, Deadline deadline);

/// The milliseconds that a request may take, as its `timeout_ms` has them: until the deadline.
int32_t request_timeout_ms(Deadline deadline);

/// In the highest version that both sides know, at least `at_least`. Errors: unsupported, and those
/// of Connection::call.
template <class Response, class Request>
Result<Response> ask(Connection& connection, const Request& request, Deadline deadline,
                     int16_t at_least = 0) {
  const auto version = connection.version_of<Request>();
  if (!version.has_value()) return std::unexpected(version.error());
  if (*version < at_least) {
    return fail(ErrorKind::unsupported,
                "the broker " + connection.address().text() +
                    " is too old for this: it knows version " + std::to_string(*version) + " of " +
                    std::string(Request::name) + ", not " + std::to_string(at_least));
  }
  return connection.call<Response>(request, *version, deadline);
}

}  // namespace kelp::client
