// What the disk engine makes of a directory that was not left in order.
#include <algorithm>
#include <fstream>

#include "engine/disk/test_disk.h"

namespace kelp::engine {
namespace {

namespace fs = std::filesystem;

const PartitionId kPartition{Uuid{{7}}, 3};
const std::string kDirectory = fmt::format("logs/{}/3", kPartition.topic_id);
constexpr LogOptions kSmallSegments{.segment_bytes = 1000, .index_interval_bytes = 200};

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void set_content(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

class DiskRecovery : public DiskTest {
 protected:
  std::unique_ptr<EngineUnderTest> start(std::string_view name = "data") {
    return DiskTest::start(files_, name);
  }
  std::string at(const std::string& name) const { return directory_.path("data/" + name); }
  std::string last_segment(const std::string& in) const {
    std::string last;
    for (const auto& entry : fs::directory_iterator(in)) {
      const std::string path = entry.path();
      if (path.ends_with(".log") && path > last) last = path;
    }
    return last;
  }
  std::vector<std::string> files_in(const std::string& path) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path)) names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }

  rt::UnsyncedFiles files_;
};

TEST_F(DiskRecovery, a_file_cut_at_any_byte_behind_the_last_sync_loses_nothing_that_was_synced) {
  for (const bool with_recovery_point : {false, true}) {
    const std::string name = with_recovery_point ? "with" : "without";
    auto engine = start(name);
    std::string all;
    if (with_recovery_point) {
      auto log = engine->open(kPartition, kSmallSegments);
      for (int i = 0; i < 3; ++i) all += log.grow().value();
      log.close();
      ASSERT_TRUE(engine->close().has_value());
      engine.reset();
      engine = start(name);
    }
    size_t synced_size = 0;
    Offset synced_end;
    {
      auto log = engine->open(kPartition, kSmallSegments);
      for (int i = 0; i < 14; ++i) all += log.grow().value();
      ASSERT_TRUE(log.sync().has_value());
      synced_end = log.bounds().end;
      synced_size = fs::file_size(last_segment(directory_.path(name) + "/" + kDirectory));
      for (int i = 0; i < 3; ++i) all += log.grow(1, 2).value();
    }
    engine.reset();
    const std::string source = directory_.path(name);
    const size_t size = fs::file_size(last_segment(source + "/" + kDirectory));
    ASSERT_GT(size, synced_size);
    for (size_t cut = synced_size; cut <= size; ++cut) {
      fs::remove_all(directory_.path("cut"));
      fs::copy(source, directory_.path("cut"), fs::copy_options::recursive);
      const std::string path = last_segment(directory_.path("cut/" + kDirectory));
      fs::resize_file(path, cut);
      if (cut % 3 == 0) fs::resize_file(path, cut + 100);  // zeros behind it, as some disks do
      auto again = start("cut");
      auto log = again->open(kPartition, kSmallSegments);
      const Offset end = log.bounds().end;
      ASSERT_GE(end, synced_end) << cut;
      const std::string kept = log.read_all(Offset(0));
      ASSERT_EQ(kept, all.substr(0, kept.size())) << cut;
      ASSERT_EQ(fs::file_size(path), kept.size() - (all.size() - size)) << cut;
      const std::string more = log.grow(2, 2).value();
      ASSERT_EQ(log.bounds().end, end + int64_t{4});
      ASSERT_EQ(log.read_all(Offset(0)), kept + more) << cut;
    }
  }
}

TEST_F(DiskRecovery, damage_before_good_batches_is_kept_beside_the_log) {
  auto engine = start();
  std::string all;
  {
    auto log = engine->open(kPartition, kSmallSegments);
    for (int i = 0; i < 40; ++i) all += log.grow().value();
  }
  engine.reset();
  const size_t one = all.size() / 40;
  const std::string first = at(kDirectory) + "/00000000000000000000.log";
  std::string text = content_of(first);
  text[3 * one + 70] ^= 1;
  set_content(first, text);
  engine = start();
  EXPECT_TRUE(engine->engine().recovered_unclean());
  auto log = engine->open(kPartition, kSmallSegments);
  EXPECT_EQ(log.bounds().end, Offset(3));
  EXPECT_EQ(log.read_all(Offset(0)), all.substr(0, 3 * one));
  size_t kept = 0;
  for (const auto& name : files_in(at(kDirectory))) {
    if (name.ends_with(".corrupt")) kept += fs::file_size(at(kDirectory) + "/" + name);
  }
  EXPECT_EQ(kept, all.size() - 3 * one);
  EXPECT_TRUE(log.grow().has_value());
}

