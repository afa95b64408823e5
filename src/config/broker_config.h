// The configuration in force of one broker node, typed, as plain fields: what the rest of Kelp
// uses. Made by resolve() from BrokerSettings; immutable, shared by all shards. With --brokers N
// there is one for each virtual broker.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/broker_settings.h"
#include "config/listener.h"
#include "config/topic_config.h"

namespace kelp::config {

enum class EngineKind : uint8_t { disk, memory, seaweed };

/// The cluster of the seaweed engine.
struct SeaweedConfig {
  std::vector<std::string> masters;
  std::string filer, filer_group;
  std::string root = "/kelp";
  std::string collection = "kelp";
  std::string replication;
  std::string smq_namespace = "kafka";
  std::vector<std::string> smq_visible = {"*"};
  int64_t delete_delay_ms = 60000;
  int64_t start_timeout_ms = 60000;
  std::string tls_ca_file, tls_certificate_file, tls_key_file;

  friend bool operator==(const SeaweedConfig&, const SeaweedConfig&) = default;
};

struct BrokerConfig {
  // Who it is.
  int32_t node_id = 1;
  int32_t first_node_id = 1;  // of virtual broker 0
  int32_t brokers = 1;        // how many virtual brokers this process has
  std::optional<std::string> rack;
  std::optional<std::string> cluster_id;     // for a new data directory
  std::vector<FeatureLevel> feature_levels;  // of every known feature

  // The process.
  EngineKind engine = EngineKind::disk;
  int32_t shards = 1;
  std::string data_dir;
  SeaweedConfig seaweed;

  // Connections.
  std::vector<ListenerConfig> listeners;
  int64_t connections_max_idle_ms = 600000;  // negative: without end
  int32_t max_connections = INT32_MAX;
  int32_t max_connections_per_ip = INT32_MAX;
  std::vector<std::pair<std::string, int32_t>> max_connections_per_ip_overrides;
  int32_t socket_request_max_bytes = 104857600;
  int32_t socket_listen_backlog_size = 50;
  int32_t socket_send_buffer_bytes = -1;     // the system's
  int32_t socket_receive_buffer_bytes = -1;  // the system's
  int32_t queued_max_requests = 500;
  int64_t queued_max_request_bytes = -1;  // -1: Kelp's own bound

  // Topics and partitions.
  bool auto_create_topics = true;
  bool delete_topics = true;
  int32_t num_partitions = 1;
  int32_t default_replication_factor = 1;
  TopicConfig topic_defaults;
  int32_t max_request_partition_size_limit = 2000;

  int64_t retention_check_interval_ms = 300000;
  bool cleaner_enable = true;

  // Consumer groups.
  int32_t group_min_session_timeout_ms = 6000;
  int32_t group_max_session_timeout_ms = 1800000;
  int32_t group_initial_rebalance_delay_ms = 3000;
  int32_t group_max_size = INT32_MAX;
  int32_t offset_metadata_max_bytes = 4096;
  int32_t offsets_retention_minutes = 10080;
  int64_t offsets_retention_check_interval_ms = 600000;
  int32_t offsets_topic_num_partitions = 50;
  int16_t offsets_topic_replication_factor = 3;
  int32_t offsets_topic_segment_bytes = 104857600;

  // Windows over which clients' quotas are measured.
  int32_t quota_window_num = 11;
  int32_t quota_window_size_seconds = 1;
  int32_t controller_quota_window_num = 11;
  int32_t controller_quota_window_size_seconds = 1;

  // Produce and fetch.
  int32_t fetch_max_bytes = 57671680;
  int32_t max_fetch_session_slots = 1000;
  int32_t producer_id_expiration_ms = 86400000;
  bool flush_acks_all = true;         // acks=all waits for fdatasync
  bool validate_every_batch = false;  // also compressed ones, record by record

  friend bool operator==(const BrokerConfig&, const BrokerConfig&) = default;
};

/// The configuration of virtual broker `index` (from 0). `invalid` with every error of the settings
/// and every conflict between them, one a line.
Result<BrokerConfig> resolve(const BrokerSettings& settings, int32_t index = 0);

}  // namespace kelp::config
