// The table of configuration keys for people: `kelp --help-config` and docs/configuration.md.
#pragma once

#include <string>

namespace kelp::config {

/// Plain text, at most 100 columns.
std::string help_config();

/// The whole of docs/configuration.md; help_test fails when the file is stale.
std::string configuration_markdown();

}  // namespace kelp::config
