// The quotas of an entity as a document of the catalog: docs/formats/topic.md. One document per
// entity under "client-quotas/". Pure.
#pragma once

#include <string>
#include <utility>

#include "auth/quota.h"
#include "base/result.h"

namespace kelp::broker {

inline constexpr std::string_view kQuotaKeyPrefix = "client-quotas/";

/// "client-quotas/client-id,user=alice": whatever is not a letter, a digit, '.', '_' or '-' in a
/// name is escaped as %XX; a type without a name is the default.
std::string quota_document_key(const auth::QuotaEntity& entity);

std::string encode_quotas(const auth::QuotaEntity& entity, const auth::QuotaValues& values);
/// Errors: malformed, naming `key`.
Result<std::pair<auth::QuotaEntity, auth::QuotaValues>> decode_quotas(const std::string& key,
                                                                      const std::string& body);

}  // namespace kelp::broker
