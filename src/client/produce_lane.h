// ProduceLane: the batches of one partition on their way to its leader, in order, one at a time.
// Owner: Producer. Bounded by it: it adds to the open batch and sends before it is too large.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/result.h"
#include "client/cluster.h"
#include "record/builder.h"

namespace kelp::client {

/// What became of some records of one partition that were sent in one batch.
struct Delivery {
  int32_t partition = 0;
  int64_t base_offset = -1;       // -1: the broker did not say (acks=0, a batch sent twice)
  int64_t append_time_ms = -1;    // where the topic has that instead of the producer's time
  std::vector<uint64_t> numbers;  // the caller's own, in the order of their offsets
  std::optional<Fault> fault;     // nothing: stored
  bool may_be_stored = false;     // with a fault: no answer tells
};

/// Who sends, for brokers to tell a batch that is sent again (KIP-98).
struct ProducerIdentity {
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
};

class ProduceLane {
 public:
  ProduceLane(int32_t partition, record::Codec codec)
      : partition_(partition), codec_(codec), open_({.codec = codec}) {}

  int32_t partition() const { return partition_; }

  /// Copies the record into the open batch.
  void add(uint64_t number, const record::NewRecord& record);
  /// What the open batch takes, before compression.
  size_t open_bytes() const { return open_.record_count() == 0 ? 0 : open_.plain_bytes(); }
  /// Closes the open batch. Errors: too_large.
  Result<void> seal();
  bool has_sealed() const { return !sealed_.empty(); }

  /// The identity is needed again after somebody forgot it.
  bool has_identity() const { return identity_.has_value(); }
  /// Sequences count from 0 again.
  void identify(ProducerIdentity identity);

  /// What is known of the first sealed batch while it has not been delivered.
  struct Head {
    Slice batch;
    std::vector<uint64_t> numbers;
    std::optional<Deadline> deadline;  // since the first try
    Fault last;                        // why the last try failed
    bool in_doubt = false;             // a try may have been stored all the same
    int identities = 0;                // that were taken for it anew
  };
  Head& head() { return sealed_.front(); }
  /// The bytes to send, under the lane's identity if it has one.
  Slice head_batch();

  /// The head is stored; it goes.
  Delivery stored(int64_t base_offset, int64_t append_time_ms);
  /// The head will not be sent again; it goes. Where it is in doubt nobody knows the next sequence:
  /// the identity goes too.
  Delivery given_up(Fault fault);
  /// The head becomes two batches of half the records. False: it has one only.
  Result<bool> split();
  void forget_identity() { identity_.reset(); }

 private:
  int32_t partition_;
  record::Codec codec_;
  record::BatchBuilder open_;
  std::vector<uint64_t> open_numbers_;
  std::deque<Head> sealed_;
  std::optional<ProducerIdentity> identity_;
  int32_t next_sequence_ = 0;
};

}  // namespace kelp::client
