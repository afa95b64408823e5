// Any text as a properties file, as settings, as a topic's overrides, as an endpoint: refused with
// words, or a configuration whose texts mean the same when they are read again.
#include "base/assert.h"
#include "config/broker_config.h"
#include "config/broker_settings.h"
#include "config/listener.h"
#include "config/properties.h"
#include "config/topic_config.h"

namespace kelp::config {
namespace {

/// A value in force, shown and read again, is the same value.
void read_again(const Setting& setting) {
  const std::string text = to_text(setting.value);
  const auto again = parse_value(*setting.key, text);
  KELP_ASSERT(again.has_value(), setting.key->name, text);
  KELP_ASSERT(to_text(*again) == text, setting.key->name, text);
}

void as_settings(std::string_view text) {
  BrokerSettings settings;
  settings.add_file(text, "fuzz.properties");
  settings.show();
  settings.warnings();
  settings.without_effect();
  for (const Setting& setting : settings.all()) read_again(setting);
  const auto config = resolve(settings);
  KELP_ASSERT(config.has_value() || !config.error().text().empty(), text.size());
}

void as_overrides(const std::vector<Property>& properties) {
  std::vector<NamedText> wanted;
  for (const Property& property : properties) wanted.emplace_back(property.key, property.value);
  const TopicConfig defaults;
  const auto overrides = validate_topic_overrides(wanted, defaults);
  if (!overrides.has_value()) return;
  resolve_topic_config(*overrides, defaults);
  describe_topic_config(*overrides, BrokerSettings());
}

void as_endpoint(std::string_view text) {
  const auto endpoint = parse_endpoint(text);
  if (!endpoint.has_value()) return;
  const auto again = parse_endpoint(endpoint->text());
  KELP_ASSERT(again.has_value() && *again == *endpoint, endpoint->text());
}

}  // namespace
}  // namespace kelp::config

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kelp::config;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  as_settings(text);
  const auto properties = parse_properties(text);
  if (!properties.has_value()) return 0;
  as_overrides(*properties);
  for (const Property& property : *properties) as_endpoint(property.value);
  return 0;
}
