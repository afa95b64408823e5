// The formats on the disk are what docs/formats/ says: golden files hold them against the code.
#include <gtest/gtest.h>

#include <fstream>

#include "base/log.h"
#include "engine/disk/catalog_file.h"
#include "engine/disk/disk_engine.h"
#include "engine/disk/partition_state.h"
#include "engine/disk/rewrite_mark.h"
#include "engine/disk/snapshot_file.h"
#include "engine/disk/sparse_index.h"
#include "engine/disk/start_file.h"
#include "engine/test_engines.h"

namespace kelp::engine::disk {
namespace {

std::string hex_of(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<uint8_t>(c));
  return hex;
}

std::string golden(const std::string& name) {
  std::ifstream in(fmt::format("{}/formats/{}.hex", KELP_GOLDEN_DIR, name));
  std::string hex, line;
  while (std::getline(in, line)) hex += line;
  return hex;
}

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const PartitionId kId{*Uuid::parse("AQIDBAUGBwgJCgsMDQ4PEA"), 3};

SegmentInfo example_segment() {
  return {.base = Offset(100), .next = Offset(300), .size_bytes = 20'000, .max_timestamp_ms = 7000};
}

PartitionStates example_states() {
  PartitionState state;
  state.start = Offset(120);
  state.durable = {Offset(300), Offset(100), 20'000, 7000};
  state.segments = {example_segment()};
  PartitionState trimmed;
  trimmed.start = Offset(9);
  trimmed.durable = {Offset(9), Offset(9)};
  return {{kId, state}, {{kId.topic_id, 4}, trimmed}};
}

/// Cut at every byte and with every bit of some byte changed: refused, never a crash.
template <class Decode>
void expect_damage_is_refused(const std::string& text, Decode decode) {
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(decode(Slice::copy_of(text.substr(0, size))).has_value()) << size;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == 6 || i == 7) continue;  // reserved
    std::string changed = text;
    changed[i] ^= static_cast<char>(1 << (i % 8));
    EXPECT_FALSE(decode(Slice::copy_of(changed)).has_value()) << i;
  }
}

TEST(Formats, index) {
  SparseIndex index;
  EXPECT_TRUE(index.add({40, 5000, 3000}, 4096));
  EXPECT_FALSE(index.add({60, 9000, 3000}, 4096)) << "too near";
  EXPECT_TRUE(index.add({150, 15'000, 7000}, 4096));
  const std::string text = encode_index(example_segment(), index);
  EXPECT_EQ(hex_of(text), golden("index"));
  const auto decoded = decode_index(as_bytes(text));
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->segment, example_segment());
  EXPECT_EQ(decoded->index.entries(), index.entries());
  expect_damage_is_refused(text, [](const Slice& bytes) { return decode_index(bytes); });
}

TEST(Formats, clean_mark_and_recovery_points) {
  for (const StateFile kind : {StateFile::clean, StateFile::recovery_points}) {
    const std::string text = encode_states(kind, example_states());
    EXPECT_EQ(hex_of(text), golden(kind == StateFile::clean ? "clean" : "recovery-points"));
    auto decoded = decode_states(kind, as_bytes(text));
    ASSERT_TRUE(decoded.has_value());
    auto expected = example_states();
    if (kind == StateFile::recovery_points) expected[0].second.segments.clear();
    EXPECT_EQ(*decoded, expected);
    expect_damage_is_refused(text,
                             [kind](const Slice& bytes) { return decode_states(kind, bytes); });
  }
  const std::string clean = encode_states(StateFile::clean, {});
  EXPECT_FALSE(decode_states(StateFile::recovery_points, as_bytes(clean)).has_value());
}

TEST(Formats, catalog) {
  Staged first, second;
  first["topics/a"] = Document{1, "{\"id\":1}"};
  first["ids"] = Document{7, ""};
  second["topics/a"] = std::nullopt;
  std::string text = encode_catalog_header();
  text += encode_catalog_record(first);
  const size_t one = text.size();
  text += encode_catalog_record(second);
  EXPECT_EQ(hex_of(text), golden("catalog"));
  EXPECT_EQ(decode_catalog(as_bytes(text))->documents.list("").size(), 1U);
  EXPECT_EQ(decode_catalog(as_bytes(text.substr(0, one)))->documents.get("topics/a")->version, 1U);
  for (size_t size = 0; size < text.size(); ++size) {
    const auto cut = decode_catalog(as_bytes(text.substr(0, size)));
    ASSERT_TRUE(cut.has_value()) << size;
    EXPECT_EQ(cut->good_until, size >= one ? one : size >= 8 ? 8 : 0) << size;
  }
  text.replace(0, 8, "KCATLOG2");
  EXPECT_EQ(decode_catalog(as_bytes(text)).error().kind, ErrorKind::unsupported);
}

TEST(Formats, rewritten) {
  RewriteMark mark{.sequence = 3, .mark = Offset(900), .gaps_below = Offset(1000)};
  mark.from = Offset(100);
  mark.to = Offset(1000);
  mark.files = {{Offset(100), 20'000}, {Offset(700), 5}};
  const std::string text = encode_mark(mark);
  EXPECT_EQ(hex_of(text), golden("rewritten"));
  const auto decoded = decode_mark(as_bytes(text));
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(*decoded, mark);
  EXPECT_EQ(new_file_name(Offset(100), 3), "00000000000000000100.log.3.new");
  expect_damage_is_refused(text, [](const Slice& bytes) { return decode_mark(bytes); });
}

TEST(Formats, snapshot) {
  const std::string text = encode_snapshot(as_bytes("state"));
  EXPECT_EQ(hex_of(text), golden("snapshot"));
  EXPECT_EQ(decode_snapshot(Slice::copy_of(text))->text(), "state");
  expect_damage_is_refused(text, [](const Slice& bytes) { return decode_snapshot(bytes); });
}

TEST(Formats, start) {
  TestDirectory directory;
  rt::FileSystem& files = rt::real_files();
  ASSERT_TRUE(files.make_directory(directory.path()).has_value());
  EXPECT_EQ(read_start(files, directory.path()).value(), std::nullopt);
  for (const int64_t start : {5, 80, 1000}) {
    ASSERT_TRUE(write_start(files, directory.path(), Offset(start)).has_value());
    EXPECT_EQ(read_start(files, directory.path()).value(), Offset(start));
  }
  const std::string path = directory.path("data/start");
  const std::string text = content_of(path);
  EXPECT_EQ(hex_of(text), golden("start"));
  for (size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] ^= 1;
    std::ofstream(path, std::ios::binary) << changed;
    // A torn write of 1000, which stands in the first slot, leaves what was said before.
    EXPECT_EQ(read_start(files, directory.path()).value(), Offset(i < 16 ? 80 : 1000)) << i;
  }
}

TEST(Formats, segment_and_directory) {
  set_log_level(LogLevel::off);
  TestDirectory directory;
  rt::Shard shard(0);
  shard.start();
  EngineUnderTest engine(shard, std::move(*open_disk_engine({.path = directory.path()})));
  auto log = engine.open(kId);
  std::string text = log.grow(1, 3, 1000).value();
  text += log.grow(1, 1, 2000).value();
  log.close();
  const std::string path =
      directory.path("data/logs/AQIDBAUGBwgJCgsMDQ4PEA/3/00000000000000000000.log");
  EXPECT_EQ(content_of(path), text) << "batches as they came, nothing before or between";
  EXPECT_EQ(hex_of(text), golden("segment"));
  EXPECT_EQ(content_of(directory.path("data/meta")), "kelp data directory\nformat 1\n");
}

TEST(SparseIndexTest, a_full_index_is_thinned_and_still_finds_what_is_before) {
  SparseIndex index;
  constexpr uint32_t kBatches = 100'000, kBytes = 5000;
  for (uint32_t i = 1; i < kBatches; ++i) index.add({i, i * kBytes, i}, 4096);
  EXPECT_LE(index.entries().size(), SparseIndex::kMaxEntries);
  for (uint32_t i = 1; i < kBatches; i += 997) {
    const IndexEntry near = index.at_offset(i);
    EXPECT_LE(near.offset, i);
    EXPECT_LT(i - near.offset, 32U);
    EXPECT_EQ(near.position, near.offset * kBytes);
    EXPECT_LE(index.at_position(uint64_t{i} * kBytes).offset, i);
    EXPECT_LT(index.at_time(i).max_timestamp_before_ms, i);
  }
}

}  // namespace
}  // namespace kelp::engine::disk
