// The one place that decides what our own failures are called in Kafka's terms.
#pragma once

#include "base/error_code.h"
#include "base/result.h"

namespace kelp::broker {

/// For errors of a partition's log and of the catalog. Producers and consumers retry the storage
/// errors.
constexpr ErrorCode kafka_error(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::malformed:
      return ErrorCode::corrupt_message;
    case ErrorKind::invalid:
      return ErrorCode::invalid_request;
    case ErrorKind::too_large:
      return ErrorCode::message_too_large;
    case ErrorKind::out_of_range:
      return ErrorCode::offset_out_of_range;
    case ErrorKind::not_found:
      return ErrorCode::unknown_topic_or_partition;
    case ErrorKind::exists:
      return ErrorCode::topic_already_exists;
    case ErrorKind::conflict:
      return ErrorCode::not_controller;
    case ErrorKind::fenced:
      return ErrorCode::not_leader_or_follower;
    case ErrorKind::unsupported:
      return ErrorCode::unsupported_version;
    case ErrorKind::timed_out:
      return ErrorCode::request_timed_out;
    case ErrorKind::exhausted:
      return ErrorCode::kafka_storage_error;
    case ErrorKind::no_space:
      return ErrorCode::kafka_storage_error;
    case ErrorKind::io:
      return ErrorCode::kafka_storage_error;
    case ErrorKind::closed:
      return ErrorCode::not_leader_or_follower;
  }
  return ErrorCode::unknown_server_error;
}

}  // namespace kelp::broker
