// What the controller says to an order: nothing against it, or Kafka's error and words.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error_code.h"
#include "base/log.h"
#include "base/result.h"
#include "broker/error_map.h"

namespace kelp::broker {

struct Verdict {
  ErrorCode error = ErrorCode::none;
  std::string message;
};

inline Verdict refused(ErrorCode error, std::string message) {
  Verdict verdict;
  verdict.error = error;
  verdict.message = std::move(message);
  return verdict;
}

/// What seemed right could not be stored: `message` says so to the client, the log says why.
template <class AnyVerdict>
void refuse_all(std::vector<AnyVerdict>& verdicts, const Error& why, std::string_view message) {
  log_error("{} {}", message, why.text());
  for (AnyVerdict& verdict : verdicts) {
    if (verdict.error != ErrorCode::none) continue;
    verdict = AnyVerdict(refused(kafka_error(why.kind), std::string(message)));
  }
}

}  // namespace kelp::broker
