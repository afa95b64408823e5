#include "seaweed/smq_broker.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include "base/log.h"
#include "smq/paths.h"

namespace kelp::seaweed {
namespace {

using Async = messaging_pb::SeaweedMessaging::StubInterface::async_interface;
using Assignments = google::protobuf::RepeatedPtrField<messaging_pb::BrokerPartitionAssignment>;

/// A broker that lost its balancer's lock with a filer's restart needs 40 s (measured: over 25).
constexpr std::chrono::seconds kLeaderWait{60};
/// For up to a second after a start the leaders are empty.
constexpr std::chrono::milliseconds kLookAgain{100};
/// The masters are asked so often at most.
constexpr std::chrono::seconds kAskMasters{1};
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
    : filer_(filer), credentials_(std::move(credentials)) {
  if (!address.empty()) connect_to(address);
}

SmqBroker::~SmqBroker() { guard_.close(); }

void SmqBroker::connect_to(const std::string& address) {
  const std::scoped_lock lock(mutex_);
  is_in_doubt_ = false;
  if (address == address_) return;
  address_ = address;
  stub_ = messaging_pb::SeaweedMessaging::NewStub(channel_to(address_, credentials_));
}

std::shared_ptr<SmqBroker::Stub> SmqBroker::stub() {
  const std::scoped_lock lock(mutex_);
  return stub_;
}

bool SmqBroker::should_look() {
  const std::scoped_lock lock(mutex_);
  if (stub_ != nullptr && (!is_in_doubt_ || filer_.options().masters.empty())) return false;
  if (stub_ != nullptr && rt::Clock::now() < look_after_) return false;
  look_after_ = rt::Clock::now() + kAskMasters;
  return true;
}

void SmqBroker::look_again() {
  const std::scoped_lock lock(mutex_);
  is_in_doubt_ = true;
}

Task<Result<std::shared_ptr<SmqBroker::Stub>>> SmqBroker::reach() {
  if (should_look()) {
    auto look = [this] { return look_at_cluster(filer_.options()); };
    auto view = co_await pool_.run(look);
    if (!view) co_return std::unexpected(std::move(view.error()));
    if (view->brokers.size() != 1) {
      co_return fail(ErrorKind::io,
                     fmt::format("SeaweedMQ topics need one broker in the filer group '{}', and "
                                 "the masters know {}",
                                 filer_.options().filer_group, view->brokers.size()));
    }
    connect_to(view->brokers.front().address);
  }
  co_return stub();
}

Task<Result<messaging_pb::GetTopicConfigurationResponse>> SmqBroker::configuration(
    smq::TopicName topic) {
  auto request = smq_request::configuration_of(topic);
  if (!request) co_return std::unexpected(std::move(request.error()));
  const auto stub = co_await reach();
  if (!stub) co_return std::unexpected(stub.error());
  const std::string about = topic.space + "/" + topic.name;
  const CallSite site{guard_, "GetTopicConfiguration", about};
  auto answer =
      co_await run_call(site, (*stub)->async(), &Async::GetTopicConfiguration, std::move(*request));
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
      const auto stub = this->stub();
      const CallSite site{guard_, "ConfigureTopic", about};
      auto answer =
          co_await run_call(site, stub->async(), &Async::ConfigureTopic, std::move(*request));
      if (answer && has_all_leaders(answer->broker_partition_assignments())) {
        co_return partitions_of(topic, answer->broker_partition_assignments());
      }
      if (!answer) trouble = std::move(answer.error());
    }
    if (!may_pass(trouble.kind) || rt::Clock::now() >= give_up) {
      co_return std::unexpected(std::move(trouble));
    }
    look_again();
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
  const auto stub = co_await reach();
  if (!stub) co_return std::unexpected(stub.error());
  const CallSite site{guard_, "GetPartitionRangeInfo", about};
  auto answer = co_await run_call(site, (*stub)->async(), &Async::GetPartitionRangeInfo,
                                  smq_request::range_of(partition));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  if (!answer->error().empty() || answer->offset_range().high_water_mark() < 0) {
    co_return fail(ErrorKind::io, fmt::format("{} {}: {}", site.name, about, answer->error()));
  }
  co_return answer->offset_range().high_water_mark();
}

Task<Result<std::vector<SmqPartition>>> SmqBroker::partitions_on_filer(smq::TopicName topic) {
  if (auto checked = smq::check(topic); !checked) co_return std::unexpected(checked.error());
  EntryPath conf{smq::topic_directory(topic), std::string(smq::kTopicConf)};
  const std::string where = conf.text();
  auto entry = co_await filer_.lookup(std::move(conf));
  if (!entry) co_return std::unexpected(std::move(entry.error()));
  if (!entry->has_value()) co_return fail(ErrorKind::not_found, where + ": not there");
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  messaging_pb::ConfigureTopicResponse stored;
  const auto parsed =
      google::protobuf::util::JsonStringToMessage((*entry)->content(), &stored, options);
  if (!parsed.ok()) {
    co_return fail(ErrorKind::malformed, fmt::format("{}: {}", where, parsed.ToString()));
  }
  co_return partitions_of(topic, stored.broker_partition_assignments());
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
