// What every engine's catalog answers, typed over all of them.
#include "engine/test_kinds.h"

namespace kelp::engine {
namespace {

template <class Kind>
class CatalogTest : public EngineTest<Kind> {};

TYPED_TEST_SUITE(CatalogTest, Kinds);

TYPED_TEST(CatalogTest, a_document_has_the_version_of_its_changes) {
  auto& engine = this->engine();
  EXPECT_EQ(engine.get("topics/a"), std::nullopt);
  ASSERT_TRUE(engine.commit({{"topics/a", 0, "one"}}).has_value());
  EXPECT_EQ(engine.get("topics/a")->version, 1U);
  ASSERT_TRUE(engine.commit({{"topics/a", 1, "two"}}).has_value());
  EXPECT_EQ(engine.get("topics/a")->version, 2U);
  EXPECT_EQ(engine.get("topics/a")->body, "two");
  ASSERT_TRUE(engine.commit({{"topics/a", 2, std::nullopt}}).has_value());
  EXPECT_EQ(engine.get("topics/a"), std::nullopt);
  ASSERT_TRUE(engine.commit({{"topics/a", 0, ""}}).has_value()) << "an empty body is a document";
  EXPECT_EQ(engine.get("topics/a")->version, 1U);
}

TYPED_TEST(CatalogTest, a_change_of_another_version_is_a_conflict_that_names_the_key) {
  auto& engine = this->engine();
  ASSERT_TRUE(engine.commit({{"a", 0, "x"}}).has_value());
  for (const uint64_t wrong : {0, 2, 7}) {
    const auto lost = engine.commit({{"a", wrong, "y"}});
    ASSERT_FALSE(lost.has_value());
    EXPECT_EQ(lost.error().kind, ErrorKind::conflict);
    EXPECT_EQ(lost.error().what, "a");
  }
  EXPECT_EQ(engine.commit({{"none", 1, "y"}}).error().kind, ErrorKind::conflict);
  EXPECT_EQ(engine.commit({{"none", 1, std::nullopt}}).error().kind, ErrorKind::conflict);
  EXPECT_EQ(engine.get("a")->body, "x");
}

TYPED_TEST(CatalogTest, a_commit_is_done_in_full_or_not_at_all) {
  auto& engine = this->engine();
  ASSERT_TRUE(engine.commit({{"a", 0, "1"}, {"b", 0, "1"}}).has_value());
  EXPECT_EQ(engine.commit({{"a", 1, "2"}, {"c", 0, "2"}, {"b", 9, "2"}}).error().what, "b");
  EXPECT_EQ(engine.get("a")->body, "1");
  EXPECT_EQ(engine.get("c"), std::nullopt);
  ASSERT_TRUE(
      engine.commit({{"d", 0, "1"}, {"d", 1, "2"}, {"e", 0, "1"}, {"e", 1, {}}}).has_value())
      << "a later change of a commit sees an earlier one";
  EXPECT_EQ(engine.get("d")->version, 2U);
  EXPECT_EQ(engine.get("e"), std::nullopt);
  EXPECT_TRUE(engine.commit({}).has_value());
}

TYPED_TEST(CatalogTest, a_list_is_of_a_prefix_and_in_order) {
  auto& engine = this->engine();
  ASSERT_TRUE(engine.commit({{"topics/b", 0, ""}, {"topic", 0, ""}, {"topics/a", 0, ""}}));
  ASSERT_TRUE(engine.commit({{"topicz", 0, ""}, {std::string("topics/\xff", 8), 0, ""}}));
  EXPECT_EQ(engine.keys("topics/"),
            (std::vector<std::string>{"topics/a", "topics/b", "topics/\xff"}));
  EXPECT_EQ(engine.keys("").size(), 5U);
  EXPECT_TRUE(engine.keys("x").empty());
}

TYPED_TEST(CatalogTest, of_commits_at_the_same_time_one_wins) {
  Engine& engine = this->engine().engine();
  const int won = rt::run_on(this->shard_, [&]() -> Task<int> {
    std::vector<Task<Result<void>>> commits;
    for (int i = 0; i < 50; ++i) {
      std::vector<Change> changes;
      changes.push_back({"one", 0, std::to_string(i)});
      changes.push_back({fmt::format("by/{}", i), 0, ""});
      commits.push_back(engine.catalog().commit(std::move(changes)));
    }
    int good = 0;
    for (auto& commit : commits) {
      Task<Result<void>> one = std::move(commit);
      const auto done = co_await one;
      if (done) ++good;
    }
    co_return good;
  });
  EXPECT_EQ(won, 1);
  EXPECT_EQ(this->engine().keys("by/").size(), 1U);
  EXPECT_EQ("by/" + this->engine().get("one")->body, this->engine().keys("by/")[0]);
}

TYPED_TEST(CatalogTest, two_shards_may_use_it_at_once) {
  rt::Shard other{1};
  other.start();
  Engine& engine = this->engine().engine();
  const auto count = [&](std::string key) -> Task<bool> {
    for (int left = 30; left > 0;) {
      const auto found = co_await engine.catalog().get(key);
      const uint64_t version = found->has_value() ? (*found)->version : 0;
      std::vector<Change> changes;
      changes.push_back({key, version, "x"});
      const auto done = co_await engine.catalog().commit(std::move(changes));
      if (done) --left;
    }
    co_return true;
  };
  auto there =
      std::async(std::launch::async, [&] { rt::run_on(other, [&] { return count("n"); }); });
  rt::run_on(this->shard_, [&] { return count("n"); });
  there.get();
  EXPECT_EQ(this->engine().get("n")->version, 60U) << "no change was lost";
  this->under_test_.reset();  // before a shard that it uses
}

TYPED_TEST(CatalogTest, what_was_committed_survives_the_process) {
  if (!TypeParam::kDurable) GTEST_SKIP() << "memory only";
  for (uint64_t round = 0; round < 4; ++round) {
    ASSERT_TRUE(this->engine().commit({{"kept", round, std::to_string(round)}}).has_value());
    ASSERT_TRUE(this->engine().commit({{fmt::format("gone/{}", round), 0, "x"}}).has_value());
    ASSERT_TRUE(this->engine().commit({{fmt::format("gone/{}", round), 1, {}}}).has_value());
    if (round % 2 == 0) {
      ASSERT_TRUE(this->engine().close().has_value());
    }
    this->under_test_.reset();
    this->start();
    EXPECT_EQ(this->engine().get("kept")->version, round + 1);
    EXPECT_EQ(this->engine().get("kept")->body, std::to_string(round));
    EXPECT_TRUE(this->engine().keys("gone").empty());
  }
}

TYPED_TEST(CatalogTest, a_long_history_does_not_make_a_long_file) {
  if (!TypeParam::kDurable) GTEST_SKIP() << "memory only";
  const std::string body(100'000, 'x');
  for (uint64_t i = 0; i < 60; ++i) ASSERT_TRUE(this->engine().commit({{"a", i, body}}));
  if (const auto bytes = TypeParam::catalog_bytes(this->directory_.path()); bytes.has_value()) {
    EXPECT_LT(*bytes, 2'000'000U);
  }
  ASSERT_TRUE(this->engine().commit({{"b", 0, "after a rewrite"}}));
  this->under_test_.reset();
  this->start();
  EXPECT_EQ(this->engine().get("a")->version, 60U);
  EXPECT_EQ(this->engine().get("b")->body, "after a rewrite");
}

}  // namespace
}  // namespace kelp::engine
