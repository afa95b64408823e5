// OffsetForLeaderEpoch, versions 0-4: where the log of a leader epoch ends, so that a client sees
// what a crash took (KIP-101, KIP-320).   v1 leader epoch in the answer   v2 current leader epoch
// v3 replica id   v4 flexible An epoch that is not known: 0 with epoch and offset -1. Errors: 3; 6;
// 74; 75.
#include "broker/api/handlers.h"
#include "broker/locate.h"

namespace kelp::broker {
namespace {

using PartitionAnswer = wire::OffsetForLeaderEpochResponse::EpochEndOffset;

struct Answered {
  ErrorCode error = ErrorCode::none;
  std::optional<partition::EpochEnd> end;
};

rt::Task<Answered> look_up(const Replica& replica, Epoch wanted, Epoch believed) {
  Answered answered;
  answered.error = replica.check_epoch(believed);
  if (answered.error == ErrorCode::none) answered.end = replica.end_of(wanted);
  co_return answered;
}

}  // namespace

rt::Task<wire::OffsetForLeaderEpochResponse> offset_for_leader_epoch(
    RequestContext& context, wire::OffsetForLeaderEpochRequest request) {
  wire::OffsetForLeaderEpochResponse response;
  const ClusterRef image = context.broker.image();
  for (auto& topic : request.topics) {
    const TopicRef known = image->find(topic.topic);
    auto& answers = response.topics.emplace_back();
    answers.topic = std::move(topic.topic);
    for (const auto& partition : topic.partitions) {
      PartitionAnswer& answer = answers.partitions.emplace_back();
      answer.partition = partition.partition;
      answer.leader_epoch = -1;
      answer.end_offset = -1;
      const Located at = locate(context, known, partition.partition);
      answer.error_code = at.error;
      if (at.error != ErrorCode::none) continue;
      const Epoch wanted(partition.leader_epoch);
      const Epoch believed(partition.current_leader_epoch);
      auto work = [&](Replica& replica) { return look_up(replica, wanted, believed); };
      Answered gone;
      gone.error = ErrorCode::unknown_topic_or_partition;
      const Answered answered =
          co_await on_replica(context.broker.shards(), at.id, work, std::move(gone));
      answer.error_code = answered.error;
      if (!answered.end.has_value()) continue;
      answer.leader_epoch = answered.end->epoch.value();
      answer.end_offset = answered.end->end.value();
    }
  }
  co_return response;
}

}  // namespace kelp::broker
