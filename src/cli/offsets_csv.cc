#include "cli/offsets_csv.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "cli/topic_spec.h"

namespace kelp::cli {
namespace {

/// A cell may stand in quotes, with "" for a quote. Nothing for quotes that do not end.
std::optional<std::vector<std::string>> cells_of(std::string_view line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && line.substr(i + 1).starts_with('"')) {
      cells.back() += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  if (quoted) return std::nullopt;
  return cells;
}

}  // namespace

Result<std::map<client::TopicPartition, int64_t>> parse_offsets_csv(std::string_view text,
                                                                    std::string_view group) {
  std::map<client::TopicPartition, int64_t> offsets;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const auto wrong = [number](std::string_view why) {
      return fail(ErrorKind::invalid, fmt::format("line {}: {}", number, why));
    };
    auto cells = cells_of(line);
    if (!cells.has_value()) return wrong("a quote does not end");
    if (cells->size() == 4) {
      if (cells->front() != group) continue;
      cells->erase(cells->begin());
    }
    if (cells->size() != 3) return wrong("not topic,partition,offset");
    const auto partition = parse_partition(cells->at(1));
    if (!partition.has_value()) return wrong(partition.error().what);
    const auto offset = parse_offset(cells->at(2));
    if (!offset.has_value()) return wrong(offset.error().what);
    offsets[client::TopicPartition{cells->front(), *partition}] = *offset;
  }
  if (offsets.empty()) {
    return fail(ErrorKind::invalid, fmt::format("no line is about group '{}'", group));
  }
  return offsets;
}

std::string offsets_csv(const std::map<client::TopicPartition, int64_t>& offsets) {
  // Names of topics need no quotes.
  std::string text;
  for (const auto& [at, offset] : offsets) {
    text += fmt::format("{},{},{}\n", at.topic, at.partition, offset);
  }
  return text;
}

}  // namespace kelp::cli
