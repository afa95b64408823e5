#include "record/reader.h"

namespace kelp::record {

Result<RecordReader> RecordReader::open(BatchView batch) {
  const std::optional<Codec> codec = batch.codec();
  if (!codec) {
    return fail(
        ErrorKind::unsupported,
        fmt::format("record batch at {}: unknown compression codec {}", batch.base_offset().value(),
                    batch.attributes() & attribute::kCodecMask));
  }
  // A batch without records (compaction leaves them) has nothing to decompress.
  if (codec == Codec::none || batch.record_count() == 0) return RecordReader(batch, nullptr);
  const Bytes payload = batch.payload();
  Result<Decompressor> pieces =
      Decompressor::open(*codec, payload, max_uncompressed_bytes(payload.size()));
  if (!pieces) return std::unexpected(std::move(pieces.error()));
  return RecordReader(batch, std::make_unique<Decompressor>(std::move(*pieces)));
}

RecordReader::RecordReader(BatchView batch, std::unique_ptr<Decompressor> pieces)
    : batch_(batch),
      pieces_(std::move(pieces)),
      from_(pieces_ ? PieceReader(*pieces_) : PieceReader(batch.payload())),
      left_(batch.record_count()) {}

Result<const Record*> RecordReader::next() {
  if (error_) return std::unexpected(*error_);
  if (left_ <= 0) {
    const bool more = pieces_ || !batch_.is_compressed() ? !from_.is_at_end() : false;
    if (more) return failed("there are bytes behind the last record");
    return nullptr;
  }
  if (from_.is_at_end()) return failed("there are fewer records than the batch counts");
  int32_t body_bytes = 0;
  if (const char* fault = read_record_length(from_, body_bytes)) return failed(fault);
  Bytes body;
  if (!from_.take_row(static_cast<uint64_t>(body_bytes), body, scratch_)) {
    return failed("the last record is cut short");
  }
  PieceReader row(body);
  if (const char* fault = read_record_body(row, body_bytes, fields_)) {
    return failed(fault);
  }
  --left_;
  // Unsigned: a hostile delta wraps around instead of being undefined.
  record_.offset = Offset(static_cast<int64_t>(static_cast<uint64_t>(batch_.base_offset().value()) +
                                               static_cast<uint64_t>(fields_.offset_delta)));
  record_.timestamp_ms = batch_.timestamp_type() == TimestampType::log_append_time
                             ? batch_.max_timestamp()
                             : static_cast<int64_t>(static_cast<uint64_t>(batch_.base_timestamp()) +
                                                    static_cast<uint64_t>(fields_.timestamp_delta));
  record_.key = fields_.key;
  record_.value = fields_.value;
  record_.headers =
      Headers(fields_.header_count, body.subspan(static_cast<size_t>(fields_.headers_at)));
  return &record_;
}

std::unexpected<Error> RecordReader::failed(const char* what) {
  error_ = from_.error()
               ? *from_.error()
               : Error{ErrorKind::malformed,
                       fmt::format("record batch at {}: {}", batch_.base_offset().value(), what)};
  return std::unexpected(*error_);
}

}  // namespace kelp::record
