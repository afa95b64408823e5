// Changes of configurations as a person writes them: --set KEY=VALUE, --delete KEY, …
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/config_queries.h"

namespace CLI {
class App;
}

namespace kelp::cli {

struct ConfigChangeOptions {
  std::vector<std::string> set;
  std::vector<std::string> remove;
  std::vector<std::string> append;
  std::vector<std::string> subtract;
};

void add_change_options(CLI::App& command, ConfigChangeOptions& options);

/// `KEY=VALUE`; the value may be empty and may have `=` in it. Errors: invalid.
Result<ConfigChange> parse_assignment(const std::string& text, ConfigOperation operation);

/// In the order set, delete, append, subtract. Errors: invalid; also for a key that is changed
/// twice, which Kafka refuses.
Result<std::vector<ConfigChange>> parse_changes(const ConfigChangeOptions& options);

}  // namespace kelp::cli
