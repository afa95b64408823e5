// Where SeaweedMQ keeps a topic on the filer:
//   /topics/<namespace>/<name>/topic.conf
//   /topics/<namespace>/<name>/v<UTC of the generation>/<start>-<stop>/<UTC of the first entry>
// The last ones are the log files (log_file.h); beside them lies `checkpoint.offset`. Pure: times
// are arguments, in UTC. Names have passed topic_names.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "smq/ring.h"
#include "smq/topic_names.h"

namespace kelp::smq {

inline constexpr std::string_view kTopicsDirectory = "/topics";
inline constexpr std::string_view kTopicConf = "topic.conf";
/// The last offset that the broker gave, eight bytes, big-endian.
inline constexpr std::string_view kCheckpointFile = "checkpoint.offset";

std::string namespace_directory(std::string_view space);
std::string topic_directory(const TopicName& topic);

/// What the broker calls a generation of a topic, in nanoseconds since 1970 (`unix_time_ns` of its
/// partitions), and its directory's name: `v2026-11-22-13-48-38`.
std::string generation_name(int64_t unix_time_ns);
/// The second that such a name says; nothing for any other name.
std::optional<int64_t> generation_second(std::string_view name);

/// `0420-0840`.
std::string partition_name(RingSlice slice);
std::optional<RingSlice> partition_slice(std::string_view name);

std::string partition_directory(const TopicName& topic, int64_t unix_time_ns, RingSlice slice);

/// A log file's name, `2026-11-22-13-48-38`: the second of the first entry's ts_ns.
std::string log_file_name(int64_t utc_second);
/// The second that such a name says; nothing for the other files of a partition's directory.
std::optional<int64_t> log_file_second(std::string_view name);

}  // namespace kelp::smq
