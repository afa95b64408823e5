#include "cli/topic_spec.h"

#include <fmt/format.h>

#include <charconv>

namespace kelp::cli {
namespace {

template <class Number>
Result<Number> parse_number(std::string_view text, std::string_view noun) {
  Number number = 0;
  const auto [end, fault] = std::from_chars(text.begin(), text.end(), number);
  if (fault != std::errc() || end != text.end() || number < 0) {
    return fail(ErrorKind::invalid, fmt::format("'{}' is no {}", text, noun));
  }
  return number;
}

}  // namespace

Result<int32_t> parse_partition(std::string_view text) {
  return parse_number<int32_t>(text, "number of a partition");
}

Result<int64_t> parse_offset(std::string_view text) {
  return parse_number<int64_t>(text, "offset");
}

Result<TopicSpec> parse_topic_spec(std::string_view text) {
  TopicSpec spec;
  const size_t colon = text.find(':');
  spec.topic = text.substr(0, colon);
  if (spec.topic.empty()) {
    return fail(ErrorKind::invalid, fmt::format("'{}' names no topic", text));
  }
  if (colon == text.npos) return spec;
  std::string_view rest = text.substr(colon + 1);
  for (bool more = true; more;) {
    const size_t comma = rest.find(',');
    const auto partition = parse_partition(rest.substr(0, comma));
    if (!partition.has_value()) {
      return fail(ErrorKind::invalid,
                  fmt::format("{}: {}; write TOPIC or TOPIC:0,1", text, partition.error().what));
    }
    spec.partitions.insert(*partition);
    more = comma != rest.npos;
    if (more) rest.remove_prefix(comma + 1);
  }
  return spec;
}

Result<std::vector<TopicSpec>> parse_topic_specs(const std::vector<std::string>& texts) {
  std::vector<TopicSpec> specs;
  for (const std::string& text : texts) {
    auto spec = parse_topic_spec(text);
    if (!spec.has_value()) return std::unexpected(std::move(spec.error()));
    specs.push_back(*std::move(spec));
  }
  return specs;
}

}  // namespace kelp::cli
