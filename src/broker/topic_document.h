// A topic as a document of the catalog: docs/formats/topic.md. One document per topic under
// "topics/<name>"; a topic that is being deleted leaves "deleting/<id>" until its logs are gone, so
// that a crash in between leaves no orphan.
#pragma once

#include <string>

#include "base/result.h"
#include "broker/cluster.h"

namespace kelp::broker {

/// What is stored of a topic. Leaders and shards follow from it and the node list.
struct TopicDocument {
  std::string name;
  Uuid id;
  /// How often this cluster had come up uncleanly when the topic was made: its leader epoch counts
  /// from here.
  int32_t unclean_starts = 0;
  std::vector<std::vector<BrokerId>> replicas;  // by partition, leader first
  config::TopicOverrides overrides;
  std::string place;  // see TopicImage
};

std::string topic_key(std::string_view name);
std::string deleting_key(const Uuid& id);

std::string encode(const TopicDocument& topic);
/// Errors: malformed, naming `key`.
Result<TopicDocument> decode_topic(const std::string& key, const std::string& body);

}  // namespace kelp::broker
