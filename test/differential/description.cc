#include "differential/description.h"

#include <boost/json.hpp>

namespace kelp::test {
namespace json = boost::json;
namespace {

json::value first_and_last_offsets(const json::value& metadata, int64_t timestamp) {
  json::array topics;
  for (const json::value& topic : metadata.at("topics").as_array()) {
    json::array partitions;
    for (const json::value& partition : topic.at("partitions").as_array()) {
      partitions.push_back(
          {{"partitionIndex", partition.at("partitionIndex")}, {"timestamp", timestamp}});
    }
    topics.push_back({{"name", topic.at("name")}, {"partitions", std::move(partitions)}});
  }
  return {{"replicaId", -1}, {"topics", std::move(topics)}};
}

json::value all_configs(const json::value& listed) {
  json::array resources;
  constexpr int kBroker = 4;
  resources.push_back({{"resourceType", kBroker}, {"resourceName", ""}});
  for (const json::value& resource : listed.at("configResources").as_array()) {
    resources.push_back({{"resourceType", resource.at("resourceType")},
                         {"resourceName", resource.at("resourceName")}});
  }
  return {{"resources", std::move(resources)}};
}

/// The groups, once a broker that has just started has loaded them.
Result<json::value> loaded_groups(Speaker& broker) {
  constexpr int64_t kLoading = 14;  // COORDINATOR_LOAD_IN_PROGRESS
  const Deadline deadline = patience();
  for (;;) {
    auto listed = broker.ask("ListGroups", 5, json::object());
    if (!listed.has_value() || listed->at("errorCode").as_int64() != kLoading) return listed;
    if (std::chrono::steady_clock::now() > deadline) {
      return fail(ErrorKind::timed_out, "the groups are not loaded");
    }
  }
}

json::value all_offsets(const json::value& listed) {
  json::array groups;
  for (const json::value& group : listed.at("groups").as_array()) {
    groups.push_back({{"groupId", group.at("groupId")}, {"topics", nullptr}});
  }
  return {{"groups", std::move(groups)}};
}

}  // namespace

Result<Description> describe(Speaker& broker) {
  Description all;
  Result<void> outcome;
  const auto add = [&](const std::string& name, const std::string& api, int16_t version,
                       const json::value& body) {
    if (!outcome.has_value()) return;
    auto bytes = broker.ask_bytes(api, version, body);
    if (!bytes.has_value()) {
      outcome = std::unexpected(bytes.error());
    } else {
      all[name] = bytes->has_value() ? std::string((*bytes)->text()) : "closed";
    }
  };
  const json::value everything = json::object();
  const auto metadata = broker.ask("Metadata", 12, {{"topics", nullptr}});
  if (!metadata.has_value()) return std::unexpected(metadata.error());
  const auto resources = broker.ask("ListConfigResources", 1, everything);
  if (!resources.has_value()) return std::unexpected(resources.error());
  const auto groups = loaded_groups(broker);
  if (!groups.has_value()) return std::unexpected(groups.error());
  add("topics", "Metadata", 12, {{"topics", nullptr}});
  add("first offsets", "ListOffsets", 7, first_and_last_offsets(*metadata, -2));
  add("last offsets", "ListOffsets", 7, first_and_last_offsets(*metadata, -1));
  add("resources", "ListConfigResources", 1, everything);
  add("configurations", "DescribeConfigs", 4, all_configs(*resources));
  add("groups", "ListGroups", 5, everything);
  add("committed offsets", "OffsetFetch", 8, all_offsets(*groups));
  add("quotas", "DescribeClientQuotas", 1, {{"components", json::array()}});
  add("reassignments", "ListPartitionReassignments", 0, {{"topics", nullptr}});
  add("features", "ApiVersions", 4,
      {{"clientSoftwareName", "differential"}, {"clientSoftwareVersion", "1"}});
  if (!outcome.has_value()) return std::unexpected(outcome.error());
  return all;
}

std::string changed_between(const Description& before, const Description& after) {
  std::string names;
  for (const auto& [name, bytes] : after) {
    const auto was = before.find(name);
    if (was != before.end() && was->second == bytes) continue;
    names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

}  // namespace kelp::test
