// Sends what stands ready of a connection's replies: memory gathered into one system call, ranges
// of files by sendfile, so that their bytes never pass through this process.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "net/replies.h"

namespace kelp::net {

enum class Sent : uint8_t {
  all,      // nothing that is answered is left
  blocked,  // the socket takes no more: go on when it is writable
  enough,   // it would take more, but others of the shard are to have their turn
};

/// Sends on a non-blocking socket; `sent_bytes` grows by what left. An error means that the peer is
/// gone (errno in os_error), or that a file is shorter than the range that was promised of it.
Result<Sent> send_replies(int socket, Replies& replies, size_t& sent_bytes);

}  // namespace kelp::net
