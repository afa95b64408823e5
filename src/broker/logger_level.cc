#include "broker/logger_level.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace kelp::broker {
namespace {

struct Level {
  std::string_view name;
  LogLevel level;
};
/// For each of ours, the word by which it is told first. TRACE is as much as we can say.
constexpr Level kLevels[] = {
    {"DEBUG", LogLevel::debug}, {"ERROR", LogLevel::error}, {"FATAL", LogLevel::off},
    {"INFO", LogLevel::info},   {"TRACE", LogLevel::debug}, {"WARN", LogLevel::warn},
};

std::string names_of_levels() {
  std::string names;
  for (const Level& level : kLevels) {
    names += (names.empty() ? "" : ", ") + std::string(level.name);
  }
  return names;
}

Verdict fault_of(const ConfigChange& change) {
  if (change.operation == ConfigOperation::append ||
      change.operation == ConfigOperation::subtract) {
    const std::string_view verb =
        change.operation == ConfigOperation::append ? "APPEND" : "SUBTRACT";
    return refused(ErrorCode::invalid_request,
                   fmt::format("{} operation is not allowed for the BROKER_LOGGER resource", verb));
  }
  if (change.key != kRootLogger) {
    return refused(ErrorCode::invalid_config,
                   fmt::format("Logger {} does not exist!", for_log(change.key)));
  }
  if (change.operation == ConfigOperation::remove) {
    return refused(ErrorCode::invalid_request,
                   "Removing the log level of the root logger is not allowed");
  }
  if (change.operation != ConfigOperation::set) {
    return refused(ErrorCode::invalid_request, "Unknown config operation");
  }
  if (std::ranges::find(kLevels, *change.value, &Level::name) == std::end(kLevels)) {
    return refused(ErrorCode::invalid_config,
                   fmt::format("Cannot set the log level of {} to {} as it is not a supported log "
                               "level. Valid log levels are {}",
                               change.key, for_log(*change.value), names_of_levels()));
  }
  return {};
}

}  // namespace

std::string_view logger_level() {
  const auto* const found = std::ranges::find(kLevels, log_level(), &Level::level);
  return found->name;
}

Verdict alter_logger(const ConfigOrder& order, bool validate_only) {
  for (const ConfigChange& change : order.changes) {
    Verdict verdict = fault_of(change);
    if (verdict.error != ErrorCode::none) return verdict;
  }
  if (validate_only) return {};
  for (const ConfigChange& change : order.changes) {
    set_log_level(std::ranges::find(kLevels, *change.value, &Level::name)->level);
    log_warn("the level of the log is {} now", logger_level());
  }
  return {};
}

}  // namespace kelp::broker
