// What a person or a collector reads of us, on stderr. `log_info("opened {}", x)`. A call site says
// the same kind of thing at most kLogBurst times a second; what it swallowed is counted and said
// with the next line that gets through.
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <string_view>

namespace kelp {

enum class LogLevel : uint8_t { debug, info, warn, error, off };

/// From this level on lines are written. Default: info. Tests set off.
void set_log_level(LogLevel level);
LogLevel log_level();
bool log_enabled(LogLevel level);
void write_log(LogLevel level, std::string_view line);

/// A line's bound per call site: enough to see a burst, too little to fill a disk or stall a shard.
inline constexpr uint32_t kLogBurst = 10;

class LogSite {
 public:
  /// Whether this call may be written now; `swallowed` is how many were not since the last that
  /// was.
  bool admit(uint64_t& swallowed);

 private:
  std::atomic<int64_t> second_{0};
  std::atomic<uint32_t> this_second_{0};
  std::atomic<uint64_t> swallowed_{0};
};

/// Makes a client's string safe for one log line: control characters, quotes and bytes above ASCII
/// are escaped, and it is cut at `max_size`.
std::string for_log(std::string_view untrusted, size_t max_size = 200);

}  // namespace kelp

#define KELP_LOG(level, ...)                                                      \
  do {                                                                            \
    if (::kelp::log_enabled(level)) {                                             \
      static ::kelp::LogSite kelp_log_site;                                       \
      uint64_t kelp_swallowed = 0;                                                \
      if (kelp_log_site.admit(kelp_swallowed)) {                                  \
        std::string kelp_line = fmt::format(__VA_ARGS__);                         \
        if (kelp_swallowed > 0)                                                   \
          kelp_line += fmt::format(" ({} such lines not shown)", kelp_swallowed); \
        ::kelp::write_log(level, kelp_line);                                      \
      }                                                                           \
    }                                                                             \
  } while (false)
#define log_debug(...) KELP_LOG(::kelp::LogLevel::debug, __VA_ARGS__)
#define log_info(...) KELP_LOG(::kelp::LogLevel::info, __VA_ARGS__)
#define log_warn(...) KELP_LOG(::kelp::LogLevel::warn, __VA_ARGS__)
#define log_error(...) KELP_LOG(::kelp::LogLevel::error, __VA_ARGS__)
