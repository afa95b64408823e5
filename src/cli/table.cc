#include "cli/table.h"

#include <algorithm>

#include "base/assert.h"
#include "cli/terminal.h"

namespace kelp::cli {

void Table::add(const std::vector<std::string>& cells) {
  KELP_ASSERT(cells.size() == columns_, cells.size(), columns_);
  auto& row = rows_.emplace_back();
  for (const std::string& text : cells) row.push_back(text.empty() ? "-" : for_terminal(text));
}

std::string Table::text() const {
  std::vector<size_t> widths(columns_, 0);
  for (const auto& row : rows_) {
    for (size_t i = 0; i < columns_; ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (const auto& row : rows_) {
    for (size_t i = 0; i < columns_; ++i) {
      text += row[i];
      if (i + 1 < columns_) text.append(widths[i] - width_of(row[i]) + 2, ' ');
    }
    text += '\n';
  }
  return text;
}

}  // namespace kelp::cli
