#include "auth/quota_filter.h"

#include <fmt/format.h>

#include <algorithm>

namespace kelp::auth {
namespace {

constexpr int8_t kExact = 0;
constexpr int8_t kDefault = 1;
constexpr int8_t kAny = 2;

QuotaFilterFault refused(std::string message) {
  return {ErrorCode::invalid_request, std::move(message)};
}

}  // namespace

bool QuotaFilter::names(std::string_view type) const {
  const std::string text(type);
  return exact_.contains(text) || any_.contains(text);
}

std::optional<QuotaFilterFault> QuotaFilter::add(const QuotaFilterPart& part) {
  const std::string& type = part.entity_type;
  if (type.empty()) return refused("Invalid empty entity type.");
  if (names(type)) {
    return refused("Entity type " + type + " cannot appear more than once in the filter.");
  }
  if (type != kIpType && type != kUserType && type != kClientIdType) {
    return QuotaFilterFault{ErrorCode::unsupported_version, "Unsupported entity type " + type};
  }
  switch (part.match_type) {
    case kExact:
      if (!part.match.has_value()) {
        return refused("Request specified MATCH_TYPE_EXACT, but set match string to null.");
      }
      exact_.emplace(type, part.match);
      return std::nullopt;
    case kDefault:
      if (part.match.has_value()) {
        return refused("Request specified MATCH_TYPE_DEFAULT, but also specified a match string.");
      }
      exact_.emplace(type, std::nullopt);
      return std::nullopt;
    case kAny:
      if (part.match.has_value()) {
        return refused(
            "Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.");
      }
      any_.insert(type);
      return std::nullopt;
    default:
      return refused(fmt::format("Unknown match type {}", part.match_type));
  }
}

std::expected<QuotaFilter, QuotaFilterFault> QuotaFilter::make(
    const std::vector<QuotaFilterPart>& parts, bool strict) {
  QuotaFilter filter;
  filter.strict_ = strict;
  for (const QuotaFilterPart& part : parts) {
    if (auto fault = filter.add(part)) return std::unexpected(*std::move(fault));
  }
  if (filter.names(kIpType) && (filter.names(kUserType) || filter.names(kClientIdType))) {
    return std::unexpected(
        refused("Invalid entity filter component combination. IP filter component should not be "
                "used with user or clientId filter component."));
  }
  return filter;
}

bool QuotaFilter::matches(const QuotaEntity& entity) const {
  if (strict_ && entity.size() != exact_.size() + any_.size()) return false;
  const auto has = [&](const auto& wanted) {
    const auto found = entity.find(wanted.first);
    return found != entity.end() && found->second == wanted.second;
  };
  return std::ranges::all_of(exact_, has) &&
         std::ranges::all_of(any_, [&](const std::string& type) { return entity.contains(type); });
}

}  // namespace kelp::auth
