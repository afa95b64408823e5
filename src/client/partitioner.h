// Which partition a record with a key belongs to, as Kafka's own default partitioner decides, so
// that records of one key stay together whoever writes them. Pure.
#pragma once

#include <cstdint>

#include "base/slice.h"

namespace kelp::client {

/// MurmurHash2 as in Kafka (org.apache.kafka.common.utils.Utils.murmur2).
int32_t murmur2(Bytes bytes);

/// `partitions` > 0.
int32_t partition_for_key(Bytes key, int32_t partitions);

}  // namespace kelp::client
