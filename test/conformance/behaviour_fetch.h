// What the tests of Fetch share: its requests, and what lies in its answers.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "conformance/behaviour.h"
#include "wire/01_fetch.h"

namespace kelp::test {

using wire::FetchRequest;
using wire::FetchResponse;
using Fetched = FetchResponse::PartitionData;

inline FetchRequest::FetchPartition from(int64_t offset, int32_t partition = 0,
                                         int32_t max_bytes = 1 << 20) {
  FetchRequest::FetchPartition wanted;
  wanted.partition = partition;
  wanted.fetch_offset = offset;
  wanted.partition_max_bytes = max_bytes;
  return wanted;
}

inline void add(FetchRequest& request, const Topic& topic,
                std::vector<FetchRequest::FetchPartition> partitions) {
  auto& wanted = request.topics.emplace_back();
  wanted.topic = topic.name;
  wanted.topic_id = topic.id;
  wanted.partitions = std::move(partitions);
}

inline FetchRequest request_for(const Topic& topic,
                                std::vector<FetchRequest::FetchPartition> partitions) {
  FetchRequest request;
  add(request, topic, std::move(partitions));
  return request;
}

/// The base offsets of the batches; -1 behind them for bytes that are no whole batch.
inline std::vector<int64_t> bases_of(const Fetched& partition) {
  std::vector<int64_t> bases;
  record::BatchCursor cursor(partition.records.slice().bytes());
  while (const auto batch = cursor.next()) bases.push_back(batch->base_offset().value());
  if (!cursor.rest().empty()) bases.push_back(-1);
  return bases;
}

}  // namespace kelp::test
