#include "differential/normal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "base/uuid.h"

namespace kelp::test {
namespace json = boost::json;
namespace {

/// What no two brokers agree on: a number that is there becomes "N", a text "TEXT". What says that
/// there is none (-1, null, "", the zero uuid) stays. An api of "" is every API.
struct Mask {
  std::string_view api, field;
};
constexpr Mask kMasks[] = {
    {"", "topicId"},
    {"", "replicaDirectoryId"},
    {"", "port"},
    {"", "clusterId"},
    {"", "totalBytes"},
    {"", "usableBytes"},
    {"", "partitionSize"},
    {"", "logDir"},
    {"", "documentation"},
    {"", "finalizedFeaturesEpoch"},
    {"", "lastTimestamp"},
    {"", "logAppendTimeMs"},
    {"", "producerId"},
    // The log of Kafka's metadata is another one than our catalog.
    {"DescribeQuorum", "leaderEpoch"},
    {"DescribeQuorum", "highWatermark"},
    {"DescribeQuorum", "logEndOffset"},
    {"DescribeQuorum", "lastFetchTimestamp"},
    {"DescribeQuorum", "lastCaughtUpTimestamp"},
};

/// Configurations that say where a broker was told to listen and to store.
constexpr std::string_view kOfTheSetup[] = {"advertised.listeners", "log.dirs", "listeners",
                                            "controller.quorum.bootstrap.servers"};

/// What an element of an array is called by, the first of these that it has.
constexpr std::string_view kNames[] = {"name",      "topicName",   "topic",     "resourceName",
                                       "feature",   "groupId",     "apiKey",    "partitionIndex",
                                       "partition", "partitionId", "logDir",    "nodeId",
                                       "key",       "brokerId",    "replicaId", "entityType"};

bool is_masked(std::string_view api, std::string_view field) {
  for (const Mask& mask : kMasks) {
    if (mask.field == field && (mask.api.empty() || mask.api == api)) return true;
  }
  return false;
}

json::value masked(const json::value& value) {
  if (value.is_int64()) return value.as_int64() < 0 ? value : json::value("N");
  if (value.is_uint64()) return json::value("N");
  if (!value.is_string()) return value;
  const bool nothing = value.as_string().empty() || value.as_string() == Uuid().text().c_str();
  return nothing ? value : json::value("TEXT");
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.as_string().c_str()) : json::serialize(value);
}

std::string config_line(const json::object& config) {
  std::string line = json::serialize(config.at("value"));
  std::string synonyms;
  for (const auto& [name, value] : config) {
    if (name == "name" || name == "value") continue;
    if (name == "synonyms") {
      for (const json::value& synonym : value.as_array()) {
        synonyms += fmt::format(" <- {}={} ({})", text_of(synonym.at("name")),
                                text_of(synonym.at("value")), text_of(synonym.at("source")));
      }
      continue;
    }
    const bool is_off = value.is_null() || (value.is_bool() && !value.as_bool());
    if (is_off) continue;
    line += " " + std::string(name);
    if (name != "documentation" && !value.is_bool()) line += "=" + text_of(value);
  }
  return line + synonyms;
}

json::value form_of(std::string_view api, std::string_view field, const json::value& value);

/// Who a quota is for: "client-id=c,user=u", whatever the order.
std::string name_of_entity(const json::array& entity) {
  std::set<std::string> parts;
  for (const json::value& part : entity) {
    parts.insert(text_of(part.at("entityType")) + "=" + text_of(part.at("entityName")));
  }
  return fmt::format("{}", fmt::join(parts, ","));
}

std::string name_of(const json::object& element) {
  if (const json::value* type = element.if_contains("resourceType")) {
    return text_of(*type) + ":" + text_of(element.at("resourceName"));
  }
  if (const json::value* entity = element.if_contains("entity")) {
    return name_of_entity(entity->as_array());
  }
  for (const std::string_view field : kNames) {
    const json::value* found = element.if_contains(field);
    // A topic that is named by its id alone.
    if (found == nullptr || (found->is_null() && element.contains("topicId"))) continue;
    return is_masked("", field) ? text_of(masked(*found)) : text_of(*found);
  }
  return "element";
}

json::value form_of_array(std::string_view api, std::string_view field, const json::array& array) {
  json::array plain;
  json::object named;
  for (const json::value& element : array) {
    if (!element.is_object()) {
      plain.push_back(form_of(api, field, element));
      continue;
    }
    const std::string name = name_of(element.as_object());
    std::string free = name;
    for (int n = 2; named.contains(free); ++n) free = fmt::format("{}#{}", name, n);
    const bool is_config = element.as_object().contains("isSensitive");
    if (is_config && std::ranges::find(kOfTheSetup, name) != std::end(kOfTheSetup)) continue;
    named[free] =
        is_config ? json::value(config_line(element.as_object())) : form_of(api, field, element);
  }
  if (named.empty()) return plain;
  return named;
}

json::value form_of(std::string_view api, std::string_view field, const json::value& value) {
  if (is_masked(api, field)) return masked(value);
  if (value.is_array()) return form_of_array(api, field, value.as_array());
  if (!value.is_object()) return value;
  json::object form;
  for (const auto& [name, member] : value.as_object()) form[name] = form_of(api, name, member);
  return form;
}

void compare(const std::string& at, const json::value& of_kafka, const json::value& of_kelp,
             std::vector<Difference>& found) {
  if (!of_kafka.is_object() || !of_kelp.is_object()) {
    if (of_kafka != of_kelp)
      found.push_back({at, json::serialize(of_kafka), json::serialize(of_kelp)});
    return;
  }
  const json::object& kafka = of_kafka.as_object();
  const json::object& kelp = of_kelp.as_object();
  for (const auto& [name, member] : kafka) {
    const std::string below = at + "/" + std::string(name);
    if (const json::value* other = kelp.if_contains(name)) {
      compare(below, member, *other, found);
    } else {
      found.push_back({below, json::serialize(member), "(absent)"});
    }
  }
  for (const auto& [name, member] : kelp) {
    if (kafka.contains(name)) continue;
    found.push_back({at + "/" + std::string(name), "(absent)", json::serialize(member)});
  }
}

}  // namespace

json::value normal_form(std::string_view api, const json::value& answer) {
  return form_of(api, "", answer);
}

std::vector<Difference> differences(const json::value& of_kafka, const json::value& of_kelp) {
  std::vector<Difference> found;
  compare("", of_kafka, of_kelp, found);
  return found;
}

}  // namespace kelp::test
