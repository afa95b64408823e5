// UpdateFeatures (key 57), versions 0-2, flexible since 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: -feature_updates.allow_downgrade, +feature_updates.upgrade_type, +validate_only
// v2: same fields
struct UpdateFeaturesRequest {
  static constexpr int16_t key = 57;
  static constexpr std::string_view name = "UpdateFeaturesRequest";
  static constexpr Versions versions{0, 2}, flexible = kAlways;

  struct FeatureUpdateKey {
    std::string feature;
    int16_t max_version_level = 0;
    bool allow_downgrade = false;
    int8_t upgrade_type = 1;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.feature, "Feature");
      f(m.max_version_level, "MaxVersionLevel");
      f(m.allow_downgrade, "AllowDowngrade", until(0));
      f(m.upgrade_type, "UpgradeType", since(1));
    }
  };

  int32_t timeout_ms = 60000;
  std::vector<FeatureUpdateKey> feature_updates;
  bool validate_only = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.timeout_ms, "timeoutMs");
    f(m.feature_updates, "FeatureUpdates");
    f(m.validate_only, "ValidateOnly", since(1));
  }
};

// v1: same fields
// v2: -results
struct UpdateFeaturesResponse {
  static constexpr int16_t key = 57;
  static constexpr std::string_view name = "UpdateFeaturesResponse";
  static constexpr Versions versions{0, 2}, flexible = kAlways;

  struct UpdatableFeatureResult {
    std::string feature;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.feature, "Feature");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  std::vector<UpdatableFeatureResult> results;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage");
    f(m.results, "Results", until(1));
  }
};

}  // namespace kelp::wire
