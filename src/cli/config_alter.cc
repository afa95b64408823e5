// `kelp config alter`.
#include <fmt/format.h>

#include "cli/config_options.h"
#include "cli/config_report.h"
#include "cli/json_print.h"
#include "cli/terminal.h"

namespace kelp::cli {

int alter_configs(const ConfigAlterOptions& options) {
  const auto resources = parse_resources(options.resources);
  if (!resources.has_value()) return complain(resources.error());
  const auto changes = parse_changes(options.changes);
  if (!changes.has_value()) return complain(changes.error());
  if (changes->empty()) {
    return complain(kUsage, "what is to change? Give --set, --delete, --append or --subtract");
  }
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  const auto faults = alter_configs(*cluster, *resources, *changes,
                                    options.dry_run ? ApplyMode::validate_only : ApplyMode::apply);
  if (!faults.has_value()) return complain(faults.error());
  boost::json::array list;
  for (const ConfigResource& resource : *resources) {
    const auto found = faults->find(resource);
    const client::Fault* fault = found == faults->end() ? nullptr : &found->second;
    boost::json::object each = resource_json(resource);
    each["altered"] = fault == nullptr && !options.dry_run;
    each["error"] = error_json(fault);
    list.push_back(std::move(each));
    if (fault != nullptr) {
      complain(kFailure, fmt::format("{}: {}", resource.text(), explain(*fault)));
    } else if (!options.cluster.json) {
      fmt::print("{} {}\n", options.dry_run ? "would alter" : "altered",
                 for_terminal(resource.text()));
    }
  }
  if (options.cluster.json) print_json(list);
  return faults->empty() ? 0 : kFailure;
}

}  // namespace kelp::cli