TEST_F(DiskRecovery, a_torn_or_missing_index_is_built_anew) {
  auto engine = start();
  std::string all;
  {
    auto log = engine->open(kPartition, kSmallSegments);
    for (int i = 0; i < 60; ++i) all += log.grow(1, 2, 100 + i).value();
  }
  ASSERT_TRUE(engine->close().has_value());
  for (int round = 0; round < 3; ++round) {
    engine.reset();
    int indexes = 0;
    for (const auto& name : files_in(at(kDirectory))) {
      const std::string path = at(kDirectory) + "/" + name;
      if (!name.ends_with(".index")) continue;
      ++indexes;
      if (round == 0) fs::remove(path);
      if (round == 1) fs::resize_file(path, fs::file_size(path) - 1);
      if (round == 2) {
        std::string text = content_of(path);
        text[text.size() - 9] ^= 4;
        set_content(path, text);
      }
    }
    EXPECT_GT(indexes, 3);
    engine = start();
    {
      auto log = engine->open(kPartition, kSmallSegments);
      for (int64_t offset = 0; offset < 120; ++offset) {
        ASSERT_EQ(log.read(Offset(offset), 1)->first, Offset(offset - offset % 2));
      }
      ASSERT_EQ(log.find_time(137).value(), Offset(74));
      ASSERT_EQ(log.read_all(Offset(0)), all);
    }
    ASSERT_TRUE(engine->close().has_value());
  }
}

TEST_F(DiskRecovery, what_is_synced_is_not_scanned_again) {
  auto engine = start();
  {
    auto log = engine->open(kPartition, kSmallSegments);
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(log.grow().has_value());
  }
  ASSERT_TRUE(engine->close().has_value());
  engine.reset();
  // Damage that a scan would find. A start that is not clean but has recovery points does not look.
  fs::remove(at("clean"));
  const std::string first = at(kDirectory) + "/00000000000000000000.log";
  std::string text = content_of(first);
  text[100] ^= 1;
  set_content(first, text);
  engine = start();
  EXPECT_TRUE(engine->engine().recovered_unclean());
  EXPECT_EQ(engine->open(kPartition, kSmallSegments).bounds().end, Offset(40));
  engine.reset();
  fs::remove(at("recovery-points"));
  engine = start();
  EXPECT_EQ(engine->open(kPartition, kSmallSegments).bounds().end, Offset(1));
}

TEST_F(DiskRecovery, a_log_goes_on_behind_its_recovery_point_also_where_nothing_is_indexed) {
  auto engine = start();
  const LogOptions options{.segment_bytes = 1 << 20, .index_interval_bytes = 300};
  std::string all;
  for (const bool clean : {true, false, false}) {
    auto log = engine->open(kPartition, options);
    for (int i = 0; i < 100; ++i) all += log.grow(1, 2, i).value();
    log.close();
    if (clean) {
      ASSERT_TRUE(engine->close().has_value());
    }
    engine.reset();
    engine = start();
  }
  auto log = engine->open(kPartition, options);
  const size_t one = all.size() / 300;
  for (int64_t batch = 299; batch >= 0; batch -= 7) {
    const auto got = log.read(Offset(2 * batch + 1), 3 * one);
    ASSERT_EQ(got->bytes, all.substr(static_cast<size_t>(batch) * one, 3 * one));
  }
  EXPECT_EQ(log.find_time(50).value(), Offset(100));
  EXPECT_EQ(log.read_all(Offset(0)), all);
}

TEST_F(DiskRecovery, an_empty_partition_leaves_nothing_on_the_disk) {
  auto engine = start();
  for (int32_t i = 0; i < 100; ++i) engine->open({Uuid{{9}}, i});
  EXPECT_TRUE(fs::is_empty(at("logs")));
  ASSERT_TRUE(engine->close().has_value());
  EXPECT_TRUE(fs::is_empty(at("logs")));
}

TEST_F(DiskRecovery, a_clean_start_of_many_partitions_touches_none_of_them) {
  auto engine = start();
  constexpr int32_t kPartitions = 2000;
  for (int32_t i = 0; i < kPartitions; ++i) {
    auto log = engine->open({Uuid{{9}}, i});
    ASSERT_TRUE(log.grow(1, i % 5 + 1).has_value());
  }
  ASSERT_TRUE(engine->close().has_value());
  engine.reset();
  // With its directories away, only what the clean mark says can answer.
  fs::rename(at("logs"), at("away"));
  engine = start();
  for (int32_t i = 0; i < kPartitions; ++i) {
    ASSERT_EQ(engine->open({Uuid{{9}}, i}).bounds().end, Offset(i % 5 + 1));
  }
  EXPECT_TRUE(fs::is_empty(at("logs"))) << "and none is made";
  engine.reset();
  fs::remove_all(at("logs"));
  fs::rename(at("away"), at("logs"));
  engine = start();
  EXPECT_TRUE(engine->engine().recovered_unclean());
  EXPECT_EQ(engine->open({Uuid{{9}}, 1999}).bounds().end, Offset(5));
}

TEST_F(DiskRecovery, the_clean_mark_is_gone_as_soon_as_the_engine_runs) {
  auto engine = start();
  ASSERT_TRUE(engine->close().has_value());
  EXPECT_TRUE(fs::exists(at("clean")));
  engine.reset();
  engine = start();
  EXPECT_FALSE(engine->engine().recovered_unclean());
  EXPECT_FALSE(fs::exists(at("clean")));
  engine.reset();
  engine = start();
  EXPECT_TRUE(engine->engine().recovered_unclean());
}

