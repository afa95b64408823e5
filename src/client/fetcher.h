// Fetcher: reads partitions of any Kafka cluster since 2.1 from their leaders, all leaders at once,
// and goes where the leaders go. Blocking, one thread. One answer is in memory at a time; its size
// is asked to be at most kAnswerBytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "client/cluster.h"
#include "client/leaders.h"
#include "wire/01_fetch.h"

namespace kelp::client {

struct Fetched {
  TopicPartition at;
  int64_t position = 0;  // that was asked for
  /// `error_code` is none or OFFSET_OUT_OF_RANGE.
  wire::FetchResponse::PartitionData data;
};

class Fetcher {
 public:
  /// `cluster` outlives it.
  Fetcher(Cluster& cluster, const std::map<TopicPartition, int64_t>& positions,
          Isolation isolation);

  /// From where the partition is read next.
  void set_position(const TopicPartition& at, int64_t position);
  /// No more of it.
  void remove(const TopicPartition& at) { places_.erase(at); }

  /// What one leader answered, which may be of no partition; nothing when one of `others` is ready
  /// first (see await_any), at a signal, or when `until` comes. Leaders that do not answer are
  /// looked for again, until a partition has had none for the cluster's timeout. Errors: that, and
  /// what cannot be tried again.
  Result<std::vector<Fetched>> next(std::span<const int> others, Deadline until);

 private:
  struct Place {
    int64_t position = 0;
    bool is_asked = false;            // a request for it is under way
    std::optional<Deadline> failing;  // until when it may
    std::string fault;                // why it is failing
  };
  struct Asked {
    int16_t version = 0;
    std::map<TopicPartition, int64_t> positions;
    Deadline deadline;
  };

  Result<void> look_for_leaders();
  Result<void> ask_leaders();
  Result<void> ask(const Broker& leader, const std::vector<TopicPartition>& partitions);
  Result<std::vector<Fetched>> take(int32_t leader);
  Result<bool> keep(const TopicPartition& at, const wire::FetchResponse::PartitionData& data);
  void failed(const TopicPartition& at, std::string fault);
  void lost(const Asked& asked, const Error& error);
  Result<Connection*> connection_to(const Broker& leader);

  Cluster* cluster_;
  Isolation isolation_;
  std::map<TopicPartition, Place> places_;
  Leaders leaders_;
  bool leaders_are_stale_ = true;
  Deadline look_again_{};  // not before
  std::chrono::milliseconds pause_;
  std::map<int32_t, Connection> connections_;  // by leader; of its own: each holds a request
  std::map<int32_t, Asked> asked_;             // by leader
  size_t rotation_ = 0;
};

}  // namespace kelp::client
