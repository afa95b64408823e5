#include "record/producer_stamp.h"

#include "record/batch.h"

namespace kelp::record {

void set_producer(uint8_t* batch, int64_t producer_id, int16_t producer_epoch,
                  int32_t base_sequence) {
  store_big<int64_t>(batch + at::kProducerId, producer_id);
  store_big<int16_t>(batch + at::kProducerEpoch, producer_epoch);
  store_big<int32_t>(batch + at::kBaseSequence, base_sequence);
  const size_t size = kLogOverhead + load_big<uint32_t>(batch + at::kLength);
  store_big<uint32_t>(batch + at::kCrc, BatchView(Bytes(batch, size)).computed_crc());
}

}  // namespace kelp::record
