#include "rt/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "rt/test_files.h"

namespace kelp::rt {
namespace {

struct FileTest : testing::Test {
  FileTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kelp-file-XXXXXX").string();
    KELP_ASSERT(::mkdtemp(pattern.data()) != nullptr);
    root = pattern;
  }
  ~FileTest() override { std::filesystem::remove_all(root); }
  std::string at(const std::string& name) const { return root + "/" + name; }

  FileSystem& files = real_files();
  std::string root;
};

TEST_F(FileTest, what_is_written_is_read) {
  const auto file = files.open(at("a"), OpenMode::create).value();
  ASSERT_TRUE(files.write(*file, 3, as_bytes("hello")).has_value());
  EXPECT_EQ(files.size(*file).value(), 8U);
  std::string text(10, '?');
  const std::span<uint8_t> into(reinterpret_cast<uint8_t*>(text.data()), text.size());
  EXPECT_EQ(files.read(*file, 2, into).value(), 6U);
  EXPECT_EQ(text.substr(0, 6), std::string("\0hello", 6));
  EXPECT_EQ(files.read_cached(*file, 2, into).value(), std::optional<size_t>(6));
  EXPECT_EQ(files.read_cached(*file, 8, into).value(), std::optional<size_t>(0));
  ASSERT_TRUE(files.truncate(*file, 4).has_value());
  EXPECT_EQ(files.size(at("a")).value(), 4U);
  EXPECT_TRUE(files.sync(*file).has_value());
  EXPECT_TRUE(files.sync_directory(root).has_value());
}

TEST_F(FileTest, what_was_written_or_loaded_is_in_memory) {
  const auto file = files.open(at("a"), OpenMode::create).value();
  const std::string text(1'000'000, 'x');
  ASSERT_TRUE(files.write(*file, 0, as_bytes(text)).has_value());
  EXPECT_TRUE(files.is_cached(*file, 0, text.size()).value());
  ASSERT_TRUE(files.sync(*file).has_value());
  ::posix_fadvise(file->descriptor(), 0, 0, POSIX_FADV_DONTNEED);  // not every file system does it
  ASSERT_TRUE(files.load(*file, 10, 900'000).has_value());
  EXPECT_TRUE(files.is_cached(*file, 10, 900'000).value());
  EXPECT_TRUE(files.is_cached(*file, 10, 1).value());
}

TEST_F(FileTest, errors_have_kinds_and_names) {
  const auto missing = files.open(at("none"), OpenMode::read);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_NE(missing.error().text().find(at("none")), std::string::npos);
  ASSERT_TRUE(files.make_directory(at("d")).has_value());
  EXPECT_EQ(files.make_directory(at("d")).error().kind, ErrorKind::exists);
  const auto read_only = files.open("/dev/full", OpenMode::write);
  if (read_only) {
    EXPECT_EQ(files.write(**read_only, 0, as_bytes("x")).error().kind, ErrorKind::no_space);
  }
}

TEST_F(FileTest, a_lock_is_held_by_one_open_file) {
  auto first = files.open(at("lock"), OpenMode::create).value();
  const auto second = files.open(at("lock"), OpenMode::create).value();
  EXPECT_TRUE(files.try_lock(*first).value());
  EXPECT_FALSE(files.try_lock(*second).value());
  first.reset();
  EXPECT_TRUE(files.try_lock(*second).value());
}

TEST_F(FileTest, a_tree_is_removed_with_all_that_is_in_it) {
  ASSERT_TRUE(files.make_directory(at("d")).has_value());
  ASSERT_TRUE(files.make_directory(at("d/e")).has_value());
  ASSERT_TRUE(files.open(at("d/e/f"), OpenMode::create).has_value());
  EXPECT_TRUE(remove_tree(files, at("d")).has_value());
  EXPECT_TRUE(files.list(root).value().empty());
  EXPECT_TRUE(remove_tree(files, at("d")).has_value()) << "gone already";
}

TEST_F(FileTest, a_replaced_file_is_the_old_or_the_new_after_a_power_loss) {
  RecordingFiles recorded(at("disk"));
  ASSERT_TRUE(recorded.make_directory(at("disk")).has_value());
  const std::string path = at("disk/state");
  ASSERT_TRUE(replace_file(recorded, path, as_bytes("old"), Flush::yes).has_value());
  const size_t from = recorded.moment();
  ASSERT_TRUE(replace_file(recorded, path, as_bytes("the new"), Flush::yes).has_value());
  int image = 0;
  for (size_t moment = from; moment <= recorded.moment(); ++moment) {
    for (uint32_t seed = 0; seed < 20; ++seed) {
      const std::string lost = at(fmt::format("image-{}", image++));
      const PowerLoss loss{PowerLoss::Keep::some, PowerLoss::Keep::some, seed};
      recorded.build(moment, loss, lost);
      const auto got = read_file(files, lost + "/state", 100).value();
      const bool must_be_new = moment == recorded.moment();
      EXPECT_TRUE(got.text() == "the new" || (got.text() == "old" && !must_be_new)) << got.text();
    }
  }
}

TEST_F(FileTest, a_recorded_disk_loses_what_was_not_synced) {
  RecordingFiles recorded(at("disk"));
  ASSERT_TRUE(recorded.make_directory(at("disk")).has_value());
  const auto file = recorded.open(at("disk/a"), OpenMode::create).value();
  ASSERT_TRUE(recorded.write(*file, 0, as_bytes("synced")).has_value());
  ASSERT_TRUE(recorded.sync(*file).has_value());
  ASSERT_TRUE(recorded.write(*file, 6, as_bytes("+more")).has_value());
  recorded.build(recorded.moment(), {}, at("no-name"));
  EXPECT_TRUE(files.list(at("no-name")).value().empty());
  ASSERT_TRUE(recorded.sync_directory(at("disk")).has_value());
  recorded.build(recorded.moment(), {}, at("cut"));
  EXPECT_EQ(read_file(files, at("cut/a"), 100).value().text(), "synced");
  recorded.build(recorded.moment(), {.bytes = PowerLoss::Keep::everything}, at("all"));
  EXPECT_EQ(read_file(files, at("all/a"), 100).value().text(), "synced+more");
}

}  // namespace
}  // namespace kelp::rt
