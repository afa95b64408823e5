#include "client/producer.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>

#include "client/backoff.h"
#include "client/partitioner.h"
#include "wire/22_init_producer_id.h"

namespace kelp::client {
namespace {

/// A batch before compression: below max.message.bytes as brokers have it by default.
constexpr size_t kBatchBytes = 1'000'000;
/// All batches together: memory, and the largest request but for a single large record.
constexpr size_t kBufferBytes = 16 << 20;
/// The largest record that is tried: socket.request.max.bytes is 100 MiB by default.
constexpr size_t kMostRecordBytes = (100 << 20) - (64 << 10);
/// Later versions name topics by id, which adds a look-up and nothing else.
constexpr int16_t kLastWithNames = 12;
/// The first with batches of magic 2, and with zstd in them.
constexpr int16_t kFirstWithBatches = 3;
constexpr int16_t kFirstWithZstd = 7;
/// A topic that is being created is there soon.
constexpr std::chrono::seconds kTopicPatience{10};
/// Brokers that forget who sends, again and again, are broken.
constexpr int kMostIdentities = 3;

bool is_about_identity(ErrorCode code) {
  return code == ErrorCode::out_of_order_sequence_number ||
         code == ErrorCode::unknown_producer_id || code == ErrorCode::invalid_producer_epoch;
}

/// Whether the records may have been stored although the answer is an error.
bool leaves_doubt(ErrorCode code) {
  return code == ErrorCode::request_timed_out ||
         code == ErrorCode::not_enough_replicas_after_append;
}

}  // namespace

Producer::Producer(Cluster& cluster, Options options, OnDelivery on_delivery)
    : cluster_(&cluster),
      options_(std::move(options)),
      on_delivery_(std::move(on_delivery)),
      leaders_(cluster, {options_.topic}, Creation::allowed) {
  if (options_.acks != -1) options_.idempotent = false;
}

Result<Producer> Producer::open(Cluster& cluster, Options options, OnDelivery on_delivery) {
  Producer producer(cluster, std::move(options), std::move(on_delivery));
  if (auto found = producer.find_topic(); !found.has_value()) {
    return std::unexpected(std::move(found.error()));
  }
  return producer;
}

Result<void> Producer::find_topic() {
  Backoff backoff(std::min(cluster_->deadline(), Clock::now() + kTopicPatience));
  for (;;) {
    if (auto known = leaders_.refresh(); !known.has_value()) return known;
    const ErrorCode error = leaders_.error_of(options_.topic);
    if (error == ErrorCode::none && !leaders_.led_partitions(options_.topic).empty()) return {};
    if (is_retriable(error) || error == ErrorCode::none) {
      if (backoff.pause()) continue;
    }
    if (error == ErrorCode::none) return {};  // no leaders yet: each batch waits for its own
    return fail(ErrorKind::not_found,
                fmt::format("topic '{}': {}", options_.topic, name_of(error)));
  }
}

Result<int32_t> Producer::partition_for(const ProducerRecord& record) {
  const int32_t count = leaders_.partition_count(options_.topic);
  if (record.partition.has_value()) {
    if (*record.partition >= 0 && *record.partition < count) return *record.partition;
    return fail(ErrorKind::out_of_range,
                fmt::format("topic '{}' has no partition {}", options_.topic, *record.partition));
  }
  if (count == 0) {
    return fail(ErrorKind::not_found, fmt::format("topic '{}' has gone", options_.topic));
  }
  if (record.content.key.has_value()) return partition_for_key(*record.content.key, count);
  return sticky_partition();
}

int32_t Producer::sticky_partition() {
  if (!sticky_.has_value()) {
    std::random_device random;
    const std::vector<int32_t> led = leaders_.led_partitions(options_.topic);
    sticky_ = led.empty() ? 0 : led[random() % led.size()];
  }
  return *sticky_;
}

Result<void> Producer::add(const ProducerRecord& record) {
  const size_t bytes = record::BatchBuilder::max_record_bytes(record.content);
  if (bytes > kMostRecordBytes) {
    return fail(ErrorKind::too_large, fmt::format("a record of {} bytes", bytes));
  }
  auto partition = partition_for(record);
  if (!partition.has_value()) return std::unexpected(std::move(partition.error()));
  auto lane = lanes_.try_emplace(*partition, *partition, options_.codec).first;
  const size_t open = lane->second.open_bytes();
  const bool batch_is_full = open > 0 && open + bytes > kBatchBytes;
  if (batch_is_full || (buffered_bytes_ > 0 && buffered_bytes_ + bytes > kBufferBytes)) {
    if (auto sent = flush(); !sent.has_value()) return sent;
    return add(record);  // there is room now
  }
  lane->second.add(record.number, record.content);
  buffered_bytes_ += bytes;
  return {};
}

bool Producer::has_sealed() const {
  return std::ranges::any_of(lanes_, [](const auto& each) { return each.second.has_sealed(); });
}

Result<void> Producer::flush() {
  for (auto& [partition, lane] : lanes_) {
    if (auto sealed = lane.seal(); !sealed.has_value()) return sealed;
  }
  buffered_bytes_ = 0;
  sticky_.reset();
  Backoff backoff(cluster_->deadline());
  while (has_sealed()) {
    progressed_ = false;
    if (auto sent = send_round(); !sent.has_value()) return sent;
    give_up_overdue(false);
    if (progressed_) {
      backoff = Backoff(cluster_->deadline());
    } else if (has_sealed() && !backoff.pause()) {
      give_up_overdue(true);
    }
    // What is left has failed: perhaps others lead now. Nobody may answer yet, either.
    if (has_sealed()) (void)leaders_.refresh();
  }
  return {};
}

Result<ProducerIdentity> Producer::new_identity() {
  const Deadline deadline = cluster_->deadline();
  wire::InitProducerIdRequest request;
  request.transaction_timeout_ms = -1;
  const auto connection = cluster_->any_broker(deadline);
  if (!connection.has_value()) return std::unexpected(connection.error());
  const auto version = (*connection)->version_of<wire::InitProducerIdRequest>();
  if (!version.has_value()) return std::unexpected(version.error());
  for (Backoff backoff(deadline);;) {
    const auto response =
        (*connection)->call<wire::InitProducerIdResponse>(request, *version, deadline);
    if (!response.has_value()) return std::unexpected(response.error());
    if (response->error_code == ErrorCode::none) {
      return ProducerIdentity{response->producer_id, response->producer_epoch};
    }
    if (is_retriable(response->error_code) && backoff.pause()) continue;
    return fail(ErrorKind::unsupported,
                fmt::format("the cluster gives no producer id: {}; --no-idempotence does without",
                            name_of(response->error_code)));
  }
}

Result<void> Producer::identify(ProduceLane& lane) {
  if (!options_.idempotent || lane.has_identity()) return {};
  // A lane whose identity was lost gets one of its own: the sequences of others go on.
  const bool shared = lane.head().identities == 0 && identity_.has_value();
  auto identity = shared ? Result<ProducerIdentity>(*identity_) : new_identity();
  if (!identity.has_value()) return std::unexpected(std::move(identity.error()));
  if (!identity_.has_value()) identity_ = *identity;
  lane.identify(*identity);
  return {};
}

Result<void> Producer::send_round() {
  std::map<int32_t, Round> rounds;
  for (auto& [partition, lane] : lanes_) {
    if (!lane.has_sealed()) continue;
    ProduceLane::Head& head = lane.head();
    if (!head.deadline.has_value()) head.deadline = cluster_->deadline();
    const Broker* leader = leaders_.of({options_.topic, partition});
    if (leader == nullptr) {
      head.last = Fault{ErrorCode::leader_not_available, ""};
      continue;
    }
    if (auto done = identify(lane); !done.has_value()) {
      if (done.error().kind == ErrorKind::unsupported) return done;
      head.last = Fault{ErrorCode::network_exception, words_of(done.error())};
      continue;
    }
    Round& round = rounds[leader->id];
    round.leader = *leader;
    round.lanes.push_back(&lane);
  }
  // All leaders work at once.
  std::vector<Round*> sent;
  for (auto& [id, round] : rounds) {
    auto connection = cluster_->connection_to(round.leader, cluster_->deadline());
    if (!connection.has_value()) {
      failed(round, connection.error(), false);
      continue;
    }
    round.connection = *connection;
    const auto version = round.connection->version_of<wire::ProduceRequest>(kLastWithNames);
    if (!version.has_value()) return std::unexpected(version.error());
    const bool zstd = options_.codec == record::Codec::zstd;
    if (*version < (zstd ? kFirstWithZstd : kFirstWithBatches)) {
      return fail(ErrorKind::unsupported,
                  fmt::format("the broker {} is older than Kafka {}", round.leader.address.text(),
                              zstd ? "2.1" : "0.11"));
    }
    round.version = *version;
    if (send(round)) sent.push_back(&round);
  }
  for (Round* round : sent) receive(*round);
  return {};
}

bool Producer::send(Round& round) {
  wire::ProduceRequest request;
  request.acks = options_.acks;
  // Half of our own patience: the broker's words come before it ends.
  request.timeout_ms = static_cast<int32_t>(
      std::clamp<int64_t>(cluster_->timeout().count() / 2, 1, std::numeric_limits<int>::max()));
  auto& topic = request.topic_data.emplace_back();
  topic.name = options_.topic;
  for (ProduceLane* lane : round.lanes) {
    auto& data = topic.partition_data.emplace_back();
    data.index = lane->partition();
    data.records = lane->head_batch();
  }
  const auto sent = round.connection->start(request, round.version, cluster_->deadline());
  if (!sent.has_value()) {
    failed(round, sent.error(), true);
    return false;
  }
  if (options_.acks != 0) return true;
  for (ProduceLane* lane : round.lanes) on_delivery_(lane->stored(-1, -1));
  progressed_ = true;
  return false;
}

void Producer::failed(const Round& round, const Error& error, bool in_doubt) {
  for (ProduceLane* lane : round.lanes) {
    lane->head().last = Fault{ErrorCode::network_exception, words_of(error)};
    lane->head().in_doubt = lane->head().in_doubt || in_doubt;
  }
}

void Producer::receive(Round& round) {
  auto response =
      round.connection->finish<wire::ProduceResponse>(round.version, cluster_->deadline());
  if (!response.has_value()) return failed(round, response.error(), true);
  std::set<int32_t> unanswered;
  for (ProduceLane* lane : round.lanes) unanswered.insert(lane->partition());
  for (const auto& topic : response->responses) {
    for (const auto& answer : topic.partition_responses) {
      if (topic.name != options_.topic || unanswered.erase(answer.index) == 0) continue;
      settle(lanes_.at(answer.index), answer);
    }
  }
  for (const int32_t partition : unanswered) {
    ProduceLane::Head& head = lanes_.at(partition).head();
    head.last = Fault{ErrorCode::unknown_server_error, "the broker's answer leaves it out"};
    head.in_doubt = true;
  }
}

void Producer::settle(ProduceLane& lane,
                      const wire::ProduceResponse::PartitionProduceResponse& answer) {
  ProduceLane::Head& head = lane.head();
  const ErrorCode error = answer.error_code;
  if (error == ErrorCode::none || error == ErrorCode::duplicate_sequence_number) {
    const int64_t offset = error == ErrorCode::none ? answer.base_offset : -1;
    on_delivery_(lane.stored(offset, answer.log_append_time_ms));
    progressed_ = true;
    return;
  }
  head.last = Fault{error, answer.error_message.value_or("")};
  for (const auto& fault : answer.record_errors) {
    // The first one speaks for all: they are of one kind.
    if (!fault.batch_index_error_message.has_value()) continue;
    head.last.message = *fault.batch_index_error_message;
    break;
  }
  head.in_doubt = head.in_doubt || leaves_doubt(error);
  if (is_about_identity(error) && options_.idempotent && head.identities < kMostIdentities) {
    // Had a try been stored, it would be a duplicate: whatever forgot the sequence, it is not.
    ++head.identities;
    lane.forget_identity();
    return;
  }
  if (is_retriable(error)) return;
  progressed_ = true;
  if (error == ErrorCode::message_too_large) {
    if (const auto split = lane.split(); split.has_value() && *split) return;
  }
  Fault fault = head.last;
  on_delivery_(lane.given_up(std::move(fault)));
}

void Producer::give_up_overdue(bool all) {
  for (auto& [partition, lane] : lanes_) {
    while (lane.has_sealed()) {
      const auto& deadline = lane.head().deadline;
      const bool overdue = deadline.has_value() && Clock::now() >= *deadline;
      if (!all && !overdue) break;
      Fault fault = lane.head().last;
      on_delivery_(lane.given_up(std::move(fault)));
    }
  }
}

}  // namespace kelp::client
