// What became of topics that were to be changed, one by one: lines for people, JSON for programs.
#pragma once

#include <set>
#include <string>

#include "cli/topic_queries.h"

namespace kelp::cli {

struct TopicOutcome {
  std::string done;     // "deleted": also the name of its boolean in JSON
  std::string planned;  // "would delete"
  bool dry_run = false;
  bool if_exists = false;  // a topic that does not exist is no failure
  bool json = false;
};

/// Who has no fault was changed. The exit code.
int print_outcome(const std::set<std::string>& topics, const TopicFaults& faults,
                  const TopicOutcome& outcome);

}  // namespace kelp::cli
