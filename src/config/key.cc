#include "config/key.h"

#include <algorithm>
#include <string>
#include <vector>

#include "config/key_table.h"
#include "config/table/families.h"

namespace kelp::config {
namespace {

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool equal_in_any_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = to_lower(a[i - 1]) == to_lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

/// Names longer than this are nobody's typing error; bounds the work of a look for near names.
constexpr size_t kLongestName = 100;

}  // namespace

std::string_view name_of(Type type) {
  switch (type) {
    case Type::boolean:
      return "BOOLEAN";
    case Type::string:
      return "STRING";
    case Type::int32:
      return "INT";
    case Type::int16:
      return "SHORT";
    case Type::int64:
      return "LONG";
    case Type::float64:
      return "DOUBLE";
    case Type::list:
      return "LIST";
    case Type::class_name:
      return "CLASS";
    case Type::password:
      return "PASSWORD";
  }
  return "UNKNOWN";
}

std::string_view name_of(Effect effect) {
  switch (effect) {
    case Effect::honoured:
      return "honoured";
    case Effect::accepted:
      return "no effect";
    case Effect::refused:
      return "refused";
  }
  return "unknown";
}

std::span<const Key> keys(Scope scope) {
  switch (scope) {
    case Scope::topic:
      return table::kTopicTable;
    case Scope::broker:
      return table::kBrokerTable;
    case Scope::group:
      return table::kGroupTable;
    case Scope::client_metrics:
      return table::kClientMetricsTable;
  }
  return {};
}

const Key* find_key(Scope scope, std::string_view name) {
  return table::find_in(keys(scope), name);
}

const Key* find_key_of_any_case(Scope scope, std::string_view name) {
  const auto all = keys(scope);
  const auto at = std::ranges::find_if(
      all, [name](const Key& key) { return equal_in_any_case(key.name, name); });
  return at == all.end() ? nullptr : &*at;
}

const Key* nearest_key(Scope scope, std::string_view name) {
  if (name.size() > kLongestName) return nullptr;
  const Key* nearest = nullptr;
  size_t fewest = std::max<size_t>(2, name.size() / 4) + 1;  // further away is no suggestion
  for (const Key& key : keys(scope)) {
    // At least so many edits: spares most comparisons, of which a garbage file asks many.
    const size_t least =
        std::max(name.size(), key.name.size()) - std::min(name.size(), key.name.size());
    if (least >= fewest) continue;
    const size_t edits = edits_between(name, key.name);
    if (edits < fewest) {
      fewest = edits;
      nearest = &key;
    }
  }
  return nearest;
}

const Family* find_family(std::string_view name) {
  for (const Family& family : table::kFamilies) {
    if (name.starts_with(family.prefix) && name.size() > family.prefix.size()) return &family;
  }
  return nullptr;
}

std::span<const Family> families() { return table::kFamilies; }

std::span<const Feature> features() { return table::kFeatures; }

const Feature* find_feature(std::string_view name) {
  for (const Feature& feature : table::kFeatures) {
    if (feature.name == name) return &feature;
  }
  return nullptr;
}

}  // namespace kelp::config
