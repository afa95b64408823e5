#include "cli/consume_plan.h"

#include <fmt/format.h>

#include "cli/group_queries.h"
#include "cli/named_partitions.h"
#include "cli/terminal.h"
#include "cli/time_text.h"

namespace kelp::cli {
namespace {

using client::Isolation;
using client::TopicPartition;
using Found = std::map<TopicPartition, client::FoundOffset>;

Result<Found> find_all(client::Cluster& cluster, const Offsets& of, int64_t time_ms,
                       Isolation isolation) {
  Offsets wanted;
  for (const auto& [at, offset] : of) wanted[at] = time_ms;
  auto found = cluster.find_offsets(wanted, isolation);
  if (!found.has_value()) return found;
  for (const auto& [at, offset] : *found) {
    if (offset.error == ErrorCode::none) continue;
    return fail(ErrorKind::not_found,
                fmt::format("{}:{}: {}", at.topic, at.partition, explain(offset.error)));
  }
  return found;
}

Result<Isolation> parse_isolation(std::string_view name) {
  if (name == "read_uncommitted") return Isolation::read_uncommitted;
  if (name == "read_committed") return Isolation::read_committed;
  return fail(ErrorKind::invalid,
              fmt::format("'{}' is neither read_uncommitted nor read_committed", name));
}

/// Where the group has offsets, they go before --from.
Result<void> take_committed(client::Cluster& cluster, const std::string& group,
                            Offsets& positions) {
  auto committed = committed_offsets(cluster, {group});
  if (!committed.has_value()) return std::unexpected(std::move(committed.error()));
  for (const auto& [name, fault] : committed->faults) {
    if (fault.code == ErrorCode::group_id_not_found) continue;
    return fail(ErrorKind::conflict, fmt::format("group '{}': {}", group, explain(fault)));
  }
  for (const auto& [at, offset] : committed->found[group]) {
    const auto position = positions.find(at);
    if (position != positions.end()) position->second = offset.offset;
  }
  return {};
}

/// An offset that was asked for by number and is not there: said, as the record printed first will
/// be another one.
void tell_of_nearest(const PlaceInLog& place, const Offsets& positions) {
  if (place.kind != PlaceInLog::Kind::offset) return;
  for (const auto& [at, offset] : positions) {
    if (offset == place.value) continue;
    fmt::print(stderr, "{}:{} has no offset {}: {} is its nearest end.\n", for_terminal(at.topic),
               at.partition, place.value, offset);
  }
}

}  // namespace

Result<Offsets> find_places(client::Cluster& cluster, const Offsets& of, const PlaceInLog& place,
                            Isolation isolation) {
  const auto beginnings = find_all(cluster, of, client::kEarliest, isolation);
  if (!beginnings.has_value()) return std::unexpected(beginnings.error());
  const auto ends = find_all(cluster, of, client::kLatest, isolation);
  if (!ends.has_value()) return std::unexpected(ends.error());
  Found at_time;
  if (place.kind == PlaceInLog::Kind::time) {
    auto found = find_all(cluster, of, place.value, isolation);
    if (!found.has_value()) return std::unexpected(std::move(found.error()));
    at_time = *std::move(found);
  }
  Offsets places;
  for (const auto& [at, ignored] : of) {
    LogBounds bounds{beginnings->at(at).offset, ends->at(at).offset, std::nullopt};
    // -1: no record is as late.
    const auto found = at_time.find(at);
    if (found != at_time.end() && found->second.offset >= 0) bounds.at_time = found->second.offset;
    places[at] = offset_of(place, bounds);
  }
  return places;
}

Result<ConsumeRequest> parse_request(const ConsumeOptions& options) {
  ConsumeRequest request;
  const int64_t now = now_ms();
  for (const std::string& topic : options.topics) {
    auto spec = parse_topic_spec(topic);
    if (!spec.has_value()) return std::unexpected(std::move(spec.error()));
    request.topics.push_back(*std::move(spec));
  }
  const auto from = parse_place(options.from, now);
  if (!from.has_value()) return std::unexpected(from.error());
  request.from = *from;
  if (!options.until.empty() || options.exit_at_end) {
    const auto until = parse_place(options.exit_at_end ? "end" : options.until, now);
    if (!until.has_value()) return std::unexpected(until.error());
    request.until = *until;
  }
  const auto isolation = parse_isolation(options.isolation);
  if (!isolation.has_value()) return std::unexpected(isolation.error());
  request.isolation = *isolation;
  request.group = options.group;
  return request;
}

Result<ConsumePlan> plan_consumption(client::Cluster& cluster, const ConsumeRequest& request) {
  const auto named = partitions_of(cluster, request.topics);
  if (!named.has_value()) return std::unexpected(named.error());
  Offsets partitions;
  for (const TopicPartition& at : *named) partitions[at] = 0;
  ConsumePlan plan;
  plan.isolation = request.isolation;
  auto positions = find_places(cluster, partitions, request.from, plan.isolation);
  if (!positions.has_value()) return std::unexpected(std::move(positions.error()));
  plan.positions = *std::move(positions);
  tell_of_nearest(request.from, plan.positions);
  if (!request.group.empty()) {
    auto taken = take_committed(cluster, request.group, plan.positions);
    if (!taken.has_value()) return std::unexpected(std::move(taken.error()));
  }
  if (!request.until.has_value()) return plan;
  const PlaceInLog& until = *request.until;
  if (until.kind == PlaceInLog::Kind::time && until.value > now_ms()) {
    plan.end_time_ms = until.value;
  } else if (until.kind == PlaceInLog::Kind::offset) {
    // It may be still to come.
    for (const auto& [at, position] : plan.positions) plan.ends[at] = until.value;
  } else {
    auto ends = find_places(cluster, plan.positions, until, plan.isolation);
    if (!ends.has_value()) return std::unexpected(std::move(ends.error()));
    plan.ends = *std::move(ends);
    plan.ends_are_there = true;
  }
  return plan;
}

}  // namespace kelp::cli
