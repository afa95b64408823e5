// ApiVersions, versions 0-4: which APIs and versions are served (KIP-35), and which features are on
// (KIP-584).
//   v1 throttle time   v3 flexible; client software name and version; features, without those whose
//   minimum is 0 (old clients refuse them)   v4 features with minimum 0 too
// A version that is not served is answered in v0 with error 35 and one row (KIP-511): see
// Broker::serve. The response header is always v0. A software name that is not of the form
// [a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])? is 42 INVALID_REQUEST.
#include <algorithm>

#include "broker/api/handlers.h"
#include "broker/apis.h"
#include "broker/broker.h"

namespace kelp::broker {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_software_name(std::string_view text) {
  if (text.empty() || !is_alphanumeric(text.front()) || !is_alphanumeric(text.back())) return false;
  return std::ranges::all_of(text,
                             [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

wire::ApiVersionsResponse::ApiVersion row_of(const Api& api) {
  wire::ApiVersionsResponse::ApiVersion row;
  row.api_key = api.key;
  row.min_version = api.served.min;
  row.max_version = api.served.max;
  return row;
}

void add_features(wire::ApiVersionsResponse& response, const FeatureLevels& levels,
                  int16_t version) {
  for (const Feature& feature : kFeatures) {
    if (version < 4 && feature.min == 0) continue;
    auto& supported = response.supported_features.emplace_back();
    supported.name = feature.name;
    supported.min_version = feature.min;
    supported.max_version = feature.max;
  }
  for (const FinalizedFeature& feature : levels.finalized()) {
    auto& finalized = response.finalized_features.emplace_back();
    finalized.name = feature.name;
    finalized.min_version_level = feature.level;
    finalized.max_version_level = feature.level;
  }
  response.finalized_features_epoch = levels.epoch();
}

}  // namespace

wire::ApiVersionsResponse api_versions(RequestContext& context, wire::ApiVersionsRequest request) {
  wire::ApiVersionsResponse response;
  if (context.version() >= 3) {
    if (!is_software_name(request.client_software_name) ||
        !is_software_name(request.client_software_version)) {
      response.error_code = ErrorCode::invalid_request;
      return response;
    }
    context.peer->client_software_name = std::move(request.client_software_name);
    context.peer->client_software_version = std::move(request.client_software_version);
  }
  for (const Api& api : kApis) response.api_keys.push_back(row_of(api));
  add_features(response, context.broker.image()->features(), context.version());
  return response;
}

wire::ApiVersionsResponse unsupported_api_versions() {
  wire::ApiVersionsResponse response;
  response.error_code = ErrorCode::unsupported_version;
  response.api_keys.push_back(row_of(*find_api(wire::ApiVersionsRequest::key)));
  return response;
}

}  // namespace kelp::broker
