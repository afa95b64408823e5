// What AlterConfigs set of groups and of subscriptions to client metrics, as documents of the
// catalog: docs/formats/topic.md. A resource of which nothing is set has none. Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "broker/dynamic_settings.h"

namespace kelp::broker {

/// ConfigResource.Type and the name within it.
struct ResourceName {
  int8_t type = 0;
  std::string name;
  friend auto operator<=>(const ResourceName&, const ResourceName&) = default;
};

using ResourceConfigs = std::map<ResourceName, ConfigTexts>;

/// What a document's key begins with, for each type that has documents.
struct ResourceKind {
  int8_t type;
  std::string_view prefix;
};
std::span<const ResourceKind> resource_kinds();

/// The key of the resource's document. Its type is one of resource_kinds().
std::string document_key(const ResourceName& resource);
std::string encode_resource(const ConfigTexts& texts);
/// Errors: malformed.
Result<ConfigTexts> decode_resource(const std::string& key, const std::string& body);

}  // namespace kelp::broker
