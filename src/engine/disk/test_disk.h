// For tests only: disk engines over a file system that the test controls.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

#include "base/log.h"
#include "engine/disk/disk_engine.h"
#include "engine/test_engines.h"
#include "rt/test_files.h"

namespace kelp::engine {

class DiskTest : public testing::Test {
 protected:
  void SetUp() override {
    set_log_level(LogLevel::off);
    shard_.start();
  }
  std::unique_ptr<EngineUnderTest> start(rt::FileSystem& files, std::string_view name = "data") {
    auto engine = open_disk_engine({.path = directory_.path(name), .files = &files});
    KELP_ASSERT(engine.has_value(), engine.has_value() ? "" : engine.error().text());
    return std::make_unique<EngineUnderTest>(shard_, std::move(*engine));
  }

  TestDirectory directory_;
  rt::Shard shard_{0};
};

}  // namespace kelp::engine
