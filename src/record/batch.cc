#include "record/batch.h"

#include <array>
#include <limits>

#include "base/crc32c.h"

namespace kelp::record {
namespace {

constexpr std::array<std::string_view, 5> kCodecNames{"none", "gzip", "snappy", "lz4", "zstd"};

uint32_t crc_of(Bytes batch) { return crc32c(batch.subspan(at::kAttributes)); }

}  // namespace

std::string_view name_of(Codec codec) { return kCodecNames[static_cast<size_t>(codec)]; }

std::optional<Codec> codec_named(std::string_view name) {
  if (name == "uncompressed") return Codec::none;
  for (size_t i = 0; i < kCodecNames.size(); ++i) {
    if (kCodecNames[i] == name) return Codec(i);
  }
  return std::nullopt;
}

uint32_t BatchView::computed_crc() const { return crc_of(bytes()); }

Result<BatchHeader> read_header(Bytes bytes) {
  if (bytes.size() < kHeaderBytes) {
    return fail(ErrorKind::out_of_range,
                fmt::format("record batch: {} bytes are no header", bytes.size()));
  }
  const BatchHeader header(bytes);
  if (header.magic() != kMagic2) {
    return fail(ErrorKind::malformed, fmt::format("record batch: magic {}", header.magic()));
  }
  const auto length = load_big<int32_t>(bytes.data() + at::kLength);
  if (length < static_cast<int32_t>(kHeaderBytes - kLogOverhead)) {
    return fail(ErrorKind::malformed, fmt::format("record batch: length {}", length));
  }
  const int64_t base = header.base_offset().value();
  const int32_t delta = header.last_offset_delta();
  if (base < 0 || delta < 0 || base >= std::numeric_limits<int64_t>::max() - delta) {
    return fail(ErrorKind::malformed,
                fmt::format("record batch: offsets from {} over {}", base, delta));
  }
  if (header.record_count() < 0) {
    return fail(ErrorKind::malformed,
                fmt::format("record batch at {}: {} records", base, header.record_count()));
  }
  return header;
}

Result<BatchView> first_batch(Bytes bytes) {
  const Result<BatchHeader> header = read_header(bytes);
  if (!header) return std::unexpected(header.error());
  const size_t size = header->size_in_bytes();
  if (size > bytes.size()) {
    return fail(ErrorKind::out_of_range,
                fmt::format("record batch at {}: {} of {} bytes are there",
                            header->base_offset().value(), bytes.size(), size));
  }
  return BatchView(bytes.first(size));
}

std::optional<BatchView> BatchCursor::next() {
  if (rest_.empty() || damaged_) return std::nullopt;
  const Result<BatchView> batch = first_batch(rest_);
  if (!batch) {
    damaged_ = batch.error().kind == ErrorKind::malformed;
    return std::nullopt;
  }
  rest_ = rest_.subspan(batch->size_in_bytes());
  return *batch;
}

void set_base_offset(uint8_t* batch, Offset base) {
  store_big<int64_t>(batch + at::kBaseOffset, base.value());
}

void set_leader_epoch(uint8_t* batch, Epoch epoch) {
  store_big<int32_t>(batch + at::kLeaderEpoch, epoch.value());
}

void set_timestamps(uint8_t* batch, TimestampType type, int64_t max_timestamp_ms) {
  const size_t size = kLogOverhead + load_big<uint32_t>(batch + at::kLength);
  const BatchView view(Bytes(batch, size));
  constexpr int16_t kKept = attribute::kCodecMask | attribute::kTransactional | attribute::kControl;
  const auto attributes = static_cast<int16_t>(
      (view.attributes() & kKept) |
      (type == TimestampType::log_append_time ? attribute::kLogAppendTime : 0));
  if (attributes == view.attributes() && max_timestamp_ms == view.max_timestamp()) return;
  store_big<int16_t>(batch + at::kAttributes, attributes);
  store_big<int64_t>(batch + at::kMaxTimestamp, max_timestamp_ms);
  store_big<uint32_t>(batch + at::kCrc, view.computed_crc());
}

}  // namespace kelp::record
