// The records of a batch, one after the other, decompressed as they are asked for. Owns its working
// memory (a piece of output and the largest record so far), not the batch's bytes. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "record/batch.h"
#include "record/compression.h"
#include "record/headers.h"
#include "record/record_format.h"

namespace kelp::record {

struct Record {
  Offset offset;
  /// -1 for none. The batch's maximum when that is the time of its append.
  int64_t timestamp_ms = -1;
  std::optional<Bytes> key;
  std::optional<Bytes> value;
  Headers headers;
};

class RecordReader {
 public:
  /// `batch` must outlive the reader. unsupported: a codec that nobody knows; malformed.
  static Result<RecordReader> open(BatchView batch);

  /// The next record, valid until the next call; null after the last one.
  /// malformed: the records are not what the batch says (also bytes behind the last one);
  /// too_large: they decompress beyond max_uncompressed_bytes(). An error stays.
  Result<const Record*> next();

  const BatchView& batch() const { return batch_; }
  /// Of the record that next() gave: its place in the batch, and what producers count with.
  int32_t offset_delta() const { return fields_.offset_delta; }

 private:
  RecordReader(BatchView batch, std::unique_ptr<Decompressor> pieces);
  std::unexpected<Error> failed(const char* what);

  BatchView batch_;
  std::unique_ptr<Decompressor> pieces_;  // null for a batch that is not compressed
  PieceReader from_;
  int32_t left_;
  std::vector<uint8_t> scratch_;
  RecordFields fields_;
  Record record_;
  std::optional<Error> error_;
};

}  // namespace kelp::record
