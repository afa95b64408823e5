#include "base/error_code.h"

#include <algorithm>
#include <array>
#include <string>

namespace kelp {
namespace {

struct Row {
  ErrorCode code;
  std::string_view name;
  bool retriable;
};

constexpr std::array kRows{
#define KELP_ROW(number, name, retriable) Row{ErrorCode::name, #name, retriable},
    KELP_ERROR_CODES(KELP_ROW)
#undef KELP_ROW
};
static_assert(std::ranges::is_sorted(kRows, {}, &Row::code));

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

const Row* row_of(ErrorCode code) {
  const auto* row = std::ranges::lower_bound(kRows, code, {}, &Row::code);
  return row != kRows.end() && row->code == code ? row : nullptr;
}

}  // namespace

std::string_view name_of(ErrorCode code) {
  static const auto names = [] {
    std::array<std::string, kRows.size()> all;
    std::ranges::transform(kRows, all.begin(), [](const Row& row) { return upper(row.name); });
    return all;
  }();
  const Row* row = row_of(code);
  return row == nullptr ? "UNKNOWN" : std::string_view(names[row - kRows.data()]);
}

bool is_retriable(ErrorCode code) {
  const Row* row = row_of(code);
  return row != nullptr && row->retriable;
}

}  // namespace kelp
