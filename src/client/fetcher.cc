#include "client/fetcher.h"

#include <fmt/format.h>

#include <algorithm>

namespace kelp::client {
namespace {

/// Of one answer; the first batch may be larger.
constexpr int32_t kAnswerBytes = 16 << 20;
constexpr int32_t kPartitionBytes = 1 << 20;
/// How long a leader without news holds the request.
constexpr std::chrono::milliseconds kMaxWait{500};
/// Between looks for a leader, doubled up to the longest.
constexpr std::chrono::milliseconds kFirstPause{50};
constexpr std::chrono::milliseconds kLongestPause{1000};
/// Later versions name topics by id, which adds a look-up and nothing else.
constexpr int16_t kLastWithNames = 12;
/// The first with batches of magic 2 and an isolation level.
constexpr int16_t kFirstWithIsolation = 4;

std::set<std::string> topics_of(const std::map<TopicPartition, int64_t>& positions) {
  std::set<std::string> topics;
  for (const auto& [at, position] : positions) topics.insert(at.topic);
  return topics;
}

std::string name_for(const TopicPartition& at) {
  return fmt::format("{}:{}", at.topic, at.partition);
}

}  // namespace

Fetcher::Fetcher(Cluster& cluster, const std::map<TopicPartition, int64_t>& positions,
                 Isolation isolation)
    : cluster_(&cluster),
      isolation_(isolation),
      leaders_(cluster, topics_of(positions), Creation::never),
      pause_(kFirstPause) {
  for (const auto& [at, position] : positions) places_[at].position = position;
}

void Fetcher::set_position(const TopicPartition& at, int64_t position) {
  const auto place = places_.find(at);
  if (place != places_.end()) place->second.position = position;
}

void Fetcher::failed(const TopicPartition& at, std::string fault) {
  const auto place = places_.find(at);
  leaders_are_stale_ = true;
  if (place == places_.end()) return;
  if (!place->second.failing.has_value()) place->second.failing = cluster_->deadline();
  place->second.fault = std::move(fault);
}

void Fetcher::lost(const Asked& asked, const Error& error) {
  for (const auto& [at, position] : asked.positions) failed(at, words_of(error));
}

/// Errors: a partition that has been without a leader for too long.
Result<void> Fetcher::look_for_leaders() {
  if (!leaders_are_stale_ || Clock::now() < look_again_) return {};
  const auto looked = leaders_.refresh();
  look_again_ = Clock::now() + pause_;
  pause_ = std::min(pause_ * 2, kLongestPause);
  leaders_are_stale_ = false;
  for (const auto& [at, place] : places_) {
    if (!looked.has_value()) {
      failed(at, words_of(looked.error()));
    } else if (leaders_.of(at) == nullptr) {
      const ErrorCode error = leaders_.error_of(at.topic);
      failed(at, std::string(
                     name_of(error == ErrorCode::none ? ErrorCode::leader_not_available : error)));
    }
    if (place.failing.has_value() && Clock::now() >= *place.failing) {
      return fail(ErrorKind::timed_out, fmt::format("{}: {}", name_for(at), place.fault));
    }
  }
  return {};
}

Result<void> Fetcher::ask_leaders() {
  std::map<int32_t, std::pair<Broker, std::vector<TopicPartition>>> by_leader;
  for (const auto& [at, place] : places_) {
    const Broker* leader = leaders_.of(at);
    // One that fails is asked again when its leader was looked for.
    if (leader == nullptr || asked_.contains(leader->id)) continue;
    if (place.failing.has_value() && leaders_are_stale_) continue;
    auto& [broker, partitions] = by_leader[leader->id];
    broker = *leader;
    partitions.push_back(at);
  }
  for (const auto& [id, each] : by_leader) {
    if (auto done = ask(each.first, each.second); !done.has_value()) return done;
  }
  ++rotation_;
  return {};
}

Result<Connection*> Fetcher::connection_to(const Broker& leader) {
  const auto found = connections_.find(leader.id);
  if (found != connections_.end()) {
    const bool usable = !found->second.broken() && found->second.address() == leader.address;
    if (usable) return &found->second;
    connections_.erase(found);
  }
  auto connection = cluster_->open_connection(leader, cluster_->deadline());
  if (!connection.has_value()) return std::unexpected(std::move(connection.error()));
  return &connections_.emplace(leader.id, *std::move(connection)).first->second;
}

Result<void> Fetcher::ask(const Broker& leader, const std::vector<TopicPartition>& partitions) {
  Asked asked;
  asked.deadline = cluster_->deadline() + kMaxWait;
  for (const TopicPartition& at : partitions) asked.positions[at] = places_[at].position;
  const auto connection = connection_to(leader);
  if (!connection.has_value()) {
    lost(asked, connection.error());
    return {};
  }
  const auto version = (*connection)->version_of<wire::FetchRequest>(kLastWithNames);
  if (!version.has_value()) return std::unexpected(version.error());
  if (*version < kFirstWithIsolation) {
    return fail(ErrorKind::unsupported, "the broker is older than Kafka 0.11");
  }
  asked.version = *version;
  wire::FetchRequest request;
  request.max_wait_ms = static_cast<int32_t>(kMaxWait.count());
  request.min_bytes = 1;
  request.max_bytes = kAnswerBytes;
  request.isolation_level = static_cast<int8_t>(isolation_);
  // Who comes first is answered first when there is more than fits: each in turn.
  std::map<std::string, std::vector<wire::FetchRequest::FetchPartition>> topics;
  for (size_t i = 0; i < partitions.size(); ++i) {
    const TopicPartition& at = partitions[(i + rotation_) % partitions.size()];
    auto& partition = topics[at.topic].emplace_back();
    partition.partition = at.partition;
    partition.fetch_offset = asked.positions[at];
    partition.partition_max_bytes = kPartitionBytes;
  }
  for (auto& [name, its_partitions] : topics) {
    auto& topic = request.topics.emplace_back();
    topic.topic = name;
    topic.partitions = std::move(its_partitions);
  }
  std::ranges::rotate(request.topics,
                      request.topics.begin() + static_cast<ptrdiff_t>(rotation_ % topics.size()));
  const auto sent = (*connection)->start(request, asked.version, cluster_->deadline());
  if (!sent.has_value()) {
    lost(asked, sent.error());
    return {};
  }
  asked_[leader.id] = std::move(asked);
  return {};
}

/// Whether the answer is one for the caller.
Result<bool> Fetcher::keep(const TopicPartition& at,
                           const wire::FetchResponse::PartitionData& data) {
  const auto place = places_.find(at);
  if (place == places_.end()) return false;
  const ErrorCode error = data.error_code;
  if (error == ErrorCode::none || error == ErrorCode::offset_out_of_range) {
    place->second.failing.reset();
    pause_ = kFirstPause;
    return true;
  }
  if (!is_retriable(error)) {
    return fail(ErrorKind::io, fmt::format("{}: {}", name_for(at), name_of(error)));
  }
  failed(at, std::string(name_of(error)));
  return false;
}

Result<std::vector<Fetched>> Fetcher::take(int32_t leader) {
  const Asked asked = std::move(asked_.at(leader));
  asked_.erase(leader);
  std::vector<Fetched> all;
  auto response =
      connections_.at(leader).finish<wire::FetchResponse>(asked.version, cluster_->deadline());
  if (!response.has_value()) {
    lost(asked, response.error());
    return all;
  }
  if (response->error_code != ErrorCode::none) {
    return fail(ErrorKind::io, fmt::format("broker {} answers no fetch: {}", leader,
                                           name_of(response->error_code)));
  }
  for (auto& topic : response->responses) {
    for (auto& data : topic.partitions) {
      const TopicPartition at{topic.topic, data.partition_index};
      const auto position = asked.positions.find(at);
      if (position == asked.positions.end()) continue;
      const auto kept = keep(at, data);
      if (!kept.has_value()) return std::unexpected(kept.error());
      if (*kept) all.push_back(Fetched{at, position->second, std::move(data)});
    }
  }
  return all;
}

Result<std::vector<Fetched>> Fetcher::next(std::span<const int> others, Deadline until) {
  if (auto looked = look_for_leaders(); !looked.has_value()) {
    return std::unexpected(std::move(looked.error()));
  }
  if (auto asked = ask_leaders(); !asked.has_value()) {
    return std::unexpected(std::move(asked.error()));
  }
  std::vector<int32_t> leaders;
  std::vector<Connection*> connections;
  for (auto& [leader, asked] : asked_) {
    leaders.push_back(leader);
    connections.push_back(&connections_.at(leader));
    until = std::min(until, asked.deadline);
  }
  if (leaders_are_stale_) until = std::min(until, look_again_);
  const std::vector<bool> ready = await_any(connections, others, until);
  for (size_t i = 0; i < ready.size(); ++i) {
    if (ready[i]) return take(leaders[i]);
  }
  for (const int32_t leader : leaders) {
    if (Clock::now() < asked_.at(leader).deadline) continue;
    const Asked asked = std::move(asked_.at(leader));
    asked_.erase(leader);
    connections_.erase(leader);
    lost(asked, Error{ErrorKind::timed_out, fmt::format("broker {} does not answer", leader)});
  }
  return std::vector<Fetched>();
}

}  // namespace kelp::client
