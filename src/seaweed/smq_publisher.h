// One publish stream to a partition of SeaweedMQ: messages go out in order, and each is answered
// with its offset, in order. gRPC's threads only carry bytes; what comes back is told on the shard
// that made it. Owner: the partition's log. A stream that has ended stays ended.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "base/slice.h"
#include "seaweed/smq_broker.h"

namespace kelp::seaweed {

/// A message that waits to be sent: its bytes are kept alive by the slices.
struct OutgoingMessage {
  Slice key, value;
};

class SmqPublisher {
 public:
  struct Listener {
    /// The offsets of the next messages that were sent, in their order.
    std::function<void(std::vector<int64_t>)> on_acks;
    /// Nothing follows. Not called after stop().
    std::function<void(Error)> on_end;
  };

  /// Opens the stream; the broker has said hello when it is done. Errors: io, timed_out, closed;
  /// not_found: the broker does not lead the partition.
  static Task<Result<std::unique_ptr<SmqPublisher>>> open(SmqBroker& broker, SmqPartition partition,
                                                          Listener listener);
  /// Ends the stream; the listener hears nothing any more.
  ~SmqPublisher();

  void send(std::vector<OutgoingMessage> messages);

 private:
  class Stream;
  explicit SmqPublisher(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}
  std::shared_ptr<Stream> stream_;
};

}  // namespace kelp::seaweed
