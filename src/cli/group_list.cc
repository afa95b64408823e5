// `kelp group list`.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cctype>

#include "cli/group_options.h"
#include "cli/group_queries.h"
#include "cli/json_print.h"
#include "cli/table.h"

namespace kelp::cli {
namespace {

constexpr std::array<std::string_view, 8> kStates{
    "stable",    "empty",       "preparingrebalance", "completingrebalance",
    "assigning", "reconciling", "notready",           "dead"};
constexpr std::array<std::string_view, 4> kTypes{"classic", "consumer", "share", "streams"};

/// Lower case, without dashes: `Preparing-Rebalance` is PreparingRebalance.
std::string plain(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c != '-') text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

/// Errors: invalid, for a name that is not among those `known`.
Result<std::vector<std::string>> parse_names(const std::vector<std::string>& names,
                                             std::span<const std::string_view> known,
                                             std::string_view noun) {
  std::vector<std::string> parsed;
  for (const std::string& name : names) {
    parsed.push_back(plain(name));
    if (std::ranges::find(known, parsed.back()) == known.end()) {
      return fail(ErrorKind::invalid, fmt::format("'{}' is no {} of groups", name, noun));
    }
  }
  return parsed;
}

bool among(const std::vector<std::string>& wanted, std::string_view name) {
  return wanted.empty() || std::ranges::find(wanted, plain(name)) != wanted.end();
}

void print(const std::vector<ListedGroup>& groups, bool json) {
  if (json) {
    boost::json::array list;
    for (const ListedGroup& group : groups) {
      list.push_back(boost::json::object{{"group", group.group},
                                         {"type", group.type},
                                         {"protocol_type", group.protocol_type},
                                         {"state", group.state}});
    }
    print_json(list);
    return;
  }
  Table table({"GROUP", "TYPE", "PROTOCOL-TYPE", "STATE"});
  for (const ListedGroup& group : groups) {
    table.add({group.group, group.type, group.protocol_type, group.state});
  }
  fmt::print("{}", table.text());
}

}  // namespace

int list_groups(const GroupListOptions& options) {
  const auto states = parse_names(options.states, kStates, "state");
  if (!states.has_value()) return complain(states.error());
  const auto types = parse_names(options.types, kTypes, "type");
  if (!types.has_value()) return complain(types.error());
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  auto groups = list_groups(*cluster);
  if (!groups.has_value()) return complain(groups.error());
  // Filtered here: brokers before ListGroups 4 and 5 cannot.
  std::erase_if(*groups, [&](const ListedGroup& group) {
    return !among(*states, group.state) || !among(*types, group.type);
  });
  print(*groups, options.cluster.json);
  return 0;
}

}  // namespace kelp::cli
