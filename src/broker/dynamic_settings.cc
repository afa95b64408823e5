#include "broker/dynamic_settings.h"

#include <boost/json.hpp>
#include <charconv>

#include "base/log.h"

namespace kelp::broker {
namespace json = boost::json;
namespace {

constexpr int kVersion = 1;

json::object to_json(const ConfigTexts& texts) {
  json::object object;
  for (const auto& [name, text] : texts) object.emplace(name, text);
  return object;
}

ConfigTexts texts_of(const json::value& value) {
  ConfigTexts texts;
  for (const auto& [name, text] : value.as_object()) {
    texts.emplace(std::string(name), json::value_to<std::string>(text));
  }
  return texts;
}

int32_t stored_node(std::string_view text) {
  const std::optional<int32_t> node = node_id_of(text);
  if (!node.has_value() || *node < 0) throw std::invalid_argument("node id");
  return *node;
}

}  // namespace

std::optional<int32_t> node_id_of(std::string_view text) {
  int32_t node = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), node);
  if (error != std::errc{} || at != text.data() + text.size()) return std::nullopt;
  return node;
}

std::string encode(const DynamicSettings& settings) {
  json::object all, nodes;
  for (const auto& [node, texts] : settings) {
    if (node == config::kEveryNode) {
      all = to_json(texts);
    } else if (!texts.empty()) {
      nodes.emplace(std::to_string(node), to_json(texts));
    }
  }
  json::object object;
  object["version"] = kVersion;
  object["all"] = std::move(all);
  object["nodes"] = std::move(nodes);
  return json::serialize(object);
}

Result<DynamicSettings> decode_dynamic_settings(const std::string& body) {
  try {
    const json::value value = json::parse(body);
    if (value.at("version").as_int64() != kVersion) throw std::invalid_argument("version");
    DynamicSettings settings;
    settings[config::kEveryNode] = texts_of(value.at("all"));
    for (const auto& [node, texts] : value.at("nodes").as_object()) {
      settings[stored_node(node)] = texts_of(texts);
    }
    return settings;
  } catch (const std::exception& error) {
    return fail(ErrorKind::malformed, "catalog document broker-configs: " + for_log(error.what()));
  }
}

config::BrokerSettings laid_over(const config::BrokerSettings& base,
                                 const DynamicSettings& dynamic) {
  config::BrokerSettings settings = base;
  for (const auto& [node, texts] : dynamic) {
    for (const auto& [name, text] : texts) {
      const auto set = settings.set_dynamic(node, name, text);
      if (!set.has_value()) log_warn("stored broker configuration: {}", set.error().what);
    }
  }
  return settings;
}

}  // namespace kelp::broker
