// The golden vectors: messages as Kafka's own classes wrote them (test/golden/README.md). Tests
// only.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/slice.h"

namespace kelp::wire::golden {

struct Line {
  std::string where;  // file:line
  std::string key, name, kind;
  int16_t version = 0;
  std::string flexible, variant;
  Slice bytes;
  std::string json;
};

inline Slice from_hex(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  Buffer buffer(text.size() / 2);
  for (size_t i = 0; i < buffer.size(); ++i)
    buffer.data()[i] = static_cast<uint8_t>(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
  return buffer.slice();
}

inline std::string unpacked(const std::filesystem::path& file) {
  std::string text;
  gzFile in = gzopen(file.c_str(), "rb");
  if (!in) return text;
  char block[1 << 16];
  for (int got; (got = gzread(in, block, sizeof block)) > 0;) text.append(block, got);
  gzclose(in);
  return text;
}

inline Line parse_line(std::string_view text, std::string where) {
  std::vector<std::string> fields(1);
  for (const char c : text) c == '\t' ? void(fields.emplace_back()) : fields.back().push_back(c);
  if (fields.size() != 8) throw std::runtime_error(where + ": not eight fields");
  return {std::move(where),
          fields[0],
          fields[1],
          fields[2],
          static_cast<int16_t>(std::stoi(fields[3])),
          fields[4],
          fields[5],
          from_hex(fields[6]),
          fields[7]};
}

/// The lines of every `*.tsv.gz` in the folder whose name begins with `prefix`.
inline std::vector<Line> lines(const std::filesystem::path& folder, std::string_view prefix) {
  std::vector<Line> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || !name.ends_with(".tsv.gz")) continue;
    const std::string text = unpacked(entry.path());
    size_t number = 0;
    for (size_t from = 0; from < text.size();) {
      const size_t end = std::min(text.find('\n', from), text.size());
      all.push_back(parse_line(std::string_view(text).substr(from, end - from),
                               name + ":" + std::to_string(++number)));
      from = end + 1;
    }
  }
  return all;
}

/// The first folder `name` found beside or above the working directory; empty when there is none.
inline std::filesystem::path folder_above(std::string_view name) {
  for (auto at = std::filesystem::current_path(); at != at.root_path(); at = at.parent_path())
    if (std::filesystem::exists(at / name / "README.md")) return at / name;
  return {};
}

/// KELP_GOLDEN, or the repository's own subset.
inline std::filesystem::path subset() {
  if (const char* chosen = std::getenv("KELP_GOLDEN")) return chosen;
  return folder_above("test/golden");
}

/// All vectors, if they lie beside the repository.
inline std::filesystem::path full() { return folder_above("shared/golden"); }

}  // namespace kelp::wire::golden
