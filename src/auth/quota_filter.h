// QuotaFilter: which entities DescribeClientQuotas asks for (KIP-546). Refused as Kafka 4.3.1 does.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "auth/quota.h"
#include "base/error_code.h"

namespace kelp::auth {

struct QuotaFilterPart {
  std::string entity_type;
  int8_t match_type = 0;  // 0: the name `match`; 1: the default; 2: any name, and the default
  std::optional<std::string> match;
};

struct QuotaFilterFault {
  ErrorCode error = ErrorCode::none;
  std::string message;
};

class QuotaFilter {
 public:
  /// `strict`: entities of the named types and no other. Errors: 42; 35 an unknown type.
  static std::expected<QuotaFilter, QuotaFilterFault> make(
      const std::vector<QuotaFilterPart>& parts, bool strict);

  bool matches(const QuotaEntity& entity) const;

 private:
  std::optional<QuotaFilterFault> add(const QuotaFilterPart& part);
  bool names(std::string_view type) const;

  QuotaEntity exact_;
  std::set<std::string> any_;
  bool strict_ = false;
};

}  // namespace kelp::auth
