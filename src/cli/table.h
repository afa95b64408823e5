// A table for people: columns as wide as their widest cell, two spaces between them, "-" for a cell
// without a value. Cells are made safe for a terminal.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kelp::cli {

class Table {
 public:
  explicit Table(std::vector<std::string> heads) : columns_(heads.size()) { add(heads); }

  /// As many cells as there are heads.
  void add(const std::vector<std::string>& cells);
  /// Whether there is nothing but the heads.
  bool empty() const { return rows_.size() == 1; }
  /// A line for each row; no spaces at the ends of lines.
  std::string text() const;

 private:
  size_t columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// "" (shown as "-") for nothing.
template <class Number>
std::string cell(const std::optional<Number>& number) {
  return number.has_value() ? std::to_string(*number) : std::string();
}

}  // namespace kelp::cli
