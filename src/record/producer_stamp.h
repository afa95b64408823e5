// Who sent a batch, written into it after it was made: a producer knows its sequence only when the
// batch before was stored. Pure.
#pragma once

#include <cstdint>

namespace kelp::record {

/// Also recomputes the CRC. `batch` is a whole batch of magic 2.
void set_producer(uint8_t* batch, int64_t producer_id, int16_t producer_epoch,
                  int32_t base_sequence);

}  // namespace kelp::record
