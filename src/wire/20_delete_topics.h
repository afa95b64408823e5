// DeleteTopics (key 20), versions 0-6, flexible since 4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1-v3: same fields
// v4: flexible
// v5: same fields
// v6: +topics, -topic_names
struct DeleteTopicsRequest {
  static constexpr int16_t key = 20;
  static constexpr std::string_view name = "DeleteTopicsRequest";
  static constexpr Versions versions{0, 6}, flexible = since(4);

  struct DeleteTopicState {
    std::optional<std::string> name;
    Uuid topic_id;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.topic_id, "TopicId");
    }
  };

  std::vector<DeleteTopicState> topics;
  std::vector<std::string> topic_names;
  int32_t timeout_ms = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.topics, "Topics", since(6));
    f(m.topic_names, "TopicNames", until(5));
    f(m.timeout_ms, "TimeoutMs");
  }
};

// v1: +throttle_time_ms
// v2-v3: same fields
// v4: flexible
// v5: +responses.error_message
// v6: responses.name may be null, +responses.topic_id
struct DeleteTopicsResponse {
  static constexpr int16_t key = 20;
  static constexpr std::string_view name = "DeleteTopicsResponse";
  static constexpr Versions versions{0, 6}, flexible = since(4);

  struct DeletableTopicResult {
    std::optional<std::string> name;
    Uuid topic_id;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name", kAlways, nullable(since(6)));
      f(m.topic_id, "TopicId", since(6));
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage", since(5));
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DeletableTopicResult> responses;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs", since(1));
    f(m.responses, "Responses");
  }
};

}  // namespace kelp::wire
