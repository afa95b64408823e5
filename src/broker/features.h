// Finalizable features (KIP-584) as ApiVersions reports them: which levels we serve, which one is
// in force. Only what is served is named; a level that was asked for beyond it is lowered.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "config/broker_settings.h"

namespace kelp::broker {

struct Feature {
  std::string_view name;
  int16_t min, max;  // served
};

/// metadata.version: 30 is Kafka 4.3. The others come with what they switch: transactions, KIP-848
/// groups, share groups.
inline constexpr std::array kFeatures{Feature{"metadata.version", 7, 30}};

struct FinalizedFeature {
  std::string_view name;
  int16_t level;
};

class FeatureLevels {
 public:
  explicit FeatureLevels(const std::vector<config::FeatureLevel>& wanted) {
    for (const Feature& feature : kFeatures) {
      int16_t level = feature.max;
      for (const config::FeatureLevel& want : wanted) {
        if (want.name == feature.name) level = want.level < feature.max ? want.level : feature.max;
      }
      finalized_.push_back({feature.name, level});
    }
  }
  const std::vector<FinalizedFeature>& finalized() const { return finalized_; }

 private:
  std::vector<FinalizedFeature> finalized_;
};

}  // namespace kelp::broker
