#include "cli/config_change.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <set>

namespace kelp::cli {

void add_change_options(CLI::App& command, ConfigChangeOptions& options) {
  const auto add = [&command](const char* name, std::vector<std::string>& values,
                              const char* type_name, const char* description) {
    command.add_option(name, values, description)->type_name(type_name)->allow_extra_args(false);
  };
  add("--set", options.set, "KEY=VALUE", "Give a key a value; may repeat");
  add("--delete", options.remove, "KEY", "Give a key back to its default; may repeat");
  add("--append", options.append, "KEY=VALUE[,…]", "Add elements to a key's list; may repeat");
  add("--subtract", options.subtract, "KEY=VALUE[,…]",
      "Take elements from a key's list; may repeat");
}

Result<ConfigChange> parse_assignment(const std::string& text, ConfigOperation operation) {
  const size_t equals = text.find('=');
  if (equals == text.npos || equals == 0) {
    return fail(ErrorKind::invalid, fmt::format("'{}' is no KEY=VALUE", text));
  }
  return ConfigChange{text.substr(0, equals), operation, text.substr(equals + 1)};
}

Result<std::vector<ConfigChange>> parse_changes(const ConfigChangeOptions& options) {
  std::vector<ConfigChange> changes;
  std::set<std::string> keys;
  const auto add = [&](ConfigChange change) -> Result<void> {
    if (!keys.insert(change.key).second) {
      return fail(ErrorKind::invalid, fmt::format("{} is changed twice", change.key));
    }
    changes.push_back(std::move(change));
    return {};
  };
  const auto add_assignments = [&add](const std::vector<std::string>& texts,
                                      ConfigOperation operation) -> Result<void> {
    for (const std::string& text : texts) {
      auto change = parse_assignment(text, operation);
      if (!change.has_value()) return std::unexpected(std::move(change.error()));
      if (auto done = add(*std::move(change)); !done.has_value()) return done;
    }
    return {};
  };
  auto done = add_assignments(options.set, ConfigOperation::set);
  for (const std::string& key : options.remove) {
    if (done.has_value()) done = add({key, ConfigOperation::remove, ""});
  }
  if (done.has_value()) done = add_assignments(options.append, ConfigOperation::append);
  if (done.has_value()) done = add_assignments(options.subtract, ConfigOperation::subtract);
  if (!done.has_value()) return std::unexpected(std::move(done.error()));
  return changes;
}

}  // namespace kelp::cli
