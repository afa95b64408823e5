#include "cli/dump.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/log.h"
#include "record/batch.h"
#include "record/reader.h"

namespace kelp::cli {
namespace {

void print_batch(uint64_t position, const record::BatchView& batch) {
  const auto codec = batch.codec();
  fmt::print(
      "{}: offsets {}..{} records {} bytes {} epoch {} codec {} {} max-timestamp {}{}{}{}\n",
      position, batch.base_offset(), batch.last_offset(), batch.record_count(),
      batch.size_in_bytes(), batch.leader_epoch(),
      codec.has_value() ? record::name_of(*codec) : "unknown",
      batch.timestamp_type() == record::TimestampType::create_time ? "CreateTime" : "LogAppendTime",
      batch.max_timestamp(),
      batch.has_producer_id()
          ? fmt::format(" producer {} epoch {} sequence {}..{}", batch.producer_id(),
                        batch.producer_epoch(), batch.base_sequence(), batch.last_sequence())
          : "",
      batch.is_transactional() ? " transactional" : "", batch.is_control() ? " control" : "");
}

std::string shown(const std::optional<Bytes>& bytes) {
  if (!bytes.has_value()) return "null";
  return '"' + for_log(as_text(*bytes)) + '"';
}

/// False when the records are not what the batch says.
bool print_records(const record::BatchView& batch) {
  auto records = record::RecordReader::open(batch);
  if (!records.has_value()) {
    fmt::print("  {}\n", records.error().text());
    return false;
  }
  for (;;) {
    const auto next = records->next();
    if (!next.has_value()) {
      fmt::print("  {}\n", next.error().text());
      return false;
    }
    if (*next == nullptr) return true;
    fmt::print("  {} timestamp {} key {} value {}", (*next)->offset, (*next)->timestamp_ms,
               shown((*next)->key), shown((*next)->value));
    for (const record::Header& header : (*next)->headers) {
      fmt::print(" [{}={}]", for_log(header.key), shown(header.value));
    }
    fmt::print("\n");
  }
}

}  // namespace

int dump(const std::string& path, bool with_records) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    fmt::print(stderr, "kelp: cannot read {}\n", path);
    return 1;
  }
  std::error_code unknown;  // a pipe has no size; what is read of it says where it ends
  const uint64_t size = std::filesystem::file_size(path, unknown);
  // One batch at a time: a segment may be larger than memory.
  std::vector<uint8_t> bytes;
  for (uint64_t position = 0;;) {
    bytes.resize(record::kHeaderBytes);
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (file.gcount() == 0) return 0;
    const auto got = static_cast<size_t>(file.gcount());
    const auto header = record::read_header(Bytes(bytes).first(got));
    if (!header.has_value()) {
      fmt::print("{}: {}\n", position, header.error().text());
      return 1;
    }
    const uint64_t left = unknown ? header->size_in_bytes() : size - std::min(size, position);
    // No memory for a length that is not there.
    bytes.resize(std::min<uint64_t>(header->size_in_bytes(), left));
    if (bytes.size() < header->size_in_bytes()) {
      fmt::print("{}: a batch that is cut off\n", position);
      return 1;
    }
    const size_t rest = bytes.size() - record::kHeaderBytes;
    file.read(reinterpret_cast<char*>(bytes.data() + record::kHeaderBytes),
              static_cast<std::streamsize>(rest));
    if (static_cast<size_t>(file.gcount()) != rest) {
      fmt::print("{}: a batch that is cut off\n", position);
      return 1;
    }
    const record::BatchView batch{Bytes(bytes)};
    print_batch(position, batch);
    if (!batch.crc_is_right()) {
      fmt::print("{}: its CRC is wrong\n", position);
      return 1;
    }
    if (with_records && !print_records(batch)) return 1;
    position += bytes.size();
  }
}

}  // namespace kelp::cli
