#include "cli/cluster_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/json_print.h"
#include "wire/registry.h"

namespace kelp::cli {
namespace {

struct Feature {
  std::optional<int16_t> finalized;  // the level that the cluster uses
  std::optional<std::pair<int16_t, int16_t>> supported;
};

std::map<std::string, Feature> features_of(const wire::ApiVersionsResponse& response) {
  std::map<std::string, Feature> features;
  for (const auto& each : response.supported_features) {
    features[each.name].supported = {each.min_version, each.max_version};
  }
  for (const auto& each : response.finalized_features) {
    features[each.name].finalized = each.max_version_level;
  }
  return features;
}

/// "Metadata"; of an API that is new to us its number.
std::string api_name(int16_t key) {
  const wire::MessageInfo* message = wire::find_message(wire::MessageKind::request, key);
  if (message == nullptr) return fmt::format("API {}", key);
  const std::string_view name = message->ops->name;
  return std::string(name.substr(0, name.rfind("Request")));
}

/// Brokers by what they serve.
using Ranges = std::map<std::pair<int16_t, int16_t>, std::vector<int32_t>>;

std::map<int16_t, Ranges> ranges_of(const ClusterInfo& info) {
  std::map<int16_t, Ranges> apis;
  for (const auto& [broker, served] : info.apis) {
    for (const auto& api : served) {
      apis[api.api_key][{api.min_version, api.max_version}].push_back(broker);
    }
  }
  return apis;
}

std::string ranges_text(const Ranges& ranges, size_t brokers) {
  std::string text;
  for (const auto& [range, its_brokers] : ranges) {
    if (!text.empty()) text += ' ';
    text += fmt::format("{}-{}", range.first, range.second);
    if (its_brokers.size() < brokers) text += fmt::format(" ({})", fmt::join(its_brokers, ","));
  }
  return text;
}

boost::json::array nodes_json(const ClusterInfo& info) {
  boost::json::array list;
  for (const Node& node : info.nodes) {
    boost::json::object each{{"id", node.id},
                             {"host", node.host},
                             {"port", node.port},
                             {"rack", or_null(node.rack)},
                             {"controller", info.controller_id == node.id},
                             {"fenced", node.fenced}};
    if (const auto served = info.apis.find(node.id); served != info.apis.end()) {
      boost::json::array apis;
      for (const auto& api : served->second) {
        apis.push_back(boost::json::object{{"key", api.api_key},
                                           {"name", api_name(api.api_key)},
                                           {"min_version", api.min_version},
                                           {"max_version", api.max_version}});
      }
      each["apis"] = std::move(apis);
    }
    list.push_back(std::move(each));
  }
  return list;
}

boost::json::array features_json(const ClusterInfo& info) {
  boost::json::array list;
  for (const auto& [name, feature] : features_of(info.features)) {
    boost::json::object each{{"name", name},
                             {"finalized", or_null(feature.finalized)},
                             {"min_supported", nullptr},
                             {"max_supported", nullptr}};
    if (feature.supported.has_value()) {
      each["min_supported"] = feature.supported->first;
      each["max_supported"] = feature.supported->second;
    }
    list.push_back(std::move(each));
  }
  return list;
}

boost::json::value quorum_json(const std::optional<Quorum>& quorum) {
  if (!quorum.has_value()) return nullptr;
  return boost::json::object{
      {"leader_id", quorum->leader_id},
      {"leader_epoch", quorum->leader_epoch},
      {"voters", boost::json::array(quorum->voters.begin(), quorum->voters.end())},
      {"observers", boost::json::array(quorum->observers.begin(), quorum->observers.end())}};
}

}  // namespace

Table summary_table(const ClusterInfo& info) {
  Table table({"CLUSTER-ID", "CONTROLLER", "BROKERS", "TOPICS", "PARTITIONS", "UNDER-REPLICATED",
               "UNAVAILABLE"});
  table.add({info.cluster_id.value_or(""), cell(info.controller_id),
             std::to_string(info.nodes.size()), std::to_string(info.topics),
             std::to_string(info.partitions), std::to_string(info.under_replicated),
             std::to_string(info.unavailable)});
  return table;
}

Table nodes_table(const ClusterInfo& info) {
  Table table({"ID", "HOST", "PORT", "RACK", "CONTROLLER", "FENCED"});
  for (const Node& node : info.nodes) {
    table.add({std::to_string(node.id), node.host, std::to_string(node.port),
               node.rack.value_or(""), info.controller_id == node.id ? "yes" : "no",
               node.fenced ? "yes" : "no"});
  }
  return table;
}

Table quorum_table(const Quorum& quorum) {
  Table table({"QUORUM-LEADER", "LEADER-EPOCH", "VOTERS", "OBSERVERS"});
  table.add({std::to_string(quorum.leader_id), std::to_string(quorum.leader_epoch),
             fmt::format("{}", fmt::join(quorum.voters, ",")),
             fmt::format("{}", fmt::join(quorum.observers, ","))});
  return table;
}

Table features_table(const ClusterInfo& info) {
  Table table({"FEATURE", "FINALIZED", "SUPPORTED"});
  for (const auto& [name, feature] : features_of(info.features)) {
    std::string supported;
    if (feature.supported.has_value()) {
      supported = fmt::format("{}-{}", feature.supported->first, feature.supported->second);
    }
    table.add({name, cell(feature.finalized), supported});
  }
  return table;
}

Table apis_table(const ClusterInfo& info) {
  Table table({"KEY", "API", "VERSIONS"});
  for (const auto& [key, ranges] : ranges_of(info)) {
    table.add({std::to_string(key), api_name(key), ranges_text(ranges, info.apis.size())});
  }
  return table;
}

boost::json::object cluster_json(const ClusterInfo& info) {
  return boost::json::object{{"cluster_id", or_null(info.cluster_id)},
                             {"controller_id", or_null(info.controller_id)},
                             {"nodes", nodes_json(info)},
                             {"topic_count", info.topics},
                             {"partition_count", info.partitions},
                             {"under_replicated", info.under_replicated},
                             {"unavailable", info.unavailable},
                             {"quorum", quorum_json(info.quorum)},
                             {"features", features_json(info)}};
}

}  // namespace kelp::cli
