#include "broker/topic_document.h"

#include <boost/json.hpp>

#include "base/log.h"

namespace kelp::broker {
namespace json = boost::json;
namespace {

/// What is wholly ours, and what has a place: who does not know of that must not open it.
constexpr int kVersion = 1, kSharedVersion = 2;

TopicDocument parse(const json::object& object) {
  TopicDocument topic;
  topic.name = json::value_to<std::string>(object.at("name"));
  const auto id = Uuid::parse(object.at("id").as_string());
  if (!id.has_value()) throw std::invalid_argument("id");
  topic.id = *id;
  topic.unclean_starts = json::value_to<int32_t>(object.at("unclean_starts"));
  for (const json::value& partition : object.at("replicas").as_array()) {
    auto& replicas = topic.replicas.emplace_back();
    for (const json::value& node : partition.as_array()) {
      replicas.emplace_back(json::value_to<int32_t>(node));
    }
    if (replicas.empty()) throw std::invalid_argument("replicas");
  }
  if (const json::value* place = object.if_contains("place")) {
    topic.place = json::value_to<std::string>(*place);
  }
  for (const auto& [key, value] : object.at("configs").as_object()) {
    topic.overrides.emplace(std::string(key), json::value_to<std::string>(value));
  }
  return topic;
}

}  // namespace

std::string topic_key(std::string_view name) { return "topics/" + std::string(name); }
std::string deleting_key(const Uuid& id) { return "deleting/" + id.text(); }

std::string encode(const TopicDocument& topic) {
  json::array replicas;
  for (const auto& partition : topic.replicas) {
    json::array nodes;
    for (const BrokerId node : partition) nodes.emplace_back(node.value());
    replicas.emplace_back(std::move(nodes));
  }
  json::object configs;
  for (const auto& [key, value] : topic.overrides) configs.emplace(key, value);
  json::object object;
  object["version"] = topic.place.empty() ? kVersion : kSharedVersion;
  object["name"] = topic.name;
  object["id"] = topic.id.text();
  object["unclean_starts"] = topic.unclean_starts;
  object["replicas"] = std::move(replicas);
  object["configs"] = std::move(configs);
  if (!topic.place.empty()) object["place"] = topic.place;
  return json::serialize(object);
}

Result<TopicDocument> decode_topic(const std::string& key, const std::string& body) {
  try {
    const json::value value = json::parse(body);
    const json::object& object = value.as_object();
    const int64_t version = object.at("version").as_int64();
    if (version != (object.contains("place") ? kSharedVersion : kVersion)) {
      return fail(ErrorKind::malformed, "catalog document " + for_log(key) + ": unknown version");
    }
    return parse(object);
  } catch (const std::exception& error) {
    return fail(ErrorKind::malformed,
                "catalog document " + for_log(key) + ": " + for_log(error.what()));
  }
}

}  // namespace kelp::broker
