// What clients use of their quotas (KIP-13, 55, 124, 219). A client's account lies on one shard,
// found by a hash of who shares it: so the limit holds for the node however many of its shards have
// connections of the client, and no lock guards it. Only requests of clients that are limited go
// there. All functions throttle the request's client (RequestContext::throttle) when it is beyond
// its quota; call them on the connection's shard, with quotas set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rt/task.h"

namespace kelp::net {
struct Peer;
}

namespace kelp::broker {

class ClusterImage;
class ShardState;
struct RequestContext;

/// Who the client is: Kafka's name of whoever did not say, as long as nobody can.
std::string_view user_of(const net::Peer& peer);

/// A connection from an address, to connection_creation_rate. On the first shard, which accepts
/// them all; with too many of them it is not read until the address is back at its rate.
void charge_connection(ShardState& first, const ClusterImage& image, int32_t node, net::Peer& peer);

/// The size of the request, to producer_byte_rate. Throttles before it first waits, if the account
/// is on this shard.
rt::Task<void> charge_produce(RequestContext& context);

/// The time that the request has had its shard's thread, to request_percentage. On the connection's
/// shard, once a request.
rt::Task<void> charge_thread_time(RequestContext& context);

/// Bytes that may be fetched at once without being throttled for it.
int32_t most_fetched(const RequestContext& context);
/// The size of an answer, to consumer_byte_rate. False: the client is throttled and the answer must
/// not be sent; it was not counted. On any shard.
rt::Task<bool> charge_fetch(RequestContext& context, size_t bytes);

}  // namespace kelp::broker
