#include "cli/topic_outcome.h"

#include <fmt/format.h>

#include "cli/cluster_options.h"
#include "cli/json_print.h"
#include "cli/terminal.h"

namespace kelp::cli {

int print_outcome(const std::set<std::string>& topics, const TopicFaults& faults,
                  const TopicOutcome& outcome) {
  boost::json::array list;
  int exit_code = 0;
  for (const std::string& topic : topics) {
    const auto found = faults.find(topic);
    const client::Fault* fault = found == faults.end() ? nullptr : &found->second;
    const bool missing = outcome.if_exists && fault != nullptr &&
                         fault->code == ErrorCode::unknown_topic_or_partition;
    list.push_back(boost::json::object{{"topic", topic},
                                       {outcome.done, fault == nullptr && !outcome.dry_run},
                                       {"error", error_json(missing ? nullptr : fault)}});
    if (fault != nullptr && !missing) {
      exit_code = complain(kFailure, fmt::format("topic '{}': {}", topic, explain(*fault)));
    } else if (!outcome.json) {
      const std::string name = for_terminal(topic);
      const std::string& done = outcome.dry_run ? outcome.planned : outcome.done;
      fmt::print("{}\n", missing ? name + " does not exist" : done + ' ' + name);
    }
  }
  if (outcome.json) print_json(list);
  return exit_code;
}

}  // namespace kelp::cli
