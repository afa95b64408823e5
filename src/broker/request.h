// What a handler is given besides the request, and what it may answer. Handlers return; the
// dispatcher sends.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/service.h"
#include "rt/fragments.h"
#include "wire/header.h"

namespace kelp::broker {

class Broker;

struct RequestContext {
  Broker& broker;
  std::shared_ptr<net::Peer> peer;
  wire::RequestHeader header;

  int16_t version() const { return header.request_api_version; }
  /// "" when the client gave none.
  std::string_view client_id() const {
    return header.client_id.has_value() ? std::string_view(*header.client_id) : std::string_view();
  }
};

/// An answer whose records lie in memory or files: `sources[i]` are the bytes of
/// Records::elsewhere(i, …).
template <class Response>
struct WithRecords {
  Response response;
  std::vector<rt::Fragments> sources;
};

/// An answer that may be kept back: a producer with acks=0 gets none, or, when it failed, a closed
/// connection.
template <class Response>
struct MaybeAnswer {
  std::optional<Response> response;
  bool close = false;
};

}  // namespace kelp::broker
