#include "seaweed/smq_broker.h"

#include <fmt/format.h>

#include "smq/paths.h"

namespace kelp::seaweed {
namespace {

using Async = messaging_pb::SeaweedMessaging::StubInterface::async_interface;
using Assignments = google::protobuf::RepeatedPtrField<messaging_pb::BrokerPartitionAssignment>;

/// A broker that lost its balancer's lock with a filer's restart needs 40 s (measured: over 25).
constexpr std::chrono::seconds kLeaderWait{60};
/// For up to a second after a start the leaders are empty.
constexpr std::chrono::milliseconds kLookAgain{100};
/// Of a directory's entries at once.
constexpr uint32_t kPage = 1000;
/// Namespaces, and topics of one: what a list may hold.
constexpr size_t kMaxListed = 100'000;

/// The broker's words, which have no status of their own: its cache's, or its filer's.
bool is_absent(const Error& error) {
  return error.what.find("not found") != std::string::npos ||
         error.what.find("no entry is found") != std::string::npos;
}

bool may_pass(ErrorKind kind) { return kind == ErrorKind::io || kind == ErrorKind::timed_out; }

bool has_all_leaders(const Assignments& assignments) {
  for (const auto& each : assignments) {
    if (each.leader_broker().empty()) return false;
  }
  return !assignments.empty();
}

/// In the order of the ring, and just the slices that so many partitions have.
Result<std::vector<SmqPartition>> partitions_of(const smq::TopicName& topic,
                                                const Assignments& assignments) {
  std::vector<smq::RingSlice> slices;
  for (const auto& each : assignments) {
    slices.push_back({each.partition().range_start(), each.partition().range_stop()});
  }
  auto ordered = smq::in_partition_order(std::move(slices));
  if (!ordered) return std::unexpected(std::move(ordered.error()));
  std::vector<SmqPartition> partitions;
  for (const smq::RingSlice slice : *ordered) {
    for (const auto& each : assignments) {
      if (each.partition().range_start() != slice.start) continue;
      auto partition = SmqPartition::of(topic, slice, each.partition().unix_time_ns());
      if (!partition) return std::unexpected(std::move(partition.error()));
      partitions.push_back(std::move(*partition));
    }
  }
  return partitions;
}

}  // namespace

SmqBroker::SmqBroker(std::string address, Filer& filer,
                     std::shared_ptr<grpc::ChannelCredentials> credentials)
    : address_(std::move(address)),
      filer_(filer),
      channel_(channel_to(address_, std::move(credentials))),
      stub_(messaging_pb::SeaweedMessaging::NewStub(channel_)) {}

SmqBroker::~SmqBroker() { guard_.close(); }

Task<Result<messaging_pb::GetTopicConfigurationResponse>> SmqBroker::configuration(
    smq::TopicName topic) {
  auto request = smq_request::configuration_of(topic);
  if (!request) co_return std::unexpected(std::move(request.error()));
  const std::string about = topic.space + "/" + topic.name;
  const CallSite site{guard_, "GetTopicConfiguration", about};
  auto answer =
      co_await run_call(site, stub_->async(), &Async::GetTopicConfiguration, std::move(*request));
  if (!answer && is_absent(answer.error())) answer.error().kind = ErrorKind::not_found;
  co_return answer;
}

Task<Result<std::vector<SmqPartition>>> SmqBroker::configure(smq::TopicName topic,
                                                             int32_t partitions) {
  const std::string about = topic.space + "/" + topic.name;
  const auto give_up = rt::Clock::now() + kLeaderWait;
  for (;;) {
    auto current = co_await configuration(topic);
    const bool absent = !current && current.error().kind == ErrorKind::not_found;
    Error trouble{ErrorKind::timed_out, fmt::format("ConfigureTopic {}: no leader yet", about)};
    if (!current && !absent) {
      trouble = std::move(current.error());
    } else {
      auto request = smq_request::configure(topic, partitions, absent ? nullptr : &*current);
      if (!request) co_return std::unexpected(std::move(request.error()));
      const CallSite site{guard_, "ConfigureTopic", about};
      auto answer =
          co_await run_call(site, stub_->async(), &Async::ConfigureTopic, std::move(*request));
      if (answer && has_all_leaders(answer->broker_partition_assignments())) {
        co_return partitions_of(topic, answer->broker_partition_assignments());
      }
      if (!answer) trouble = std::move(answer.error());
    }
    if (!may_pass(trouble.kind) || rt::Clock::now() >= give_up) {
      co_return std::unexpected(std::move(trouble));
    }
    co_await rt::sleep_until(rt::Clock::now() + kLookAgain);
  }
}

Task<Result<std::vector<SmqPartition>>> SmqBroker::describe(smq::TopicName topic) {
  auto current = co_await configuration(topic);
  if (!current) co_return std::unexpected(std::move(current.error()));
  co_return partitions_of(topic, current->broker_partition_assignments());
}

Task<Result<int64_t>> SmqBroker::next_offset(SmqPartition partition) {
  const std::string about = partition.text();
  const CallSite site{guard_, "GetPartitionRangeInfo", about};
  auto answer = co_await run_call(site, stub_->async(), &Async::GetPartitionRangeInfo,
                                  smq_request::range_of(partition));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  if (!answer->error().empty() || answer->offset_range().high_water_mark() < 0) {
    co_return fail(ErrorKind::io, fmt::format("{} {}: {}", site.name, about, answer->error()));
  }
  co_return answer->offset_range().high_water_mark();
}

Task<Result<std::vector<std::string>>> SmqBroker::directories_in(std::string directory) {
  std::vector<std::string> names;
  std::string after;
  while (names.size() < kMaxListed) {
    auto page = co_await filer_.list(directory, after, kPage);
    if (!page) co_return std::unexpected(std::move(page.error()));
    for (const filer_pb::Entry& entry : *page) {
      if (entry.is_directory() && smq::fault_of_name(entry.name()) == nullptr &&
          !entry.name().starts_with('.')) {
        names.push_back(entry.name());
      }
    }
    if (page->size() < kPage) break;
    after = page->back().name();
  }
  co_return names;
}

Task<Result<std::vector<smq::TopicName>>> SmqBroker::topics() {
  auto spaces = co_await directories_in(std::string(smq::kTopicsDirectory));
  if (!spaces) co_return std::unexpected(std::move(spaces.error()));
  std::vector<smq::TopicName> topics;
  for (const std::string& space : *spaces) {
    auto names = co_await directories_in(smq::namespace_directory(space));
    if (!names) co_return std::unexpected(std::move(names.error()));
    for (const std::string& name : *names) {
      smq::TopicName topic{space, name};
      EntryPath conf{smq::topic_directory(topic), std::string(smq::kTopicConf)};
      auto entry = co_await filer_.lookup(std::move(conf));
      if (!entry) co_return std::unexpected(std::move(entry.error()));
      if (entry->has_value()) topics.push_back(std::move(topic));
    }
  }
  co_return topics;
}

Task<Result<void>> SmqBroker::remove(smq::TopicName topic) {
  if (auto checked = smq::check(topic); !checked) {
    co_return std::unexpected(std::move(checked.error()));
  }
  EntryPath path{smq::namespace_directory(topic.space), topic.name};
  co_return co_await filer_.remove(std::move(path), true);
}

}  // namespace kelp::seaweed
