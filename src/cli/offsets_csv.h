// The file of `reset-offsets --export` and `--from-file`, as kafka-consumer-groups writes and reads
// it: lines of `topic,partition,offset`, or of `group,topic,partition,offset`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "client/cluster.h"

namespace kelp::cli {

/// Lines of other groups are passed over. Errors (invalid) name the line; so is a file that has no
/// line for the group.
Result<std::map<client::TopicPartition, int64_t>> parse_offsets_csv(std::string_view text,
                                                                    std::string_view group);

std::string offsets_csv(const std::map<client::TopicPartition, int64_t>& offsets);

}  // namespace kelp::cli
