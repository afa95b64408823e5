// Produce, versions 0-13: appends one record batch to each of the partitions named.
//   v0-2 message sets of magic 0 and 1, converted (v1 throttle time, v2 log append time)   v3
//   transactional id, batches v5 log start offset   v7 zstd   v8 record errors (KIP-467)   v9
//   flexible   v10 current leader (KIP-951)   v13 topic ids
// acks: 0 no answer (an error closes the connection), 1 after the page cache, -1 after fdatasync.
// Pipelined: what comes before the first suspension, the append itself, happens in the order of
// arrival. Bytes beyond producer_byte_rate mute the connection from then on, before more is read.
// Touches on each partition's shard: log, producer states, waiting fetches. Errors: 2, 10,
// 18, 19, 32, 45, 47, 76, 87 by the partition's rules; 3; 6; 21 INVALID_REQUIRED_ACKS; 53 a
// transactional batch; 56 the disk; 100 an unknown topic id.
#include "base/endian.h"
#include "broker/api/handlers.h"
#include "broker/client_quotas.h"
#include "broker/locate.h"
#include "broker/merge_repeated.h"
#include "record/legacy.h"

namespace kelp::broker {
namespace {

using TopicData = wire::ProduceRequest::TopicProduceData;
using PartitionData = wire::ProduceRequest::PartitionProduceData;
using TopicAnswer = wire::ProduceResponse::TopicProduceResponse;
using PartitionAnswer = wire::ProduceResponse::PartitionProduceResponse;

constexpr int16_t kFirstWithTopicIds = 13;
constexpr int16_t kFirstWithBatches = 3;
constexpr NamingFields<TopicData, PartitionData> kNaming{
    &TopicData::name, &TopicData::partition_data, &PartitionData::index};

bool is_transactional(const Slice& records) {
  return records.size() >= record::kHeaderBytes &&
         record::BatchHeader(records.bytes()).is_transactional();
}

/// Of a connection's compressed batches the first one is decompressed and looked at, and then one
/// in so many: whoever makes them wrongly is told soon, and it costs next to nothing (ADR 0017).
constexpr uint64_t kOpenedOneIn = 256;

bool is_to_be_opened(RequestContext& context, const Slice& records) {
  const bool compressed = records.size() >= record::kHeaderBytes &&
                          record::BatchHeader(records.bytes()).is_compressed();
  if (!compressed || context.broker.config().validate_every_batch) return true;
  return context.peer->compressed_batches++ % kOpenedOneIn == 0;
}

ProduceOutcome failed(ErrorCode error) {
  ProduceOutcome outcome;
  outcome.error = error;
  return outcome;
}

rt::Task<ProduceOutcome> append_to(RequestContext& context, Located at, Slice records,
                                   ProduceTerms terms) {
  if (at.error != ErrorCode::none) co_return failed(at.error);
  if (terms.acks < -1 || terms.acks > 1) co_return failed(ErrorCode::invalid_required_acks);
  if (terms.api_version < kFirstWithBatches) {
    auto converted = record::up_convert(records);
    if (!converted.has_value()) co_return failed(converted.error().code);
    records = *std::move(converted);
  }
  if (is_transactional(records)) {
    co_return failed(ErrorCode::transactional_id_authorization_failed);
  }
  terms.open_compressed = is_to_be_opened(context, records);
  auto work = [&](Replica& replica) { return replica.produce(std::move(records), terms); };
  const ProduceOutcome gone = failed(ErrorCode::unknown_topic_or_partition);
  co_return co_await on_replica(context.broker.shards(), at.id, work, gone);
}

void fill(PartitionAnswer& answer, ProduceOutcome outcome) {
  answer.error_code = outcome.error;
  answer.base_offset = outcome.base.value();
  answer.log_append_time_ms = outcome.log_append_time_ms;
  answer.log_start_offset = outcome.log_start.value();
  if (!outcome.message.empty()) answer.error_message = std::move(outcome.message);
  for (record::RecordFault& fault : outcome.record_faults) {
    auto& entry = answer.record_errors.emplace_back();
    entry.batch_index = fault.batch_index;
    entry.batch_index_error_message = std::move(fault.message);
  }
}

/// One partition of the request on its way: where its answer goes, and the task that makes it.
struct Pending {
  size_t topic;
  size_t partition;
  Located at;
  rt::Task<ProduceOutcome> outcome;
};

}  // namespace

rt::Task<MaybeAnswer<wire::ProduceResponse>> produce(RequestContext& context,
                                                     wire::ProduceRequest request) {
  ProduceTerms terms;
  terms.api_version = context.version();
  terms.acks = request.acks;
  terms.now_ms = rt::wall_clock_ms();
  const ClusterRef image = context.broker.image();
  wire::ProduceResponse response;
  std::optional<rt::Task<void>> charging;
  if (context.quotas != nullptr) charging.emplace(charge_produce(context));
  std::vector<std::unique_ptr<Pending>> pending;
  merge_repeated(request.topic_data, kNaming);
  for (auto& topic : request.topic_data) {
    const bool by_id = context.version() >= kFirstWithTopicIds;
    const TopicRef known = by_id ? image->find(topic.topic_id) : image->find(topic.name);
    TopicAnswer& answered = response.responses.emplace_back();
    answered.name = std::move(topic.name);
    answered.topic_id = topic.topic_id;
    for (PartitionData& partition : topic.partition_data) {
      Located at = locate(context, known, partition.index);
      if (by_id && known == nullptr) at.error = ErrorCode::unknown_topic_id;
      answered.partition_responses.emplace_back().index = partition.index;
      Slice records = partition.records.is_null() ? Slice() : std::move(partition.records.slice());
      auto outcome = append_to(context, at, std::move(records), terms);
      pending.push_back(std::make_unique<Pending>(response.responses.size() - 1,
                                                  answered.partition_responses.size() - 1,
                                                  std::move(at), std::move(outcome)));
    }
  }
  bool any_failed = false;
  for (const auto& each : pending) {
    rt::Task<ProduceOutcome>& appending = each->outcome;
    ProduceOutcome outcome = co_await appending;
    any_failed = any_failed || outcome.error != ErrorCode::none;
    PartitionAnswer& answer = response.responses[each->topic].partition_responses[each->partition];
    if (outcome.error == ErrorCode::not_leader_or_follower) {
      hint_leader(context, each->at, answer, response);
    }
    fill(answer, std::move(outcome));
  }
  if (charging.has_value()) {
    rt::Task<void>& charged = *charging;
    co_await charged;
  }
  MaybeAnswer<wire::ProduceResponse> answer;
  answer.close = request.acks == 0 && any_failed;
  if (request.acks != 0) answer.response = std::move(response);
  co_return answer;
}

}  // namespace kelp::broker
