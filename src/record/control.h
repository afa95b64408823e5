// Control batches: one record that is no user's data but says something about the log. Its key is
// version: int16 | type: int16; the value depends on the type. Pure.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "record/batch.h"

namespace kelp::record {

/// Kafka's numbers (ControlRecordType); a reader ignores those it does not know.
enum class ControlType : int16_t { abort = 0, commit = 1, leader_change = 2 };

/// How a producer's transaction ended in this partition (KIP-98). Value: version: int16 |
/// coordinator_epoch: int32.
struct EndTxnMarker {
  ControlType type = ControlType::abort;  // abort or commit
  int32_t coordinator_epoch = -1;
};

/// The type of the control batch's record. malformed: no control batch, or no such record in it.
Result<ControlType> control_type(BatchView batch);

/// The marker in a control batch. malformed: not an abort or commit, or not as it should be.
Result<EndTxnMarker> read_end_txn_marker(BatchView batch);

/// A batch with that marker for the open transaction of (producer_id, producer_epoch).
Slice end_txn_marker(EndTxnMarker marker, int64_t producer_id, int16_t producer_epoch,
                     int64_t timestamp_ms);

}  // namespace kelp::record
