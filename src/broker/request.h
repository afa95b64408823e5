// What a handler is given besides the request, and what it may answer. Handlers return; the
// dispatcher sends.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/quota_table.h"
#include "net/service.h"
#include "rt/fragments.h"
#include "wire/header.h"

namespace kelp::broker {

class Broker;

/// How long a request kept its connection's shard before it waited for the first time: what Kafka
/// too holds against request_percentage.
class ThreadTime {
 public:
  void start() { started_ = rt::Clock::now(); }
  void stop() { taken_ = so_far(); }
  rt::Duration so_far() const { return taken_.value_or(rt::Clock::now() - started_); }

 private:
  rt::TimePoint started_;
  std::optional<rt::Duration> taken_;
};

struct RequestContext {
  Broker& broker;
  std::shared_ptr<net::Peer> peer;
  wire::RequestHeader header;
  size_t frame_bytes = 0;  // the request's, header and all
  /// Null when no quota is set, which is all that a request then learns of them.
  std::shared_ptr<const auth::QuotaTable> quotas;
  ThreadTime thread_time;  // runs only when there are quotas
  int32_t throttle_ms = 0;
  rt::TimePoint throttled_since;

  /// The client is beyond a quota: the answer says for how long it will not be read (KIP-219). On
  /// any shard.
  void throttle(int64_t ms) {
    constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
    throttle_ms = std::max(throttle_ms, static_cast<int32_t>(std::clamp<int64_t>(ms, 0, kMost)));
    throttled_since = rt::Clock::now();
  }
  /// From now on it is not. On the connection's shard.
  void mute() const {
    if (throttle_ms == 0) return;
    const rt::TimePoint until = throttled_since + std::chrono::milliseconds(throttle_ms);
    peer->muted_until = std::max(peer->muted_until, until);
  }

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
