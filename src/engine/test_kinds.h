// For tests only: the kinds of engines, and the fixture of the suites that are typed over them.
#pragma once

#include "base/log.h"
#include "engine/disk/disk_engine.h"
#include "engine/test_engines.h"

namespace kelp::engine {

struct Memory {
  static constexpr bool kDurable = false;
  static std::unique_ptr<Engine> open(const std::string&) { return make_memory_engine(); }
  static std::optional<uint64_t> catalog_bytes(const std::string&) { return std::nullopt; }
};

struct Disk {
  static constexpr bool kDurable = true;
  static std::unique_ptr<Engine> open(const std::string& path) {
    auto engine = open_disk_engine({.path = path});
    KELP_ASSERT(engine.has_value());
    return std::move(*engine);
  }
  static std::optional<uint64_t> catalog_bytes(const std::string& path) {
    return std::filesystem::file_size(path + "/catalog.log");
  }
};

template <class Kind>
class EngineTest : public testing::Test {
 protected:
  void SetUp() override {
    set_log_level(LogLevel::off);
    shard_.start();
    start();
  }
  void start() {
    under_test_ = std::make_unique<EngineUnderTest>(shard_, Kind::open(directory_.path()));
  }
  EngineUnderTest& engine() { return *under_test_; }
  /// The process dies (page cache and disk stay).
  void kill_and_reopen() {
    under_test_.reset();
    start();
  }
  void close_and_reopen() {
    ASSERT_TRUE(engine().close().has_value());
    kill_and_reopen();
  }

  TestDirectory directory_;
  rt::Shard shard_{0};
  std::unique_ptr<EngineUnderTest> under_test_;
};

#ifndef KELP_ENGINE_KINDS
using Kinds = testing::Types<Memory, Disk>;
#endif

}  // namespace kelp::engine

#ifdef KELP_ENGINE_KINDS  // a module above with an engine of its own: its header says which
#include KELP_ENGINE_KINDS
#endif
