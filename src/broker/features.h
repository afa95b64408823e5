// Finalizable features (KIP-584) as ApiVersions reports them and UpdateFeatures changes them: which
// levels we serve, which one is in force. Only what is served is named; a level that was asked for
// at the start beyond it is lowered. The levels in force are part of the cluster image; once they
// were changed they are a document of the catalog, "features": docs/formats/topic.md. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/strong.h"
#include "broker/verdict.h"
#include "config/broker_settings.h"

namespace kelp::broker {

struct Feature {
  std::string_view name;
  int16_t min, max;  // served
};

inline constexpr std::string_view kMetadataVersion = "metadata.version";
/// metadata.version: 30 is Kafka 4.3. The others come with what they switch: transactions, KIP-848
/// groups, share groups.
inline constexpr std::array kFeatures{Feature{kMetadataVersion, 7, 30}};

struct FinalizedFeature {
  std::string_view name;  // of kFeatures
  int16_t level;
  friend bool operator==(const FinalizedFeature&, const FinalizedFeature&) = default;
};

class FeatureLevels {
 public:
  /// As `wanted`, or the highest.
  explicit FeatureLevels(const std::vector<config::FeatureLevel>& wanted = {});

  const std::vector<FinalizedFeature>& finalized() const { return finalized_; }
  /// Null: no such feature here.
  const FinalizedFeature* find(std::string_view name) const;
  /// Counts the changes.
  int64_t epoch() const { return epoch_; }

  /// The next levels: one of a feature that is here.
  void set(std::string_view name, int16_t level);
  void count_change() { ++epoch_; }

  friend bool operator==(const FeatureLevels&, const FeatureLevels&) = default;

 private:
  friend Result<FeatureLevels> decode_features(const std::string& body, FeatureLevels fallback);

  std::vector<FinalizedFeature> finalized_;
  int64_t epoch_ = 0;
};

inline constexpr std::string_view kFeaturesKey = "features";
std::string encode(const FeatureLevels& levels);
/// `fallback`: the levels of features that the document, written by another version, does not name.
/// Errors: malformed.
Result<FeatureLevels> decode_features(const std::string& body, FeatureLevels fallback);

/// FeatureUpdateKey.UpgradeType (KIP-584); other numbers are refused.
enum class UpgradeType : int8_t { upgrade = 1, safe_downgrade = 2, unsafe_downgrade = 3 };

struct FeatureUpdate {
  std::string feature;
  int16_t level = 0;
  UpgradeType type = UpgradeType::upgrade;
};

/// The levels after all of the updates, or why there is none, with Kafka's words: one that is wrong
/// refuses all. 95 INVALID_UPDATE_VERSION.
std::expected<FeatureLevels, Verdict> updated(const FeatureLevels& present,
                                              const std::vector<FeatureUpdate>& updates,
                                              BrokerId controller);

}  // namespace kelp::broker
