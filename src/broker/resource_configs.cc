#include "broker/resource_configs.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/assert.h"
#include "base/log.h"
#include "broker/config_orders.h"

namespace kelp::broker {
namespace json = boost::json;
namespace {

constexpr int kVersion = 1;
constexpr std::array kKinds{ResourceKind{kGroupResource, "group-configs/"},
                            ResourceKind{kClientMetricsResource, "client-metrics/"}};

}  // namespace

std::span<const ResourceKind> resource_kinds() { return kKinds; }

std::string document_key(const ResourceName& resource) {
  const auto* const kind = std::ranges::find(kKinds, resource.type, &ResourceKind::type);
  KELP_ASSERT(kind != kKinds.end());
  return std::string(kind->prefix) + resource.name;
}

std::string encode_resource(const ConfigTexts& texts) {
  json::object configs;
  for (const auto& [name, text] : texts) configs.emplace(name, text);
  json::object object;
  object["version"] = kVersion;
  object["configs"] = std::move(configs);
  return json::serialize(object);
}

Result<ConfigTexts> decode_resource(const std::string& key, const std::string& body) {
  try {
    const json::value value = json::parse(body);
    if (value.at("version").as_int64() != kVersion) throw std::invalid_argument("version");
    ConfigTexts texts;
    for (const auto& [name, text] : value.at("configs").as_object()) {
      texts.emplace(std::string(name), json::value_to<std::string>(text));
    }
    return texts;
  } catch (const std::exception& error) {
    return fail(ErrorKind::malformed,
                "catalog document " + for_log(key) + ": " + for_log(error.what()));
  }
}

}  // namespace kelp::broker
