// `kelp config describe`.
#include <fmt/format.h>

#include <algorithm>

#include "cli/config_options.h"
#include "cli/config_queries.h"
#include "cli/config_report.h"
#include "cli/json_print.h"

namespace kelp::cli {
namespace {

using Found = std::map<ConfigResource, std::vector<ConfigEntry>>;

/// Takes what has its default out; how many.
size_t remove_defaults(Found& found) {
  size_t count = 0;
  for (auto& [resource, entries] : found) {
    count += std::erase_if(entries, [](const ConfigEntry& entry) { return !is_set(entry); });
  }
  return count;
}

void print_all(const DescribedConfigs& described, const std::set<ConfigResource>& resources,
               bool verbose) {
  boost::json::array list;
  for (const ConfigResource& resource : resources) {
    boost::json::object each = resource_json(resource);
    const auto found = described.found.find(resource);
    if (found != described.found.end()) each["configs"] = configs_json(found->second, verbose);
    const auto fault = described.faults.find(resource);
    each["error"] = error_json(fault == described.faults.end() ? nullptr : &fault->second);
    list.push_back(std::move(each));
  }
  print_json(list);
}

void print_table(const Found& found, bool verbose) {
  Table table = configs_table(verbose);
  for (const auto& [resource, entries] : found) add_configs(table, resource, entries, verbose);
  if (!table.empty()) fmt::print("{}", table.text());
}

/// What a table does not say.
void print_remark(const DescribedConfigs& described, size_t hidden) {
  if (hidden > 0) {
    fmt::print(stderr, "{} keys have their defaults: --all shows them.\n", hidden);
  } else if (std::ranges::all_of(described.found,
                                 [](const auto& each) { return each.second.empty(); }) &&
             described.faults.empty()) {
    fmt::print(stderr, "Nothing is set.\n");
  }
}

/// A key that was asked for and that no resource has: brokers leave it out without a word.
int complain_about_keys(const ConfigDescribeOptions& options, const Found& found) {
  int exit_code = 0;
  for (const std::string& key : options.keys) {
    for (const auto& [resource, entries] : found) {
      if (std::ranges::find(entries, key, &ConfigEntry::name) != entries.end()) continue;
      exit_code = complain(kFailure, fmt::format("{} has no key '{}'", resource.text(), key));
    }
  }
  return exit_code;
}

}  // namespace

int describe_configs(const ConfigDescribeOptions& options) {
  auto resources = parse_resources(options.resources);
  if (!resources.has_value()) return complain(resources.error());
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  ConfigQuestion question;
  question.resources = *resources;
  question.keys = options.keys;
  question.synonyms = true;
  question.documentation = options.verbose && options.cluster.json;
  auto described = describe_configs(*cluster, question);
  if (!described.has_value()) return complain(described.error());
  int exit_code = complain_about_keys(options, described->found);
  size_t hidden = 0;
  if (!options.all && options.keys.empty()) hidden = remove_defaults(described->found);
  if (options.cluster.json) {
    print_all(*described, *resources, options.verbose);
  } else {
    print_table(described->found, options.verbose);
    if (options.keys.empty()) print_remark(*described, hidden);
  }
  for (const auto& [resource, fault] : described->faults) {
    exit_code = complain(kFailure, fmt::format("{}: {}", resource.text(), explain(fault)));
  }
  return exit_code;
}

}  // namespace kelp::cli
