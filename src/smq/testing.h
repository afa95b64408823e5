// Entries and log files for tests. Nothing that serves includes this.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "smq/log_file.h"

namespace kelp::smq {

/// Offsets and bytes that are static, so that entries may be copied about.
inline std::vector<LogEntry> some_entries(int64_t count, int64_t first_offset = 0) {
  static const std::string text = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::vector<LogEntry> entries;
  for (int64_t i = 0; i < count; ++i) {
    const auto n = static_cast<size_t>(i);
    entries.push_back({.ts_ns = 1'700'000'000'000'000'000 + i * 1'500'000,
                       .partition_key_hash = static_cast<int32_t>(i * 0x1234567),
                       .data = as_bytes(text).first(n % text.size()),
                       .key = as_bytes(text).first(n % 3),
                       .offset = first_offset + i});
  }
  return entries;
}

inline std::vector<uint8_t> file_of(const std::vector<LogEntry>& entries) {
  std::vector<uint8_t> file;
  for (const LogEntry& entry : entries) append_entry(file, entry);
  return file;
}

/// All entries of a whole file.
inline std::vector<LogEntry> entries_of(Bytes file) {
  LogFileReader reader(file);
  std::vector<LogEntry> entries;
  LogEntry entry;
  while (reader.next(entry) == LogFileReader::Step::entry) entries.push_back(entry);
  EXPECT_EQ(reader.consumed(), file.size());
  return entries;
}

}  // namespace kelp::smq
