// Why records that a client sent are refused: the protocol's error code, words, and the records at
// fault. The one place below the broker where record errors are Kafka's codes: what a batch gets
// wrong and what Kafka calls it are the same question (docs: Produce response, record_errors).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error_code.h"

namespace kelp::record {

/// An entry of `record_errors` (KIP-467).
struct RecordFault {
  int32_t batch_index = 0;  // which record of the batch, from 0
  std::string message;
};

struct BatchFault {
  ErrorCode code = ErrorCode::invalid_record;
  std::string message;
  std::vector<RecordFault> records;  // at most kMaxRecordFaults
  /// Wrong in any log: not one whole batch that the request's version may have.
  bool of_request = false;
};

/// A batch of a million records without a key gets an answer of bounded size; the message counts
/// them all.
inline constexpr size_t kMaxRecordFaults = 1000;

}  // namespace kelp::record
