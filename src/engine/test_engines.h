// For tests only: an engine of each kind with its shard and directory, and a log whose calls run on
// that shard while the test's thread waits. Kill-and-reopen destroys the engine without close().
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "engine/memory/memory_engine.h"
#include "engine/test_batches.h"
#include "rt/test_shard.h"

namespace kelp::engine {

/// A directory that goes with the test.
class TestDirectory {
 public:
  TestDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kelp-test-XXXXXX").string();
    KELP_ASSERT(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TestDirectory() { std::filesystem::remove_all(path_); }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;
  std::string path(std::string_view name = "data") const {
    return (path_ / std::string(name)).string();
  }

 private:
  std::filesystem::path path_;
};

/// What a read gave, gathered.
struct ReadBytes {
  std::string bytes;
  Offset first, next;
};

class LogUnderTest {
 public:
  LogUnderTest(rt::Shard& shard, std::unique_ptr<Log> log) : shard_(&shard), log_(std::move(log)) {}
  LogUnderTest(LogUnderTest&&) = default;
  LogUnderTest& operator=(LogUnderTest&&) = delete;
  ~LogUnderTest() { close(); }

  void close() {
    if (!log_) return;
    rt::run_on(*shard_, [this]() -> Task<bool> {
      log_.reset();
      co_return true;
    });
  }

  Log& log() { return *log_; }
  Result<Offset> append(Chunk chunk, Durability durability = Durability::replicated) {
    return rt::run_on(*shard_, [&] { return log_->append(std::move(chunk), durability); });
  }
  /// `batches` more batches behind the end; their bytes are remembered by the caller.
  Result<std::string> grow(int batches = 1, int32_t records = 1, int64_t timestamp_ms = 0,
                           size_t payload_bytes = 20,
                           Durability durability = Durability::replicated) {
    Chunk chunk = chunk_of(bounds().end, batches, records, timestamp_ms, payload_bytes);
    std::string text(chunk.batches.text());
    const auto done = append(std::move(chunk), durability);
    if (!done) return std::unexpected(done.error());
    return text;
  }
  Result<ReadBytes> read(Offset from, ReadLimits limits) {
    const auto got = rt::run_on(*shard_, [&] { return log_->read(from, limits); });
    if (!got) return std::unexpected(got.error());
    return ReadBytes{bytes_of(got->batches), got->first, got->next};
  }
  Result<ReadBytes> read(Offset from, size_t max_bytes = 1 << 20) {
    return read(from, {.max_bytes = max_bytes, .before = bounds().end});
  }
  /// Everything from `from` to the end, read piece by piece.
  std::string read_all(Offset from, size_t max_bytes = 1 << 20) {
    std::string text;
    const Offset end = bounds().end;
    while (from < end) {
      const auto piece = read(from, {.max_bytes = max_bytes, .before = end});
      if (!piece || piece->next <= from) return text + "<stopped>";
      text += piece->bytes;
      from = piece->next;
    }
    return text;
  }
  Result<std::optional<Offset>> find_time(int64_t timestamp_ms) {
    return rt::run_on(*shard_, [&] { return log_->find_time(timestamp_ms); });
  }
  std::vector<Offset> replayed(Offset from) {
    std::vector<Offset> bases;
    const auto done = rt::run_on(*shard_, [&] {
      return log_->replay(
          from, [&](const record::BatchHeader& batch) { bases.push_back(batch.base_offset()); });
    });
    EXPECT_TRUE(done.has_value());
    return bases;
  }
  Result<void> trim(Offset start) {
    return rt::run_on(*shard_, [&] { return log_->trim(start); });
  }
  Sealed sealed() {
    const auto got = rt::run_on(*shard_, [&] { return log_->sealed(); });
    EXPECT_TRUE(got.has_value());
    return got.value_or(Sealed());
  }
  /// A finished rewriting of these batches.
  std::unique_ptr<Rewrite> rewrite(Offset from, Offset to,
                                   const std::vector<std::string>& batches) {
    auto begun = rt::run_on(*shard_, [&] { return log_->rewrite(from, to); });
    EXPECT_TRUE(begun.has_value()) << begun.error().text();
    if (!begun) return nullptr;
    for (const std::string& batch : batches) {
      EXPECT_TRUE((*begun)->add(Slice::copy_of(batch)).has_value());
    }
    EXPECT_TRUE((*begun)->finish().has_value());
    return std::move(*begun);
  }
  Result<void> replace(std::unique_ptr<Rewrite> by, Offset mark) {
    return rt::run_on(*shard_, [&] { return log_->replace(std::move(by), mark); });
  }
  Result<void> sync() {
    return rt::run_on(*shard_, [&] { return log_->sync(); });
  }
  void configure(const LogOptions& options) {
    rt::run_on(*shard_, [&]() -> Task<bool> {
      log_->configure(options);
      co_return true;
    });
  }
  uint64_t size_bytes() {
    return rt::run_on(*shard_, [this]() -> Task<uint64_t> { co_return log_->size_bytes(); });
  }
  Bounds bounds() {
    return rt::run_on(*shard_, [this]() -> Task<Bounds> { co_return log_->bounds(); });
  }

 private:
  rt::Shard* shard_;
  std::unique_ptr<Log> log_;
};

/// An engine's calls, run on the shard.
class EngineUnderTest {
 public:
  EngineUnderTest(rt::Shard& shard, std::unique_ptr<Engine> engine)
      : shard_(&shard), engine_(std::move(engine)) {}

  Engine& engine() { return *engine_; }
  LogUnderTest open(PartitionId id, LogOptions options = {}) {
    auto log = rt::run_on(*shard_, [&] { return engine_->open(id, options); });
    EXPECT_TRUE(log.has_value()) << log.error().text();
    return {*shard_, std::move(*log)};
  }
  Result<void> drop(PartitionId id) {
    return rt::run_on(*shard_, [&] { return engine_->drop(id); });
  }
  Result<void> save(PartitionId id, std::string_view text) {
    return rt::run_on(*shard_, [&] { return engine_->save(id, Slice::copy_of(text)); });
  }
  std::optional<std::string> load(PartitionId id) {
    const auto got = rt::run_on(*shard_, [&] { return engine_->load(id); });
    EXPECT_TRUE(got.has_value());
    return *got ? std::optional(std::string((*got)->text())) : std::nullopt;
  }
  Result<void> commit(std::vector<Change> changes) {
    return rt::run_on(*shard_, [&] { return engine_->catalog().commit(std::move(changes)); });
  }
  std::optional<Document> get(std::string key) {
    const auto got = rt::run_on(*shard_, [&] { return engine_->catalog().get(key); });
    return *got;
  }
  std::vector<std::string> keys(std::string prefix) {
    const auto got = rt::run_on(*shard_, [&] { return engine_->catalog().list(prefix); });
    std::vector<std::string> names;
    for (const auto& entry : *got) names.push_back(entry.first);
    return names;
  }
  Result<void> close() {
    return rt::run_on(*shard_, [&] { return engine_->close(); });
  }

 private:
  rt::Shard* shard_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace kelp::engine
