// ApiVersions (key 18), versions 0-4, flexible since 3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1-v2: same fields
// v3: flexible, +client_software_name, +client_software_version
// v4: same fields
struct ApiVersionsRequest {
  static constexpr int16_t key = 18;
  static constexpr std::string_view name = "ApiVersionsRequest";
  static constexpr Versions versions{0, 4}, flexible = since(3);

  std::string client_software_name;
  std::string client_software_version;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.client_software_name, "ClientSoftwareName", since(3));
    f(m.client_software_version, "ClientSoftwareVersion", since(3));
  }
};

// v1: +throttle_time_ms
// v2: same fields
// v3: flexible, +supported_features (tag 0), +finalized_features_epoch (tag 1),
//     +finalized_features (tag 2), +zk_migration_ready (tag 3)
// v4: same fields
struct ApiVersionsResponse {
  static constexpr int16_t key = 18;
  static constexpr std::string_view name = "ApiVersionsResponse";
  static constexpr Versions versions{0, 4}, flexible = since(3);

  struct ApiVersion {
    int16_t api_key = 0;
    int16_t min_version = 0;
    int16_t max_version = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.api_key, "ApiKey");
      f(m.min_version, "MinVersion");
      f(m.max_version, "MaxVersion");
    }
  };

  struct SupportedFeatureKey {
    std::string name;
    int16_t min_version = 0;
    int16_t max_version = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.min_version, "MinVersion");
      f(m.max_version, "MaxVersion");
    }
  };

  struct FinalizedFeatureKey {
    std::string name;
    int16_t max_version_level = 0;
    int16_t min_version_level = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.max_version_level, "MaxVersionLevel");
      f(m.min_version_level, "MinVersionLevel");
    }
  };

  ErrorCode error_code = ErrorCode::none;
  std::vector<ApiVersion> api_keys;
  int32_t throttle_time_ms = 0;
  std::vector<SupportedFeatureKey> supported_features;
  int64_t finalized_features_epoch = -1;
  std::vector<FinalizedFeatureKey> finalized_features;
  bool zk_migration_ready = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.error_code, "ErrorCode");
    f(m.api_keys, "ApiKeys");
    f(m.throttle_time_ms, "ThrottleTimeMs", since(1));
    f(m.supported_features, "SupportedFeatures", since(3), tag(0));
    f(m.finalized_features_epoch, "FinalizedFeaturesEpoch", since(3), tag(1));
    f(m.finalized_features, "FinalizedFeatures", since(3), tag(2));
    f(m.zk_migration_ready, "ZkMigrationReady", since(3), tag(3));
  }
};

}  // namespace kelp::wire
