// The topics that a person means by a regular expression, as kafka-topics takes them: it must match
// the whole name.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kelp::cli {

/// POSIX extended syntax: `test-.*`, `(orders|payments)-[0-9]+`.
class TopicPattern {
 public:
  /// Errors: invalid.
  static Result<TopicPattern> parse(const std::string& pattern);

  bool matches(std::string_view topic) const;

 private:
  struct Compiled;
  explicit TopicPattern(std::shared_ptr<const Compiled> compiled)
      : compiled_(std::move(compiled)) {}

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace kelp::cli
