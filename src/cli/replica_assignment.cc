#include "cli/replica_assignment.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace kelp::cli {
namespace {

Result<std::vector<int32_t>> parse_replicas(std::string_view text) {
  std::vector<int32_t> replicas;
  for (bool more = true; more;) {
    const size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    int32_t id = 0;
    const auto [end, fault] = std::from_chars(part.begin(), part.end(), id);
    if (fault != std::errc() || end != part.end() || id < 0) {
      return fail(ErrorKind::invalid, fmt::format("'{}' is no id of a broker", part));
    }
    if (std::ranges::find(replicas, id) != replicas.end()) {
      return fail(ErrorKind::invalid, fmt::format("broker {} stands twice for a partition", id));
    }
    replicas.push_back(id);
    more = colon != text.npos;
    if (more) text.remove_prefix(colon + 1);
  }
  return replicas;
}

}  // namespace

Result<ReplicaAssignment> parse_replica_assignment(std::string_view text) {
  ReplicaAssignment assignment;
  for (bool more = true; more;) {
    const size_t comma = text.find(',');
    auto replicas = parse_replicas(text.substr(0, comma));
    if (!replicas.has_value()) {
      replicas.error().what += "; write the brokers of each partition as 1:2,2:3";
      return std::unexpected(std::move(replicas.error()));
    }
    assignment.push_back(*std::move(replicas));
    if (assignment.back().size() != assignment.front().size()) {
      return fail(ErrorKind::invalid, "every partition needs as many replicas as the first");
    }
    more = comma != text.npos;
    if (more) text.remove_prefix(comma + 1);
  }
  return assignment;
}

}  // namespace kelp::cli
