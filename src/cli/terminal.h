// What others wrote, made safe for a person's terminal: names, ids and metadata of groups come from
// the network, and a terminal obeys control characters.
#pragma once

#include <string>
#include <string_view>

namespace kelp::cli {

/// Control characters, those that reorder text, and backslashes as escapes (`\n`, `\x1b`,
/// `\u202e`); bytes that are not UTF-8 as U+FFFD.
std::string for_terminal(std::string_view untrusted);

/// JSON that says the same in characters that are harmless to print.
std::string json_for_terminal(std::string_view json);

/// Columns that the text takes, about: its characters. `text` is UTF-8.
size_t width_of(std::string_view text);

}  // namespace kelp::cli
