// The ids that members get: `<client id>-<uuid>`, `<instance id>-<uuid>` for static ones. The
// randomness is given, so that a simulator can repeat itself.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/uuid.h"

namespace kelp::group {

/// A member id is at most this long beside its UUID: the protocol's strings end at 32,767 bytes,
/// and a client's id may be that long.
inline constexpr size_t kMaxMemberIdPrefix = 1'024;

class MemberIds {
 public:
  explicit MemberIds(std::function<Uuid()> random = &Uuid::random) : random_(std::move(random)) {}

  std::string next(std::string_view prefix);

 private:
  std::function<Uuid()> random_;
};

}  // namespace kelp::group
