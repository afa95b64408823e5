// What a description of configurations says, as tables and JSON.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/config_queries.h"
#include "cli/table.h"

namespace kelp::cli {

/// Whether somebody set it: its value is not the one that the software came with.
bool is_set(const ConfigEntry& entry);

/// What the value would be if nobody had set it; nothing where the cluster does not say.
std::optional<std::string> default_of(const ConfigEntry& entry);

/// For a table: `(hidden)` for a secret, `""` for an empty value; "" for none.
std::string value_text(const ConfigEntry& entry, const std::optional<std::string>& value);

Table configs_table(bool verbose);
void add_configs(Table& table, const ConfigResource& resource,
                 const std::vector<ConfigEntry>& entries, bool verbose);

/// `[{"key", "value", "source", …}]`; a secret's values are null.
boost::json::array configs_json(const std::vector<ConfigEntry>& entries, bool verbose);
boost::json::object resource_json(const ConfigResource& resource);

}  // namespace kelp::cli
