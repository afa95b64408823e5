// The principal of a forwarded request (KIP-590). Between brokers and controllers: tests only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wire/versions.h"

namespace kelp::wire {

struct DefaultPrincipalData {
  static constexpr std::string_view name = "DefaultPrincipalData";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  std::string type;
  std::string principal_name;
  bool token_authenticated = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.type, "Type");
    f(m.principal_name, "Name");
    f(m.token_authenticated, "TokenAuthenticated");
  }
};

}  // namespace kelp::wire
