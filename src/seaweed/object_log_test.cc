// What an object log does when things go wrong, on a real cluster: a second owner, a manifest that
// a power loss took back, damaged and missing files; and that it leaves no files behind.
#include <gtest/gtest.h>

#include "seaweed/object_format.h"
#include "seaweed/store.h"
#include "seaweed/test_kinds.h"

namespace kelp::seaweed {
namespace {

using engine::EngineUnderTest;
using engine::LogUnderTest;

const engine::PartitionId kId{Uuid{{4, 5, 6}}, 2};

class ObjectLogTest : public testing::Test {
 protected:
  void SetUp() override {
    set_log_level(LogLevel::off);
    const auto weed = test::shared_weed();
    ASSERT_TRUE(weed.has_value()) << test::kNoWeed;
    options_ = test::options_for(*weed, directory_.path());
    shard_.start();
    const auto filer = find_filer(options_);
    ASSERT_TRUE(filer.has_value()) << filer.error().text();
    store_ = std::make_unique<Store>(*filer, options_, *credentials_of(options_));
  }

  std::unique_ptr<EngineUnderTest> kelp() {
    auto engine = open_seaweed_engine(options_);
    EXPECT_TRUE(engine.has_value());
    return std::make_unique<EngineUnderTest>(shard_, *std::move(engine));
  }
  EntryPath manifest_path() const {
    return store_->partition_path(kId.topic_id.text(), kId.index, "manifest");
  }
  StoredEntry manifest_entry() {
    auto found = store_->filer.get_blocking(manifest_path());
    EXPECT_TRUE(found.has_value() && found->has_value());
    return **found;
  }
  stored::Manifest manifest() {
    stored::Manifest manifest;
    EXPECT_TRUE(manifest.ParseFromString(manifest_entry().content));
    return manifest;
  }
  /// As a power loss may: what a filer has not synced is as it was.
  void put_back(const StoredEntry& entry) {
    ASSERT_TRUE(store_->filer.put_blocking(manifest_path(), entry).has_value());
  }
  size_t objects() {
    size_t count = 0;
    for (const auto& segment : manifest().segments()) {
      count += static_cast<size_t>(segment.objects_size());
    }
    return count;
  }

