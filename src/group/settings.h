// What an operator may set about groups. Kafka's names, defaults and units.
#pragma once

#include <cstdint>
#include <limits>

namespace kelp::group {

struct GroupSettings {
  int32_t min_session_timeout_ms = 6'000;                  // group.min.session.timeout.ms
  int32_t max_session_timeout_ms = 1'800'000;              // group.max.session.timeout.ms
  int32_t initial_rebalance_delay_ms = 3'000;              // group.initial.rebalance.delay.ms
  int32_t max_size = std::numeric_limits<int32_t>::max();  // group.max.size
  int64_t offsets_retention_ms = 7 * 24 * 3'600'000LL;     // offsets.retention.minutes
  int64_t retention_check_interval_ms = 600'000;           // offsets.retention.check.interval.ms
  int32_t offset_metadata_max_size = 4'096;                // offset.metadata.max.bytes
};

}  // namespace kelp::group
