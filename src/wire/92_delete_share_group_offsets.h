// DeleteShareGroupOffsets (key 92), version 0, flexible since 0.
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

struct DeleteShareGroupOffsetsRequest {
  static constexpr int16_t key = 92;
  static constexpr std::string_view name = "DeleteShareGroupOffsetsRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct DeleteShareGroupOffsetsRequestTopic {
    std::string topic_name;

    static constexpr void describe(auto& m, auto&& f) { f(m.topic_name, "TopicName"); }
  };

  std::string group_id;
  std::vector<DeleteShareGroupOffsetsRequestTopic> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.topics, "Topics");
  }
};

struct DeleteShareGroupOffsetsResponse {
  static constexpr int16_t key = 92;
  static constexpr std::string_view name = "DeleteShareGroupOffsetsResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct DeleteShareGroupOffsetsResponseTopic {
    std::string topic_name;
    Uuid topic_id;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_name, "TopicName");
      f(m.topic_id, "TopicId");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  std::vector<DeleteShareGroupOffsetsResponseTopic> responses;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage");
    f(m.responses, "Responses");
  }
};

}  // namespace kelp::wire
