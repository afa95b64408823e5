#include "seaweed/smq_topics.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "seaweed/smq_partition.h"
#include "smq/paths.h"

namespace kelp::seaweed {
namespace {

/// Of a directory's entries at once.
constexpr uint32_t kPage = 1000;

std::string names_directory(const SeaweedOptions& options, std::string_view space) {
  return fmt::format("{}/smq-names/{}", options.root, space);
}

}  // namespace

std::string SmqPlace::text() const {
  return fmt::format("{}/{}@{}", topic.space, topic.name, unix_time_ns);
}

Result<SmqPlace> SmqPlace::parse(std::string_view text) {
  const size_t slash = text.find('/');
  const size_t at = text.rfind('@');
  SmqPlace place;
  if (slash != text.npos && at != text.npos && slash < at) {
    place.topic.space = text.substr(0, slash);
    place.topic.name = text.substr(slash + 1, at - slash - 1);
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + at + 1, end, place.unix_time_ns);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == end && place.unix_time_ns > 0;
    if (whole && smq::check(place.topic)) return place;
  }
  return fail(ErrorKind::malformed, fmt::format("'{}' is no place of SeaweedMQ", for_log(text)));
}

Result<SmqPlace> SmqPlace::of(const std::vector<SmqPartition>& partitions) {
  const auto is_other = [&](const SmqPartition& each) {
    return each.unix_time_ns() != partitions.front().unix_time_ns();
  };
  if (partitions.empty() || std::ranges::any_of(partitions, is_other)) {
    return fail(ErrorKind::malformed, "partitions of several generations");
  }
  return SmqPlace{partitions.front().topic(), partitions.front().unix_time_ns()};
}

Result<void> SmqTopics::check(const engine::SharedTerms& terms) const {
  if (const char* fault = smq::fault_of(rules_of(terms))) {
    return fail(ErrorKind::invalid, fault);
  }
  return {};
}

bool SmqTopics::is_visible(std::string_view space) const {
  const auto& visible = broker_.filer().options().smq_visible;
  const auto shows = [space](const std::string& each) { return each == "*" || each == space; };
  return std::ranges::any_of(visible, shows);
}

EntryPath SmqTopics::claim_of(const smq::TopicName& topic) const {
  return {names_directory(broker_.filer().options(), topic.space), topic.name};
}

Task<Result<std::set<std::string>>> SmqTopics::claimed(std::string space, std::string prefix) {
  std::set<std::string> names;
  const std::string directory = names_directory(broker_.filer().options(), space);
  for (std::string after = prefix;;) {
    auto page = co_await broker_.filer().list(directory, after, kPage);
    if (!page) co_return std::unexpected(std::move(page.error()));
    for (const filer_pb::Entry& entry : *page) {
      if (!entry.name().starts_with(prefix)) co_return names;
      names.insert(entry.name());
    }
    if (page->size() < kPage) co_return names;
    after = page->back().name();
  }
}

Task<Result<std::string>> SmqTopics::claim_unused(std::string name) {
  auto used = co_await claimed(default_space(), name);
  if (!used) co_return std::unexpected(std::move(used.error()));
  for (;;) {
    const std::function<bool(std::string_view)> is_used = [&used](std::string_view each) {
      return used->contains(std::string(each));
    };
    auto unused = smq::unused_name(name, is_used);
    if (!unused) co_return unused;
    const smq::TopicName topic{default_space(), *unused};
    // One that others made is theirs, also if it cannot be seen in Kafka.
    EntryPath directory{smq::namespace_directory(topic.space), topic.name};
    auto there = co_await broker_.filer().lookup(std::move(directory));
    if (!there) co_return std::unexpected(std::move(there.error()));
    used->insert(*unused);
    if (there->has_value()) continue;
    StoredEntry word;
    auto made = co_await broker_.filer().create(claim_of(topic), std::move(word));
    if (made) co_return unused;
    if (made.error().kind != ErrorKind::exists) co_return std::unexpected(std::move(made.error()));
  }
}

Task<Result<std::string>> SmqTopics::create(std::string name, int32_t partitions) {
  if (const char* fault = smq::fault_of_name(name)) co_return fail(ErrorKind::invalid, fault);
  if (auto checked = smq::check_partition_count(partitions); !checked) {
    co_return std::unexpected(std::move(checked.error()));
  }
  // Before a name is used up for nothing.
  if (const auto reached = co_await broker_.reach(); !reached) {
    co_return std::unexpected(reached.error());
  }
  auto claim = co_await claim_unused(std::move(name));
  if (!claim) co_return claim;
  smq::TopicName topic{default_space(), *std::move(claim)};
  auto made = co_await broker_.configure(std::move(topic), partitions);
  if (!made) co_return std::unexpected(std::move(made.error()));
  auto place = SmqPlace::of(*made);
  if (!place) co_return std::unexpected(std::move(place.error()));
  co_return place->text();
}

Task<Result<void>> SmqTopics::drop(std::string text) {
  auto place = SmqPlace::parse(text);
  if (!place) co_return std::unexpected(std::move(place.error()));
  StoredEntry word;
  auto used = co_await broker_.filer().put(claim_of(place->topic), std::move(word));
  if (!used) co_return used;
  auto removed = co_await broker_.remove(place->topic);
  if (!removed) co_return removed;
  co_return co_await broker_.filer().remove(starts_of(broker_.filer().options(), place->topic),
                                            true);
}

Task<Result<std::vector<engine::SharedTopic>>> SmqTopics::list() {
  if (broker_.filer().options().smq_visible.empty()) {
    co_return std::vector<engine::SharedTopic>();
  }
  auto all = co_await broker_.topics();
  if (!all) co_return std::unexpected(std::move(all.error()));
  std::vector<smq::TopicName> theirs;
  std::string space;
  Result<std::set<std::string>> used;
  for (smq::TopicName& topic : *all) {
    if (!is_visible(topic.space)) continue;
    if (topic.space != space) {
      space = topic.space;
      used = co_await claimed(space, "");
      if (!used) co_return std::unexpected(std::move(used.error()));
    }
    if (!used->contains(topic.name)) theirs.push_back(std::move(topic));
  }
  const smq::VisibleTopics visible = smq::visible(std::move(theirs), default_space());
  std::vector<engine::SharedTopic> topics;
  for (const smq::VisibleTopic& each : visible.topics) {
    auto partitions = co_await broker_.partitions_on_filer(each.topic);
    auto place = partitions ? SmqPlace::of(*partitions) : std::unexpected(partitions.error());
    if (!place) {
      log_warn("the SeaweedMQ topic {}/{} is not shown: {}", each.topic.space, each.topic.name,
               place.error().text());
      continue;
    }
    engine::SharedTopic& topic = topics.emplace_back();
    topic.name = each.kafka_name;
    topic.place = place->text();
    topic.partitions = static_cast<int32_t>(partitions->size());
  }
  co_return topics;
}

}  // namespace kelp::seaweed
