// Any bytes as a partition's snapshot: refused, or a partition that answers, and that is written
// and read again unchanged. The first byte chooses whether magic, version and CRC are mended, so
// that not every input ends there.
#include "base/assert.h"
#include "base/crc32c.h"
#include "base/endian.h"
#include "partition/partition.h"

namespace kelp::partition {
namespace {

constexpr size_t kPrefixBytes = 10;

void mend(Buffer& bytes) {
  if (bytes.size() < kPrefixBytes) return;
  store_big<uint32_t>(bytes.data(), 0x4b50534e);
  store_big<uint16_t>(bytes.data() + 4, 1);
  const Bytes body = Bytes(bytes.data(), bytes.size()).subspan(kPrefixBytes);
  store_big<uint32_t>(bytes.data() + 6, crc32c(body));
}

/// Producers are written in no order: what is equal is the size, and what can be asked.
void run(Bytes input) {
  if (input.empty()) return;
  Buffer bytes(input.size() - 1);
  std::copy(input.begin() + 1, input.end(), bytes.data());
  if (input[0] % 2 == 1) mend(bytes);
  auto partition = Partition::decode_snapshot({bytes.data(), bytes.size()});
  if (!partition.has_value()) return;
  KELP_ASSERT(partition->start() <= partition->end(), partition->start().value());

  const Slice encoded = partition->encode_snapshot();
  const auto again = Partition::decode_snapshot(encoded);
  KELP_ASSERT(again.has_value(), encoded.size());
  KELP_ASSERT(again->end() == partition->end() && again->start() == partition->start(),
              encoded.size());
  KELP_ASSERT(again->newest_epoch() == partition->newest_epoch(), encoded.size());
  KELP_ASSERT(again->producers() == partition->producers(), encoded.size());
  KELP_ASSERT(again->encode_snapshot().size() == encoded.size(), encoded.size());

  (void)partition->largest_timestamp();
  if (const auto epoch = partition->newest_epoch()) (void)partition->end_of(*epoch);
  (void)partition->end_of(Epoch(0));
  partition->expire_producers(0);
  partition->trimmed(partition->end());
}

}  // namespace
}  // namespace kelp::partition

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kelp::partition::run({data, size});
  return 0;
}
