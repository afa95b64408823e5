// For tests only: the engine on a real cluster, for the suites that are typed over all engines.
// Each test has a folder of the filer of its own.
#pragma once

#include "engine/test_kinds.h"
#include "seaweed/seaweed_engine.h"
#include "seaweed/test_weed.h"

namespace kelp::seaweed::test {

inline SeaweedOptions options_for(const WeedAddresses& weed, const std::string& path) {
  SeaweedOptions options;
  options.masters = {weed.master};
  options.root = "/kelp-test" + path;
  options.collection = "kelptest";
  options.delete_delay_ms = 0;
  return options;
}

}  // namespace kelp::seaweed::test

namespace kelp::engine {

struct Seaweed {
  static constexpr bool kDurable = true;
  static std::unique_ptr<Engine> open(const std::string& path) {
    const auto weed = seaweed::test::shared_weed();
    if (!weed.has_value()) {
      std::fprintf(stderr, "%s\n", std::string(seaweed::test::kNoWeed).c_str());
      std::abort();
    }
    auto engine = seaweed::open_seaweed_engine(seaweed::test::options_for(*weed, path));
    KELP_ASSERT(engine.has_value(), engine.has_value() ? "" : engine.error().text());
    return std::move(*engine);
  }
  /// The head is bounded by the one who writes it.
  static std::optional<uint64_t> catalog_bytes(const std::string&) { return std::nullopt; }
};

using Kinds = testing::Types<Seaweed>;

}  // namespace kelp::engine
