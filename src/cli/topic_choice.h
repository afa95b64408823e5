// Which topics a command is about: named ones, those that match, all of them.
#pragma once

#include <string>
#include <vector>

#include "cli/topic_health.h"
#include "cli/topic_pattern.h"
#include "client/cluster.h"

namespace kelp::cli {

struct TopicChoice {
  std::vector<std::string> names;
  std::vector<std::string> matching;  // regular expressions
  std::vector<std::string> ids;
  bool all = false;
  bool exclude_internal = false;
};

struct ChosenTopics {
  std::vector<Topic> topics;  // by name, partitions by number
  /// By name, or by the id where that is what was given.
  std::map<std::string, client::Fault> faults;
};

/// A named topic that is not there is a fault; a pattern that matches none is not. Errors: invalid
/// for a pattern or an id that is none.
Result<ChosenTopics> choose_topics(client::Cluster& cluster, const TopicChoice& choice);

}  // namespace kelp::cli
