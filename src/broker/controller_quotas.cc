// The controller's changes of client quotas: a request's entities are judged one after the other,
// made durable in one commit and published to every shard, so they hold when it is answered.
#include <utility>

#include "base/log.h"
#include "broker/catalog_change.h"
#include "broker/controller.h"
#include "broker/quota_document.h"

namespace kelp::broker {
namespace {

/// Entities with quotas. All of them are in every shard's image, which each change copies: with
/// ten thousand of some hundred bytes that takes milliseconds.
constexpr size_t kMaxQuotaEntities = 10'000;

}  // namespace

rt::Task<Result<QuotasRef>> Controller::load_quotas() {
  auto documents = co_await engine_.catalog().list(std::string(kQuotaKeyPrefix));
  if (!documents.has_value()) co_return std::unexpected(std::move(documents.error()));
  auth::QuotaTable::Entries entries;
  for (const auto& [key, document] : *documents) {
    auto quotas = decode_quotas(key, document.body);
    if (!quotas.has_value()) co_return std::unexpected(std::move(quotas.error()));
    quota_versions_[quotas->first] = document.version;
    entries.insert(*std::move(quotas));
  }
  QuotasRef table;
  if (!entries.empty()) table = std::make_shared<const auth::QuotaTable>(std::move(entries));
  co_return table;
}

bool Controller::allows(MutationQuota* quota, size_t partitions) {
  return quota == nullptr || quota->take(shards_.here().quota_accounts().mutations, partitions);
}

rt::Task<std::vector<Verdict>> Controller::alter_quotas(std::vector<auth::QuotaOrder> orders,
                                                        bool validate_only) {
  const rt::Units turn = co_await turn_.take(1);
  const QuotasRef present = shards_.here().image()->quotas();
  auth::QuotaTable::Entries entries;
  if (present != nullptr) entries = present->entries();
  std::vector<Verdict> verdicts;
  std::vector<engine::Change> changes;
  std::map<auth::QuotaEntity, uint64_t> versions;  // of what changes; 0: it is removed
  for (const auth::QuotaOrder& order : orders) {
    const auto found = entries.find(order.entity);
    const bool known = found != entries.end();
    auto values = auth::altered(order, known ? found->second : auth::QuotaValues());
    if (!values.has_value()) {
      verdicts.push_back(refused(ErrorCode::invalid_request, std::move(values.error())));
      continue;
    }
    if (!known && !values->empty() && entries.size() >= kMaxQuotaEntities) {
      verdicts.push_back(refused(ErrorCode::policy_violation, "There are too many quotas."));
      continue;
    }
    verdicts.emplace_back();
    if (known ? *values == found->second : values->empty()) continue;
    const uint64_t version = known ? quota_versions_.at(order.entity) : 0;
    std::string key = quota_document_key(order.entity);
    if (values->empty()) {
      changes.push_back(remove(std::move(key), version));
      versions[order.entity] = 0;
      entries.erase(found);
    } else {
      changes.push_back(put(std::move(key), version, encode_quotas(order.entity, *values)));
      versions[order.entity] = version + 1;
      entries[order.entity] = *std::move(values);
    }
  }
  if (validate_only || changes.empty()) co_return verdicts;
  Result<void> made = fail(ErrorKind::closed, "the broker stops");
  if (!stopped_) made = co_await engine_.catalog().commit(std::move(changes));
  if (!made.has_value()) {
    refuse_all(verdicts, made.error(), "The quotas could not be stored.");
    co_return verdicts;
  }
  for (const auto& [entity, version] : versions) {
    if (version == 0) quota_versions_.erase(entity);
    if (version != 0) quota_versions_[entity] = version;
  }
  QuotasRef next;
  if (!entries.empty()) next = std::make_shared<const auth::QuotaTable>(std::move(entries));
  co_await publish(shards_.here().image()->with_quotas(std::move(next)));
  co_return verdicts;
}

}  // namespace kelp::broker
