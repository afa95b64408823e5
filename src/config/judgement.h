// What one setting, as a person writes it, means here: looked up in the one table of keys and
// checked by its row. For whoever takes settings (broker_settings.h) and whoever explains them
// (`kelp config doctor`). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/key.h"
#include "config/value.h"

namespace kelp::config {

enum class Verdict : uint8_t {
  honoured,
  no_effect,  // known, and nothing here follows from it
  refused,    // known, and unsafe to ignore
  unknown,
  bad_value,
};
/// "no effect".
std::string_view name_of(Verdict verdict);

struct Judgement {
  Verdict verdict = Verdict::unknown;
  /// Why; of an honoured key, what it does. Never shows a password.
  std::string reason;
  const Key* key = nullptr;      // null: a feature, a family, or nothing known
  int32_t node_id = kEveryNode;  // of `broker.I.KEY`
  std::optional<Value> value;    // nothing: as if it were not there
  const Key* nearest = nullptr;  // of an unknown one: what was meant, perhaps
  const Feature* feature = nullptr;
  int16_t feature_level = 0;
};

/// A broker's setting.
Judgement judge(std::string_view name, std::string_view text);

/// A line of a file with its judgement.
struct JudgedLine {
  int line = 0;
  std::string name;
  Judgement judgement;
};

/// A server.properties, in the order of its lines; of a key that is set again, the last line counts
/// and the others have no effect. Errors: malformed, names the line.
Result<std::vector<JudgedLine>> judge_file(std::string_view text);

}  // namespace kelp::config
