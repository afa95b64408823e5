#include "cli/config_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "cli/json_print.h"

namespace kelp::cli {
namespace {

using Synonym = wire::DescribeConfigsResponse::DescribeConfigsSynonym;

/// Of a key whose name ends with a unit of time; nothing for others.
std::optional<int64_t> unit_ms(std::string_view key) {
  constexpr std::pair<std::string_view, int64_t> kUnits[] = {
      {".ms", 1}, {".seconds", 1000}, {".minutes", 60'000}, {".hours", 3'600'000}};
  for (const auto& [suffix, milliseconds] : kUnits) {
    if (key.ends_with(suffix)) return milliseconds;
  }
  return std::nullopt;
}

/// What a synonym would mean for the key: `log.retention.hours=168` is 604800000 of retention.ms.
std::string in_unit_of(std::string_view key, std::string_view synonym, const std::string& value) {
  const auto from = unit_ms(synonym), to = unit_ms(key);
  int64_t number = 0;
  const char* end = value.data() + value.size();
  if (!from || !to || *from == *to || std::from_chars(value.data(), end, number).ptr != end) {
    return value;
  }
  int64_t milliseconds = 0;
  // Negative ones are no times but words: without end.
  if (number < 0 || __builtin_mul_overflow(number, *from, &milliseconds)) return value;
  return std::to_string(milliseconds / *to);
}

/// `topic retention.ms=1000, default log.retention.hours=168`: the first is in use.
std::string synonyms_text(const ConfigEntry& entry) {
  std::string text;
  for (const Synonym& synonym : entry.synonyms) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {}={}", source_name(synonym.source), synonym.name,
                        value_text(entry, synonym.value));
  }
  return text;
}

boost::json::value value_json(const ConfigEntry& entry, const std::optional<std::string>& value) {
  if (entry.is_sensitive) return nullptr;
  return or_null(value);
}

boost::json::array synonyms_json(const ConfigEntry& entry) {
  boost::json::array list;
  for (const Synonym& synonym : entry.synonyms) {
    list.push_back(boost::json::object{{"key", synonym.name},
                                       {"value", value_json(entry, synonym.value)},
                                       {"source", source_name(synonym.source)}});
  }
  return list;
}

}  // namespace

bool is_set(const ConfigEntry& entry) { return entry.config_source != kDefaultSource; }

std::optional<std::string> default_of(const ConfigEntry& entry) {
  if (!is_set(entry)) return entry.value;
  const auto found = std::ranges::find(entry.synonyms, kDefaultSource, &Synonym::source);
  if (found == entry.synonyms.end() || !found->value.has_value()) return std::nullopt;
  return in_unit_of(entry.name, found->name, *found->value);
}

std::string value_text(const ConfigEntry& entry, const std::optional<std::string>& value) {
  if (entry.is_sensitive) return "(hidden)";
  if (!value.has_value()) return "";
  return value->empty() ? "\"\"" : *value;
}

Table configs_table(bool verbose) {
  std::vector<std::string> heads{"RESOURCE", "NAME", "KEY", "VALUE", "SOURCE", "DEFAULT"};
  if (verbose) heads.insert(heads.end(), {"TYPE", "READ-ONLY", "SYNONYMS"});
  return Table(std::move(heads));
}

void add_configs(Table& table, const ConfigResource& resource,
                 const std::vector<ConfigEntry>& entries, bool verbose) {
  for (const ConfigEntry& entry : entries) {
    const auto standard = default_of(entry);
    std::vector<std::string> cells{std::string(name_of(resource.type)),
                                   resource.name,
                                   entry.name,
                                   value_text(entry, entry.value),
                                   std::string(source_name(entry.config_source)),
                                   standard.has_value() ? value_text(entry, standard) : ""};
    if (verbose) {
      cells.insert(cells.end(), {std::string(type_name(entry.config_type)),
                                 entry.read_only ? "yes" : "no", synonyms_text(entry)});
    }
    table.add(cells);
  }
}

boost::json::array configs_json(const std::vector<ConfigEntry>& entries, bool verbose) {
  boost::json::array list;
  for (const ConfigEntry& entry : entries) {
    boost::json::object each{{"key", entry.name},
                             {"value", value_json(entry, entry.value)},
                             {"source", source_name(entry.config_source)},
                             {"default", value_json(entry, default_of(entry))},
                             {"type", type_name(entry.config_type)},
                             {"read_only", entry.read_only},
                             {"sensitive", entry.is_sensitive}};
    if (verbose) {
      each["synonyms"] = synonyms_json(entry);
      each["documentation"] = or_null(entry.documentation);
    }
    list.push_back(std::move(each));
  }
  return list;
}

boost::json::object resource_json(const ConfigResource& resource) {
  return boost::json::object{{"resource", name_of(resource.type)}, {"name", resource.name}};
}

}  // namespace kelp::cli