TEST_F(DiskRecovery, a_damaged_clean_mark_is_not_trusted) {
  auto engine = start();
  ASSERT_TRUE(engine->open(kPartition).grow(5).has_value());
  ASSERT_TRUE(engine->close().has_value());
  engine.reset();
  std::string text = content_of(at("clean"));
  text[text.size() / 2] ^= 1;
  set_content(at("clean"), text);
  engine = start();
  EXPECT_TRUE(engine->engine().recovered_unclean());
  EXPECT_EQ(engine->open(kPartition).bounds().end, Offset(5));
}

TEST_F(DiskRecovery, a_catalog_cut_at_any_byte_loses_only_its_last_commit) {
  auto engine = start();
  ASSERT_TRUE(engine->commit({{"a", 0, "first"}}));
  const size_t acknowledged = fs::file_size(at("catalog.log"));
  ASSERT_TRUE(engine->commit({{"a", 1, "second"}, {"b", 0, "second"}}));
  engine.reset();
  const std::string whole = content_of(at("catalog.log"));
  for (size_t cut = acknowledged; cut < whole.size(); ++cut) {
    set_content(at("catalog.log"), whole.substr(0, cut) + std::string(cut % 2 * 20, '\0'));
    engine = start();
    ASSERT_EQ(engine->get("a")->body, "first");
    ASSERT_EQ(engine->get("b"), std::nullopt);
    ASSERT_TRUE(engine->commit({{"a", 1, "third"}}));
    engine.reset();
    engine = start();
    ASSERT_EQ(engine->get("a")->body, "third");
    engine.reset();
  }
}

TEST_F(DiskRecovery, a_catalog_that_is_damaged_before_good_records_refuses_to_open) {
  auto engine = start();
  ASSERT_TRUE(engine->commit({{"a", 0, "first"}}));
  const size_t first = fs::file_size(at("catalog.log"));
  ASSERT_TRUE(engine->commit({{"b", 0, "second"}}));
  engine.reset();
  const std::string whole = content_of(at("catalog.log"));
  for (size_t at_byte = 8; at_byte < first; ++at_byte) {
    std::string text = whole;
    text[at_byte] ^= 1;
    set_content(at("catalog.log"), text);
    const auto refused = open_disk_engine({.path = directory_.path()});
    ASSERT_FALSE(refused.has_value()) << at_byte;
    EXPECT_EQ(refused.error().kind, ErrorKind::malformed);
    EXPECT_NE(refused.error().what.find("catalog.log"), std::string::npos);
  }
}

TEST_F(DiskRecovery, a_directory_is_one_engines) {
  auto engine = start();
  const auto second = open_disk_engine({.path = directory_.path()});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::conflict);
  EXPECT_NE(second.error().what.find(directory_.path()), std::string::npos);
  EXPECT_NE(second.error().what.find(std::to_string(::getpid())), std::string::npos);
  engine.reset();
  EXPECT_TRUE(open_disk_engine({.path = directory_.path()}).has_value());
}

TEST_F(DiskRecovery, a_newer_format_is_refused_and_a_torn_meta_file_is_not) {
  start();
  const std::string meta = content_of(at("meta"));
  set_content(at("meta"), "kelp data directory\nformat 2\n");
  EXPECT_EQ(open_disk_engine({.path = directory_.path()}).error().kind, ErrorKind::unsupported);
  for (size_t size = 0; size < meta.size(); ++size) {
    set_content(at("meta"), meta.substr(0, size));
    ASSERT_TRUE(open_disk_engine({.path = directory_.path()}).has_value()) << size;
    ASSERT_EQ(content_of(at("meta")), meta);
  }
}

TEST_F(DiskRecovery, what_a_drop_left_is_removed_at_the_next_start) {
  start();
  fs::create_directories(at("trash/0/x"));
  set_content(at("trash/0/x/y"), "left");
  auto engine = start();
  ASSERT_TRUE(engine->open(kPartition).grow().has_value());
  ASSERT_TRUE(engine->drop(kPartition).has_value());
  engine.reset();
  EXPECT_TRUE(fs::is_empty(at("trash")));
  EXPECT_TRUE(fs::is_empty(at("logs")));
}

TEST_F(DiskRecovery, a_trim_that_returns_has_removed_the_files) {
  auto engine = start();
  auto log = engine->open(kPartition, kSmallSegments);
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(log.grow(1, 2).has_value());
  const auto segments = [&] {
    return std::ranges::count_if(files_in(at(kDirectory)),
                                 [](const auto& name) { return name.ends_with(".log"); });
  };
  ASSERT_GT(segments(), 2);
  ASSERT_TRUE(log.trim(log.bounds().end).has_value());
  EXPECT_EQ(segments(), 0);
}

TEST_F(DiskRecovery, a_topic_directory_that_a_deletion_left_empty_goes_with_the_next_start) {
  auto engine = start();
  ASSERT_TRUE(engine->open(kPartition, kSmallSegments).grow().has_value());
  const std::string left = at("logs/" + Uuid{{8}}.text());
  fs::create_directory(left);
  engine.reset();
  engine = start();
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(at(kDirectory)));
}

}  // namespace
}  // namespace kelp::engine
