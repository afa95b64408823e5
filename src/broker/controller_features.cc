// The controller's part in UpdateFeatures: judged, made durable, published to every shard.
#include "broker/catalog_change.h"
#include "broker/controller.h"
#include "broker/features.h"

namespace kelp::broker {

rt::Task<Result<void>> Controller::load_features() {
  const std::string key(kFeaturesKey);
  auto found = co_await engine_.catalog().get(key);
  if (!found.has_value()) co_return std::unexpected(std::move(found.error()));
  features_ = FeatureLevels(config_.feature_levels);
  if (!found->has_value()) co_return Result<void>();
  auto decoded = decode_features((*found)->body, features_);
  if (!decoded.has_value()) co_return std::unexpected(std::move(decoded.error()));
  features_ = *std::move(decoded);
  features_version_ = (*found)->version;
  co_return Result<void>();
}

rt::Task<Verdict> Controller::update_features(std::vector<FeatureUpdate> updates,
                                              bool validate_only) {
  const rt::Units turn = co_await turn_.take(1);
  auto next = updated(features_, updates, nodes_.front().id);
  if (!next.has_value()) co_return std::move(next.error());
  if (validate_only || *next == features_) co_return Verdict();
  std::vector<Verdict> verdicts(1);
  if (stopped_) {
    const Error stops{ErrorKind::closed, "the broker stops"};
    refuse_all(verdicts, stops, "The feature levels could not be stored.");
    co_return verdicts.front();
  }
  std::vector<engine::Change> changes;
  changes.push_back(put(std::string(kFeaturesKey), features_version_, encode(*next)));
  const Result<void> committed = co_await engine_.catalog().commit(std::move(changes));
  if (!committed.has_value()) {
    refuse_all(verdicts, committed.error(), "The feature levels could not be stored.");
    co_return verdicts.front();
  }
  ++features_version_;
  features_ = *std::move(next);
  co_await publish(shards_.here().image()->with_features(features_));
  co_return Verdict();
}

}  // namespace kelp::broker
