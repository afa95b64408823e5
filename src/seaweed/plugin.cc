// What libkelp-seaweed.so exports.
#include "engine/seaweed_plugin.h"
#include "seaweed/diagnosis.h"
#include "seaweed/seaweed_engine.h"

#ifdef __clang__
#pragma clang diagnostic ignored "-Wreturn-type-c-linkage"  // both sides are of one build
#endif

extern "C"
    __attribute__((visibility("default"))) kelp::Result<std::unique_ptr<kelp::engine::Engine>>
    kelp_open_seaweed_engine(const kelp::seaweed::SeaweedOptions& options,
                             const std::string& version) {
  if (version != KELP_VERSION) {
    return kelp::fail(kelp::ErrorKind::unsupported,
                      std::string(kelp::engine::kSeaweedLibrary) + " is of version " KELP_VERSION);
  }
  return kelp::seaweed::open_seaweed_engine(options);
}

extern "C" __attribute__((visibility("default"))) std::vector<kelp::engine::SeaweedFinding>
kelp_diagnose_seaweed(const kelp::seaweed::SeaweedOptions& options) {
  return kelp::seaweed::diagnose(options);
}

static_assert(std::is_same_v<decltype(&kelp_diagnose_seaweed), kelp::engine::DiagnoseSeaweed>);
static_assert(std::is_same_v<decltype(&kelp_open_seaweed_engine), kelp::engine::OpenSeaweed>);
