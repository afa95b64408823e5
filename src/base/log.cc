#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <ctime>

namespace kelp {
namespace {

std::atomic<LogLevel> g_level{LogLevel::info};

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>(
        "kelp", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
    made->set_level(spdlog::level::trace);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      return spdlog::level::off;
  }
  return spdlog::level::err;
}

}  // namespace

void set_log_level(LogLevel level) { g_level.store(level, std::memory_order_relaxed); }

LogLevel log_level() { return g_level.load(std::memory_order_relaxed); }

bool log_enabled(LogLevel level) { return level >= g_level.load(std::memory_order_relaxed); }

void write_log(LogLevel level, std::string_view line) {
  logger().log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

bool LogSite::admit(uint64_t& swallowed) {
  const int64_t now = std::time(nullptr);
  if (second_.exchange(now, std::memory_order_relaxed) != now) {
    this_second_.store(0, std::memory_order_relaxed);
  }
  if (this_second_.fetch_add(1, std::memory_order_relaxed) >= kLogBurst) {
    swallowed_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  swallowed = swallowed_.exchange(0, std::memory_order_relaxed);
  return true;
}

std::string for_log(std::string_view untrusted, size_t max_size) {
  std::string result;
  for (const char c : untrusted) {
    if (result.size() >= max_size) return result + "…";
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e || c == '"' || c == '\\') {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace kelp
