// The records in a fetch answer of one partition, as a consumer sees them: from its position on,
// without control batches, and with read_committed without those of aborted transactions. Message
// sets of brokers that still have them too. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/result.h"
#include "client/cluster.h"
#include "record/batch.h"
#include "record/headers.h"
#include "wire/01_fetch.h"

namespace kelp::client {

/// Valid while the answer is, and until the next one.
struct FetchedRecord {
  int64_t offset = 0;
  int64_t timestamp_ms = -1;  // -1: none
  record::TimestampType timestamp_type = record::TimestampType::create_time;
  std::optional<Bytes> key;
  std::optional<Bytes> value;
  record::Headers headers;
};

/// False: enough.
using RecordVisitor = std::function<bool(const FetchedRecord&)>;

/// The position behind what was visited or passed over: behind the last batch, unless the visitor
/// had enough. Errors: malformed (also a wrong CRC), unsupported, too_large.
Result<int64_t> visit_records(const wire::FetchResponse::PartitionData& fetched, int64_t position,
                              Isolation isolation, const RecordVisitor& visit);

}  // namespace kelp::client
