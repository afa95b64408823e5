// THE table of configuration keys: all parts joined and sorted at compile time, so that it costs
// nothing at the start. For key.cc, and for who needs a key's type at compile time
// (config/typed.h); others use find_key().
#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include "config/table/group_keys.h"
#include "config/table/log_keys.h"
#include "config/table/quorum_keys.h"
#include "config/table/remote_and_old_keys.h"
#include "config/table/resource_keys.h"
#include "config/table/security_keys.h"
#include "config/table/server_keys.h"
#include "config/table/topic_keys.h"

namespace kelp::config::table {

template <size_t... sizes>
constexpr auto join_sorted(const Key (&... parts)[sizes]) {
  std::array<Key, (sizes + ...)> all;
  auto to = all.begin();
  ((to = std::copy(parts, parts + sizes, to)), ...);
  std::sort(all.begin(), all.end(), [](const Key& a, const Key& b) { return a.name < b.name; });
  return all;
}

inline constexpr auto kBrokerTable =
    join_sorted(kGroupKeys, kLogKeys, kQuorumKeys, kRemoteAndOldKeys, kSecurityKeys, kServerKeys);
inline constexpr auto kTopicTable = join_sorted(kTopicKeys);
inline constexpr auto kGroupTable = join_sorted(kGroupResourceKeys);
inline constexpr auto kClientMetricsTable = join_sorted(kClientMetricsKeys);

constexpr bool has_distinct_names(std::span<const Key> keys) {
  return std::adjacent_find(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
           return a.name == b.name;
         }) == keys.end();
}
static_assert(has_distinct_names(kBrokerTable) && has_distinct_names(kTopicTable));
static_assert(has_distinct_names(kGroupTable) && has_distinct_names(kClientMetricsTable));

constexpr const Key* find_in(std::span<const Key> keys, std::string_view name) {
  const auto at = std::lower_bound(keys.begin(), keys.end(), name,
                                   [](const Key& key, std::string_view n) { return key.name < n; });
  return at != keys.end() && at->name == name ? &*at : nullptr;
}

}  // namespace kelp::config::table
