#include "broker/features.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

namespace kelp::broker {
namespace json = boost::json;
namespace {

constexpr int kVersion = 1;

/// Levels of metadata.version that changed the form of Kafka's metadata (MetadataVersion,
/// didMetadataChange): Kafka goes back over none of them, and tools rely on its refusal.
constexpr int16_t kMetadataChanged[] = {8, 11, 13, 14, 15, 17, 23, 30};

bool crosses_a_change(int16_t from, int16_t to) {
  return std::ranges::any_of(kMetadataChanged,
                             [&](int16_t level) { return to < level && level <= from; });
}

std::string fault_of_range(const FeatureUpdate& update, BrokerId controller) {
  const auto* const feature = std::ranges::find(kFeatures, update.feature, &Feature::name);
  if (feature == kFeatures.end()) {
    return fmt::format("Local controller {} does not support this feature.", controller);
  }
  if (update.level >= feature->min && update.level <= feature->max) return "";
  return fmt::format("Local controller {} only supports versions {}-{}", controller, feature->min,
                     feature->max);
}

std::string fault_of_downgrade(const FeatureUpdate& update, int16_t from) {
  if (update.feature != kMetadataVersion || !crosses_a_change(from, update.level)) return "";
  return fmt::format(
      "Unsupported metadata.version downgrade from {} to {}. {}", from, update.level,
      update.type == UpgradeType::unsafe_downgrade
          ? "Unsafe metadata downgrade is not supported in this version."
          : "Refusing to perform the requested downgrade because it might delete metadata "
            "information.");
}

/// Kafka's checks in Kafka's order (FeatureControlManager).
std::string fault_of(const FeatureUpdate& update, const FeatureLevels& present,
                     BrokerId controller) {
  const auto invalid = [&](std::string_view why) {
    return fmt::format("Invalid update version {} for feature {}. {}", update.level,
                       for_log(update.feature), why);
  };
  if (update.type < UpgradeType::upgrade || update.type > UpgradeType::unsafe_downgrade) {
    return invalid("The controller does not support the given upgrade type.");
  }
  if (update.level < 0) return invalid("A feature version cannot be less than 0.");
  if (const std::string fault = fault_of_range(update, controller); !fault.empty()) {
    return invalid(fault);
  }
  const int16_t from = present.find(update.feature)->level;
  if (update.level < from) {
    if (update.type == UpgradeType::upgrade) {
      return invalid(
          "Can't downgrade the version of this feature without setting the upgrade type to either "
          "safe or unsafe downgrade.");
    }
    return fault_of_downgrade(update, from);
  }
  if (update.level > from && update.type != UpgradeType::upgrade) {
    return invalid("Can't downgrade to a newer version.");
  }
  return "";
}

}  // namespace

FeatureLevels::FeatureLevels(const std::vector<config::FeatureLevel>& wanted) {
  for (const Feature& feature : kFeatures) {
    int16_t level = feature.max;
    for (const config::FeatureLevel& want : wanted) {
      if (want.name == feature.name) level = std::min(want.level, feature.max);
    }
    finalized_.push_back({feature.name, level});
  }
}

const FinalizedFeature* FeatureLevels::find(std::string_view name) const {
  const auto found = std::ranges::find(finalized_, name, &FinalizedFeature::name);
  return found == finalized_.end() ? nullptr : &*found;
}

void FeatureLevels::set(std::string_view name, int16_t level) {
  const auto found = std::ranges::find(finalized_, name, &FinalizedFeature::name);
  if (found != finalized_.end()) found->level = level;
}

std::string encode(const FeatureLevels& levels) {
  json::object by_name;
  for (const FinalizedFeature& feature : levels.finalized()) {
    by_name.emplace(feature.name, feature.level);
  }
  json::object object;
  object["version"] = kVersion;
  object["epoch"] = levels.epoch();
  object["levels"] = std::move(by_name);
  return json::serialize(object);
}

Result<FeatureLevels> decode_features(const std::string& body, FeatureLevels fallback) {
  try {
    const json::value value = json::parse(body);
    if (value.at("version").as_int64() != kVersion) throw std::invalid_argument("version");
    FeatureLevels levels = std::move(fallback);
    levels.epoch_ = value.at("epoch").as_int64();
    for (const auto& [name, level] : value.at("levels").as_object()) {
      levels.set(name, json::value_to<int16_t>(level));
    }
    return levels;
  } catch (const std::exception& error) {
    return fail(ErrorKind::malformed, "catalog document features: " + for_log(error.what()));
  }
}

std::expected<FeatureLevels, Verdict> updated(const FeatureLevels& present,
                                              const std::vector<FeatureUpdate>& updates,
                                              BrokerId controller) {
  FeatureLevels next = present;
  for (const FeatureUpdate& update : updates) {
    const std::string fault = fault_of(update, next, controller);
    if (!fault.empty()) {
      return std::unexpected(refused(
          ErrorCode::invalid_update_version,
          "The update failed for all features since the following feature had an error: " + fault));
    }
    next.set(update.feature, update.level);
  }
  if (next != present) next.count_change();
  return next;
}

}  // namespace kelp::broker
