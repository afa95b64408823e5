#include "config/broker_config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "config/conflicts.h"
#include "config/typed.h"

namespace kelp::config {
namespace {

using Faults = std::vector<std::string>;

EngineKind engine_of(std::string_view name) {
  if (name == "memory") return EngineKind::memory;
  if (name == "seaweed") return EngineKind::seaweed;
  return EngineKind::disk;
}

void resolve_identity(const BrokerSettings& settings, int32_t index, BrokerConfig& config,
                      Faults& faults) {
  const NodeIds nodes = settings.node_ids();
  const int32_t old_name = get<"broker.id">(settings);
  if (old_name >= 0 && old_name != nodes.first) {
    faults.push_back("You must set `node.id` to the same value as `broker.id`.");
  }
  if (index < 0 || index >= nodes.count) {
    faults.push_back(
        fmt::format("there is no virtual broker {}: kelp.brokers is {}", index, nodes.count));
  }
  if (nodes.first > std::numeric_limits<int32_t>::max() - nodes.count) {
    faults.push_back(
        fmt::format("node.id {} leaves no ids for {} brokers", nodes.first, nodes.count));
    return;
  }
  config.first_node_id = nodes.first;
  config.brokers = nodes.count;
  config.node_id = nodes.first + index;
  config.rack = find<"broker.rack">(settings, config.node_id);
  config.cluster_id = find<"kelp.cluster.id">(settings);
  for (const Feature& feature : features()) {
    FeatureLevel level{feature.name, feature.default_level};
    for (const FeatureLevel& wanted : settings.feature_levels()) {
      if (wanted.name == feature.name) level.level = wanted.level;
    }
    config.feature_levels.push_back(level);
  }
}

void resolve_seaweed(const BrokerSettings& settings, BrokerConfig& config, Faults& faults) {
  SeaweedConfig& seaweed = config.seaweed;
  seaweed.masters = get<"seaweed.masters">(settings);
  seaweed.filer = get<"seaweed.filer">(settings);
  seaweed.filer_group = get<"seaweed.filer.group">(settings);
  seaweed.root = get<"seaweed.root">(settings);
  seaweed.collection = get<"seaweed.collection">(settings);
  seaweed.replication = get<"seaweed.replication">(settings);
  seaweed.smq_namespace = get<"seaweed.smq.namespace">(settings);
  seaweed.smq_visible = get<"seaweed.smq.visible">(settings);
  seaweed.delete_delay_ms = get<"seaweed.delete.delay.ms">(settings);
  seaweed.start_timeout_ms = get<"seaweed.start.timeout.ms">(settings);
  seaweed.tls_ca_file = get<"seaweed.tls.ca.file">(settings);
  seaweed.tls_certificate_file = get<"seaweed.tls.certificate.file">(settings);
  seaweed.tls_key_file = get<"seaweed.tls.key.file">(settings);
  const bool smq = get<"seaweed.topic.storage.default">(settings) == kStorageSmq;
  if (config.engine != EngineKind::seaweed) {
    if (smq) faults.push_back("seaweed.topic.storage.default=smq needs kelp.engine=seaweed");
    return;
  }
  if (seaweed.masters.empty() && seaweed.filer.empty()) {
    faults.push_back("kelp.engine=seaweed needs seaweed.masters=host:port[,...]");
  }
  if (!seaweed.root.starts_with('/') || seaweed.root.ends_with('/')) {
    faults.push_back(
        fmt::format("seaweed.root must be a folder like /kelp, not '{}'", seaweed.root));
  }
}

void resolve_storage(const BrokerSettings& settings, BrokerConfig& config, Faults& faults) {
  config.engine = engine_of(get<"kelp.engine">(settings));
  config.shards = get<"kelp.shards">(settings);
  config.flush_acks_all = get<"kelp.flush.acks.all">(settings);
  config.validate_every_batch =
      get<"kelp.produce.validate.compressed">(settings) == table::kValidateAlways;
  resolve_seaweed(settings, config, faults);
  const auto several = find<"log.dirs">(settings);
  const List dirs = several ? *several : get<"log.dir">(settings);
  if (dirs.size() != 1) {
    faults.push_back(fmt::format(
        "{} names {} directories ({}): Kelp keeps all logs in one, so name one, on a file system "
        "that spans the disks",
        several ? "log.dirs" : "log.dir", dirs.size(), fmt::join(dirs, ", ")));
    return;
  }
  config.data_dir = dirs.front();
}

bool is_set_for_node(const BrokerSettings& settings, const Key& key, int32_t node_id) {
  const Setting* setting = settings.find(key, node_id);
  return setting != nullptr && setting->node_id == node_id;
}

/// A node's own listeners are taken as they are. Its own advertised ones too, while the ports it
/// listens on are moved with the others'.
Result<std::vector<ListenerConfig>> listeners_of(const BrokerSettings& settings, int32_t index,
                                                 int32_t node_id, int32_t count) {
  ListenerTexts texts;
  texts.listeners = get<"listeners">(settings, node_id);
  texts.advertised = find<"advertised.listeners">(settings, node_id);
  texts.protocol_map = get<"listener.security.protocol.map">(settings, node_id);
  texts.controller_names =
      find<"controller.listener.names">(settings, node_id).value_or(List{"CONTROLLER"});
  auto listeners = resolve_listeners(texts);
  if (!listeners) return listeners;
  const bool own = is_set_for_node(settings, broker_key<"listeners">(), node_id);
  const bool own_advertised =
      is_set_for_node(settings, broker_key<"advertised.listeners">(), node_id);
  if (own) return listeners;
  if (settings.port()) listeners->front().port = *settings.port();
  auto shifted = shift_listeners(*listeners, index, count);
  if (shifted && own_advertised) {
    for (size_t i = 0; i < shifted->size(); ++i) {
      (*shifted)[i].advertised_port = (*listeners)[i].advertised_port;
    }
  }
  return shifted;
}

/// "10.0.0.1:5,localhost:9": address and count, comma separated.
void resolve_ip_overrides(const BrokerSettings& settings, BrokerConfig& config, Faults& faults) {
  const std::string text = get<"max.connections.per.ip.overrides">(settings, config.node_id);
  for (const std::string_view pair : list_items(text)) {
    const size_t colon = pair.rfind(':');
    const std::string_view count_text =
        colon == pair.npos ? std::string_view{} : trimmed(pair.substr(colon + 1));
    int32_t count = 0;
    const char* end = count_text.data() + count_text.size();
    const auto [at, error] = std::from_chars(count_text.data(), end, count);
    if (count_text.empty() || error != std::errc{} || at != end || count < 0) {
      faults.push_back(
          fmt::format("max.connections.per.ip.overrides: '{}' is not address:count", pair));
      return;
    }
    std::string_view address = trimmed(pair.substr(0, colon));
    if (address.starts_with('[') && address.ends_with(']')) {
      address = address.substr(1, address.size() - 2);
    }
    config.max_connections_per_ip_overrides.emplace_back(address, count);
  }
}

void resolve_connections(const BrokerSettings& settings, int32_t index, BrokerConfig& config,
                         Faults& faults) {
  const int32_t node = config.node_id;
  auto listeners = listeners_of(settings, index, node, config.brokers);
  if (listeners) {
    config.listeners = *std::move(listeners);
  } else {
    faults.push_back(listeners.error().what);
  }
  config.connections_max_idle_ms = get<"connections.max.idle.ms">(settings, node);
  config.max_connections = get<"max.connections">(settings, node);
  config.max_connections_per_ip = get<"max.connections.per.ip">(settings, node);
  resolve_ip_overrides(settings, config, faults);
  config.socket_request_max_bytes = get<"socket.request.max.bytes">(settings, node);
  config.socket_listen_backlog_size = get<"socket.listen.backlog.size">(settings, node);
  config.socket_send_buffer_bytes = get<"socket.send.buffer.bytes">(settings, node);
  config.socket_receive_buffer_bytes = get<"socket.receive.buffer.bytes">(settings, node);
  config.queued_max_requests = get<"queued.max.requests">(settings, node);
  config.queued_max_request_bytes = get<"queued.max.request.bytes">(settings, node);
}

void resolve_topics_and_data(const BrokerSettings& settings, BrokerConfig& config) {
  const int32_t node = config.node_id;
  config.auto_create_topics = get<"auto.create.topics.enable">(settings, node);
  config.delete_topics = get<"delete.topic.enable">(settings, node);
  config.num_partitions = get<"num.partitions">(settings, node);
  config.default_replication_factor = get<"default.replication.factor">(settings, node);
  config.topic_defaults = topic_defaults(settings, node);
  config.max_request_partition_size_limit = get<"max.request.partition.size.limit">(settings, node);
  config.fetch_max_bytes = get<"fetch.max.bytes">(settings, node);
  config.max_fetch_session_slots = get<"max.incremental.fetch.session.cache.slots">(settings, node);
  config.producer_id_expiration_ms = get<"producer.id.expiration.ms">(settings, node);
}

void resolve_log_life(const BrokerSettings& settings, BrokerConfig& config) {
  const int32_t node = config.node_id;
  config.retention_check_interval_ms = get<"log.retention.check.interval.ms">(settings, node);
  config.cleaner_enable = get<"log.cleaner.enable">(settings, node);
}

void resolve_groups(const BrokerSettings& settings, BrokerConfig& config) {
  const int32_t node = config.node_id;
  config.group_min_session_timeout_ms = get<"group.min.session.timeout.ms">(settings, node);
  config.group_max_session_timeout_ms = get<"group.max.session.timeout.ms">(settings, node);
  config.group_initial_rebalance_delay_ms = get<"group.initial.rebalance.delay.ms">(settings, node);
  config.group_max_size = get<"group.max.size">(settings, node);
  config.offset_metadata_max_bytes = get<"offset.metadata.max.bytes">(settings, node);
  config.offsets_retention_minutes = get<"offsets.retention.minutes">(settings, node);
  config.offsets_retention_check_interval_ms =
      get<"offsets.retention.check.interval.ms">(settings, node);
  config.offsets_topic_num_partitions = get<"offsets.topic.num.partitions">(settings, node);
  config.offsets_topic_replication_factor = get<"offsets.topic.replication.factor">(settings, node);
  config.offsets_topic_segment_bytes = get<"offsets.topic.segment.bytes">(settings, node);
}

void resolve_quota_windows(const BrokerSettings& settings, BrokerConfig& config) {
  const int32_t node = config.node_id;
  config.quota_window_num = get<"quota.window.num">(settings, node);
  config.quota_window_size_seconds = get<"quota.window.size.seconds">(settings, node);
  config.controller_quota_window_num = get<"controller.quota.window.num">(settings, node);
  config.controller_quota_window_size_seconds =
      get<"controller.quota.window.size.seconds">(settings, node);
}

/// With every conflict between the settings in `faults`.
BrokerConfig resolve_all(const BrokerSettings& settings, int32_t index, Faults& faults) {
  BrokerConfig config;
  resolve_identity(settings, index, config, faults);
  resolve_storage(settings, config, faults);
  resolve_connections(settings, index, config, faults);
  resolve_topics_and_data(settings, config);
  resolve_log_life(settings, config);
  resolve_groups(settings, config);
  resolve_quota_windows(settings, config);
  return config;
}

}  // namespace

Result<BrokerConfig> resolve(const BrokerSettings& settings, int32_t index) {
  Faults faults = settings.errors();
  BrokerConfig config = resolve_all(settings, index, faults);
  if (!faults.empty()) {
    return fail(ErrorKind::invalid, fmt::format("{}", fmt::join(faults, "\n")));
  }
  return config;
}

std::vector<std::string> conflicts_in(const BrokerSettings& settings) {
  Faults all;
  for (int32_t index = 0; index < settings.node_ids().count; ++index) {
    Faults faults;
    (void)resolve_all(settings, index, faults);
    for (std::string& fault : faults) {
      if (std::ranges::find(all, fault) == all.end()) all.push_back(std::move(fault));
    }
  }
  return all;
}

}  // namespace kelp::config
