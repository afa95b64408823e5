// AlterUserScramCredentials (key 51), version 0, flexible since 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/slice.h"
#include "wire/versions.h"

namespace kelp::wire {

struct AlterUserScramCredentialsRequest {
  static constexpr int16_t key = 51;
  static constexpr std::string_view name = "AlterUserScramCredentialsRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct ScramCredentialDeletion {
    std::string name;
    int8_t mechanism = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.mechanism, "Mechanism");
    }
  };

  struct ScramCredentialUpsertion {
    std::string name;
    int8_t mechanism = 0;
    int32_t iterations = 0;
    Slice salt;
    Slice salted_password;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.mechanism, "Mechanism");
      f(m.iterations, "Iterations");
      f(m.salt, "Salt");
      f(m.salted_password, "SaltedPassword");
    }
  };

  std::vector<ScramCredentialDeletion> deletions;
  std::vector<ScramCredentialUpsertion> upsertions;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.deletions, "Deletions");
    f(m.upsertions, "Upsertions");
  }
};

struct AlterUserScramCredentialsResponse {
  static constexpr int16_t key = 51;
  static constexpr std::string_view name = "AlterUserScramCredentialsResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct AlterUserScramCredentialsResult {
    std::string user;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.user, "User");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<AlterUserScramCredentialsResult> results;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.results, "Results");
  }
};

}  // namespace kelp::wire
