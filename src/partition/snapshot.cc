// The bytes of a partition's snapshot: docs/formats/partition-snapshot.md.
#include <cstring>
#include <vector>

#include "base/crc32c.h"
#include "base/endian.h"
#include "partition/partition.h"

namespace kelp::partition {
namespace {

constexpr uint32_t kMagic = 0x4b50534e;  // "KPSN"
constexpr uint16_t kVersion = 1;
constexpr size_t kPrefixBytes = 4 + 2 + 4;  // magic, version, CRC of what follows
/// A producer as written: id 8, epoch 2, last used 8, count 1; and each of its batches.
constexpr size_t kProducerBytes = 19;
constexpr size_t kEpochBytes = 12;

class Out {
 public:
  template <std::integral T>
  void put(T value) {
    const size_t at = bytes_.size();
    bytes_.resize(at + sizeof(T));
    store_big<T>(bytes_.data() + at, value);
  }
  std::vector<uint8_t>& bytes() { return bytes_; }

 private:
  std::vector<uint8_t> bytes_;
};

/// Reads with a sticky error, like everything that reads what may be damaged.
class In {
 public:
  explicit In(Bytes bytes) : bytes_(bytes) {}
  template <std::integral T>
  T take() {
    if (bytes_.size() < sizeof(T)) {
      failed_ = true;
      bytes_ = {};
      return T{};
    }
    const T value = load_big<T>(bytes_.data());
    bytes_ = bytes_.subspan(sizeof(T));
    return value;
  }
  /// A count of things of at least `size` bytes each: never more than what is left can hold.
  size_t take_count(size_t size) {
    const auto count = take<uint32_t>();
    if (count > bytes_.size() / size) failed_ = true;
    return failed_ ? 0 : count;
  }
  bool complete() const { return !failed_ && bytes_.empty(); }

 private:
  Bytes bytes_;
  bool failed_ = false;
};

void put_producer(Out& out, const ProducerState& state) {
  out.put(state.producer_id);
  out.put(state.epoch);
  out.put(state.last_used_ms);
  out.put(static_cast<uint8_t>(state.kept));
  for (size_t i = 0; i < state.kept; ++i) {
    const ProducedBatch& batch = state.batches[i];
    out.put(batch.first_sequence);
    out.put(batch.last_sequence);
    out.put(batch.base.value());
    out.put(batch.last.value());
    out.put(batch.max_timestamp_ms);
  }
}

std::optional<ProducerState> take_producer(In& in) {
  ProducerState state;
  state.producer_id = in.take<int64_t>();
  state.epoch = in.take<int16_t>();
  state.last_used_ms = in.take<int64_t>();
  const auto kept = in.take<uint8_t>();
  if (kept > kBatchesKept) return std::nullopt;
  for (; state.kept < kept; ++state.kept) {
    ProducedBatch& batch = state.batches[state.kept];
    batch.producer_id = state.producer_id;
    batch.producer_epoch = state.epoch;
    batch.first_sequence = in.take<int32_t>();
    batch.last_sequence = in.take<int32_t>();
    batch.base = Offset(in.take<int64_t>());
    batch.last = Offset(in.take<int64_t>());
    batch.max_timestamp_ms = in.take<int64_t>();
  }
  return state;
}

}  // namespace

Slice Partition::encode_snapshot() const {
  Out out;
  out.put(start_.value());
  out.put(end_.value());
  out.put(largest_timestamp_ms_);
  out.put(largest_timestamp_base_.value());
  out.put(static_cast<uint32_t>(epochs_.all().size()));
  for (const EpochStart& start : epochs_.all()) {
    out.put(start.epoch.value());
    out.put(start.start.value());
  }
  const auto producers = producers_.all();
  out.put(static_cast<uint32_t>(producers.size()));
  for (const ProducerState& state : producers) put_producer(out, state);

  const std::vector<uint8_t>& body = out.bytes();
  Buffer buffer(kPrefixBytes + body.size());
  store_big<uint32_t>(buffer.data(), kMagic);
  store_big<uint16_t>(buffer.data() + 4, kVersion);
  store_big<uint32_t>(buffer.data() + 6, crc32c(body));
  std::memcpy(buffer.data() + kPrefixBytes, body.data(), body.size());
  return buffer.slice();
}

Result<Partition> Partition::decode_snapshot(Bytes bytes) {
  const auto refuse = [](const char* why) {
    return fail(ErrorKind::malformed, std::string("partition snapshot: ") + why);
  };
  if (bytes.size() < kPrefixBytes || load_big<uint32_t>(bytes.data()) != kMagic) {
    return refuse("not one");
  }
  if (load_big<uint16_t>(bytes.data() + 4) != kVersion) return refuse("unknown version");
  const Bytes body = bytes.subspan(kPrefixBytes);
  if (load_big<uint32_t>(bytes.data() + 6) != crc32c(body)) return refuse("wrong CRC");

  In in(body);
  Partition partition;
  partition.start_ = Offset(in.take<int64_t>());
  partition.end_ = Offset(in.take<int64_t>());
  partition.largest_timestamp_ms_ = in.take<int64_t>();
  partition.largest_timestamp_base_ = Offset(in.take<int64_t>());
  for (size_t left = in.take_count(kEpochBytes); left > 0; --left) {
    const Epoch epoch(in.take<int32_t>());
    partition.epochs_.appended(epoch, Offset(in.take<int64_t>()));
  }
  for (size_t left = in.take_count(kProducerBytes); left > 0; --left) {
    const auto state = take_producer(in);
    if (!state.has_value()) return refuse("too many batches of a producer");
    partition.producers_.restore(*state);
  }
  if (!in.complete() || partition.start_ > partition.end_) return refuse("wrong length");
  return partition;
}

}  // namespace kelp::partition
