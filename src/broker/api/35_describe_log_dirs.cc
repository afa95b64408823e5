// DescribeLogDirs, versions 0-5: how many bytes each replica of the asked node has, and the room on
// its disk.
//   v2 flexible   v3 top-level error   v4 total and usable bytes (KIP-827)   v5 cordoned (KIP-1066)
// Asks each shard once for the partitions that it has. What is not there is left out, as in Kafka.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "broker/api/handlers.h"
#include "broker/broker.h"

namespace kelp::broker {
namespace {

using Directory = wire::DescribeLogDirsResponse::DescribeLogDirsResult;
/// Topic name, partition; in the order of the answer.
using Places = std::map<std::string, std::set<int32_t>, std::less<>>;
using Sizes = std::map<std::pair<std::string, int32_t>, uint64_t>;

bool has_replica(const PartitionImage& partition, BrokerId node) {
  return std::ranges::find(partition.replicas, node) != partition.replicas.end();
}

/// What the request asks for and the node has.
Places places_of(const wire::DescribeLogDirsRequest& request, const ClusterImage& image,
                 BrokerId node) {
  Places places;
  const auto add = [&](const TopicImage& topic, int32_t index) {
    const PartitionImage* partition = topic.partition(index);
    if (partition != nullptr && has_replica(*partition, node)) places[topic.name].insert(index);
  };
  if (request.topics.has_value()) {
    for (const auto& wanted : *request.topics) {
      const TopicRef topic = image.find(wanted.topic);
      if (topic == nullptr) continue;
      for (const int32_t index : wanted.partitions) add(*topic, index);
    }
    return places;
  }
  for (const auto& [name, topic] : image.topics()) {
    for (size_t i = 0; i < topic->partitions.size(); ++i) add(*topic, static_cast<int32_t>(i));
  }
  return places;
}

rt::Task<Sizes> sizes_of(ShardStates& shards, const ClusterImage& image, const Places& places) {
  Sizes all;
  for (size_t i = 0; i < shards.size(); ++i) {
    ShardState& state = shards.at(i);
    auto look = [&]() -> rt::Task<Sizes> {
      Sizes here;
      for (const auto& [name, indexes] : places) {
        const TopicRef topic = image.find(name);
        for (const int32_t index : indexes) {
          const auto replica = state.find(topic->partition_id(index));
          if (replica != nullptr) here[{name, index}] = replica->log().size_bytes();
        }
      }
      co_return here;
    };
    Sizes here = co_await rt::call_on(state.shard(), look);
    all.merge(here);
  }
  co_return all;
}

/// Where the logs are. `space` looks at the mounted file system's numbers and waits for no disk.
Directory directory_of(const config::BrokerConfig& config) {
  Directory directory;
  if (config.engine != config::EngineKind::disk) {
    directory.log_dir = "memory";
    return directory;
  }
  std::error_code error;
  directory.log_dir = std::filesystem::absolute(config.data_dir, error).string();
  const std::filesystem::space_info space = std::filesystem::space(config.data_dir, error);
  if (error) return directory;
  directory.total_bytes = static_cast<int64_t>(space.capacity);
  directory.usable_bytes = static_cast<int64_t>(space.available);
  return directory;
}

}  // namespace

rt::Task<wire::DescribeLogDirsResponse> describe_log_dirs(RequestContext& context,
                                                          wire::DescribeLogDirsRequest request) {
  const ClusterRef image = context.broker.image();
  const Places places = places_of(request, *image, context.broker.node_of(*context.peer));
  const Sizes sizes = co_await sizes_of(context.broker.shards(), *image, places);
  wire::DescribeLogDirsResponse response;
  Directory& directory = response.results.emplace_back(directory_of(context.broker.config()));
  for (const auto& [place, size] : sizes) {
    const auto& [name, index] = place;
    if (directory.topics.empty() || directory.topics.back().name != name) {
      directory.topics.emplace_back().name = name;
    }
    auto& partition = directory.topics.back().partitions.emplace_back();
    partition.partition_index = index;
    partition.partition_size = static_cast<int64_t>(size);
  }
  co_return response;
}

}  // namespace kelp::broker
