// Speaker: sends any request as JSON to any Kafka and gives its answer as JSON: the same bytes to
// real Kafka, when its answers are recorded, and to Kelp.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/slice.h"
#include "client/raw_client.h"

namespace kelp::test {

class Speaker {
 public:
  Speaker(std::string host, uint16_t port) : host_(std::move(host)), port_(port) {}

  /// `api` without "Request". The string "closed" for a connection that is closed instead of
  /// answered. Errors: a request that cannot be made of `body`, an answer that is not one.
  Result<boost::json::value> ask(const std::string& api, int16_t version,
                                 const boost::json::value& body);
  /// The same, as the bytes of the answer's body; nothing: closed.
  Result<std::optional<Slice>> ask_bytes(const std::string& api, int16_t version,
                                         const boost::json::value& body);

 private:
  std::string host_;
  uint16_t port_;
  std::optional<RawClient> client_;
  int32_t last_correlation_id_ = 0;
};

}  // namespace kelp::test