  engine::TestDirectory directory_;
  rt::Shard shard_{0};
  SeaweedOptions options_;
  std::unique_ptr<Store> store_;
};

TEST_F(ObjectLogTest, who_opens_a_log_fences_who_had_it) {
  auto first_kelp = kelp();
  auto first = first_kelp->open(kId);
  std::string all = first.grow(3).value();
  auto second_kelp = kelp();
  auto second = second_kelp->open(kId);
  EXPECT_EQ(second.bounds().end, Offset(3));
  for (int i = 0; i < 3; ++i) {
    const auto refused = first.grow();
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::fenced);
  }
  EXPECT_EQ(first.read(Offset(0)).error().kind, ErrorKind::fenced);
  EXPECT_EQ(first.trim(Offset(2)).error().kind, ErrorKind::fenced);
  EXPECT_FALSE(first_kelp->save(kId, "of what is not there").has_value());
  all += second.grow(2).value();
  EXPECT_EQ(second.read_all(Offset(0)), all);
  EXPECT_EQ(second.bounds().end, Offset(5));
  first.close();
  second.close();
  auto third_kelp = kelp();
  EXPECT_EQ(third_kelp->open(kId).read_all(Offset(0)), all);
}

TEST_F(ObjectLogTest, a_manifest_that_a_power_loss_took_back_costs_nothing) {
  options_.delete_delay_ms = 60'000;  // what the older manifest names is still there, as it should
  std::string all;
  StoredEntry old;
  {
    auto one = kelp();
    auto log = one->open(kId, {.segment_bytes = 3000});
    all += log.grow(2, 3).value();
    old = manifest_entry();
    // More than two runs of files.
    for (uint32_t i = 0; i < 2 * kRunFiles + 20; ++i) all += log.grow(1, 2, i).value();
  }
  put_back(old);
  auto again = kelp();
  auto log = again->open(kId);
  EXPECT_EQ(log.bounds().end, Offset(6 + 2 * (2 * int64_t{kRunFiles} + 20)));
  EXPECT_EQ(log.read_all(Offset(0)), all);
  EXPECT_FALSE(log.sealed().segments.empty()) << "segments begin where they did";
  all += log.grow().value();
  EXPECT_EQ(log.read_all(Offset(0)), all);
}

TEST_F(ObjectLogTest, after_a_power_loss_what_newer_owners_wrote_counts) {
  options_.delete_delay_ms = 60'000;  // the word to the newer owner is still there, as it should
  auto first_kelp = kelp();
  auto first = first_kelp->open(kId);
  std::string all = first.grow(2).value();
  const StoredEntry old = manifest_entry();
  const stored::Manifest before = manifest();
  {
    auto second_kelp = kelp();
    auto second = second_kelp->open(kId);
    all += second.grow(3).value();
  }
  {
    auto third_kelp = kelp();
    auto third = third_kelp->open(kId);
    all += third.grow(1).value();
  }
  // One who no longer was it: stored, and never answered.
  NewObject late;
  set_partition(late.head, kId);
  late.head.set_epoch(before.epoch());
  late.head.set_base(before.end());
  late.head.set_next(before.end() + 7);
  late.parts = {Slice::copy_of(engine::batch_text(Offset(before.end()), 7, 0))};
  const FileId file = file_of(before.files(), before.used_files());
  ASSERT_TRUE(store_->volumes.write_blocking(file, encode_object(late), true).has_value());
  put_back(old);
  auto fourth_kelp = kelp();
  auto fourth = fourth_kelp->open(kId);
  EXPECT_EQ(fourth.bounds().end, Offset(6));
  EXPECT_EQ(fourth.read_all(Offset(0)), all);
}

TEST_F(ObjectLogTest, an_object_that_was_stored_and_not_named_is_found) {
  std::string all;
  stored::Manifest now;
  {
    auto one = kelp();
    auto log = one->open(kId);
    all += log.grow(2).value();
    now = manifest();
  }
  NewObject next;
  set_partition(next.head, kId);
  next.head.set_epoch(now.epoch());
  next.head.set_base(2);
  next.head.set_next(5);
  next.parts = {Slice::copy_of(engine::batch_text(Offset(2), 3, 0))};
  *next.head.mutable_next_files() = now.next_files();
  all += next.parts.front().text();
  const FileId file = file_of(now.files(), now.used_files());
  ASSERT_TRUE(store_->volumes.write_blocking(file, encode_object(next), true).has_value());
  auto again = kelp();
  auto log = again->open(kId);
  EXPECT_EQ(log.bounds().end, Offset(5));
  EXPECT_EQ(log.read_all(Offset(0)), all);
}

TEST_F(ObjectLogTest, a_damaged_or_missing_object_is_an_error_and_never_other_records) {
  for (const bool missing : {false, true}) {
    auto one = kelp();
    auto log = one->open(kId);
    const Offset from = log.bounds().end;
    ASSERT_TRUE(log.grow(1, 1, 0, 5000).has_value());
    const stored::Manifest now = manifest();
    const auto& segment = now.segments(now.segments_size() - 1);
    const FileId file = file_of(segment.objects(segment.objects_size() - 1));
    if (missing) {
      ASSERT_TRUE(store_->volumes.remove_blocking(file).has_value());
    } else {
      auto bytes = store_->volumes.read_blocking(file);
      std::string changed((*bytes)->text());
      changed[changed.size() - 100] ^= 1;
      ASSERT_TRUE(store_->volumes.write_blocking(file, Slice::copy_of(changed), true).has_value());
    }
    log.close();
    auto again = kelp();  // with nothing in memory
    auto reopened = again->open(kId);
    const auto read = reopened.read(from);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().kind, ErrorKind::io);
    EXPECT_NE(read.error().what.find(missing ? "missing" : "damaged"), std::string::npos);
  }
}

TEST_F(ObjectLogTest, small_objects_become_few_and_the_files_of_the_small_ones_go) {
  auto one = kelp();
  auto log = one->open(kId);
  std::string all;
  stored::Manifest first;
  for (int i = 0; i < 200; ++i) {
    all += log.grow().value();
    if (i == 0) first = manifest();
  }
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (objects() >= 100 && std::chrono::steady_clock::now() < give_up) {  // in the background
  }
  EXPECT_LT(objects(), 100U);
  EXPECT_EQ(log.read_all(Offset(0)), all);
  const FileId small = file_of(first.segments(0).objects(0));
  log.close();  // what is under way ends
  auto again = one->open(kId);
  EXPECT_EQ(again.read_all(Offset(0)), all);
  // delete_delay_ms is 0, rounded up to a second: the collection is a timer of the log's.
  bool gone = false;
  while (!gone && std::chrono::steady_clock::now() < give_up) {
    const auto read = store_->volumes.read_blocking(small);
    gone = read.has_value() && !read->has_value();
  }
  EXPECT_TRUE(gone);
}

TEST_F(ObjectLogTest, a_dropped_partition_leaves_no_files) {
  auto one = kelp();
  std::vector<FileId> files;
  {
    auto log = one->open(kId);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(log.grow().has_value());
    for (const auto& object : manifest().segments(0).objects()) files.push_back(file_of(object));
  }
  ASSERT_EQ(files.size(), 5U);
  ASSERT_TRUE(one->drop(kId).has_value());
  EXPECT_FALSE(store_->filer.get_blocking(manifest_path())->has_value());
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  for (const FileId& file : files) {
    bool gone = false;
    while (!gone && std::chrono::steady_clock::now() < give_up) {
      const auto read = store_->volumes.read_blocking(file);
      gone = read.has_value() && !read->has_value();
    }
    EXPECT_TRUE(gone) << file.text();
  }
}

}  // namespace
}  // namespace kelp::seaweed
