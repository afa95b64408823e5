// DescribeUserScramCredentials (key 50), version 0, flexible since 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

struct DescribeUserScramCredentialsRequest {
  static constexpr int16_t key = 50;
  static constexpr std::string_view name = "DescribeUserScramCredentialsRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct UserName {
    std::string name;

    static constexpr void describe(auto& m, auto&& f) { f(m.name, "Name"); }
  };

  std::optional<std::vector<UserName>> users;

  static constexpr void describe(auto& m, auto&& f) { f(m.users, "Users"); }
};

struct DescribeUserScramCredentialsResponse {
  static constexpr int16_t key = 50;
  static constexpr std::string_view name = "DescribeUserScramCredentialsResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct CredentialInfo {
    int8_t mechanism = 0;
    int32_t iterations = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.mechanism, "Mechanism");
      f(m.iterations, "Iterations");
    }
  };

  struct DescribeUserScramCredentialsResult {
    std::string user;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    std::vector<CredentialInfo> credential_infos;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.user, "User");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
      f(m.credential_infos, "CredentialInfos");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  std::vector<DescribeUserScramCredentialsResult> results;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage");
    f(m.results, "Results");
  }
};

}  // namespace kelp::wire
