// UpdateFeatures, versions 0-2: changes the levels of finalized features (KIP-584, KIP-778).
//   v0 a result for each feature, allow_downgrade   v1 upgrade type, validate_only   v2 no results
// Runs on the controller: durable, and told by ApiVersions of every shard, when it is answered. All
// or nothing: 95 with the words of the first feature that is wrong, and no results.
#include "broker/api/handlers.h"
#include "broker/broker.h"

namespace kelp::broker {
namespace {

FeatureUpdate update_of(wire::UpdateFeaturesRequest::FeatureUpdateKey& wanted, int16_t version) {
  FeatureUpdate update;
  update.feature = std::move(wanted.feature);
  update.level = wanted.max_version_level;
  update.type = static_cast<UpgradeType>(wanted.upgrade_type);
  if (version == 0 && wanted.allow_downgrade) update.type = UpgradeType::safe_downgrade;
  return update;
}

/// What Kafka says of each feature that is as it was wanted.
constexpr std::string_view kNothingWrong = "NONE";

}  // namespace

rt::Task<wire::UpdateFeaturesResponse> update_features(RequestContext& context,
                                                       wire::UpdateFeaturesRequest request) {
  wire::UpdateFeaturesResponse response;
  std::vector<FeatureUpdate> updates;
  for (auto& wanted : request.feature_updates) {
    updates.push_back(update_of(wanted, context.version()));
    auto& result = response.results.emplace_back();
    result.feature = updates.back().feature;
    result.error_message = kNothingWrong;
  }
  Verdict verdict =
      co_await context.broker.update_features(std::move(updates), request.validate_only);
  if (verdict.error != ErrorCode::none) {
    response.error_code = verdict.error;
    response.error_message = std::move(verdict.message);
    response.results.clear();
  }
  co_return response;
}

}  // namespace kelp::broker
