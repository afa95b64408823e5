#include "cli/topic_pattern.h"

#include <fmt/format.h>
#include <regex.h>

#include <array>

namespace kelp::cli {
namespace {

/// Kafka allows no longer ones.
constexpr size_t kLongestTopicName = 249;

}  // namespace

struct TopicPattern::Compiled {
  explicit Compiled(const std::string& pattern)
      : fault(::regcomp(&expression, ("^(" + pattern + ")$").c_str(), REG_EXTENDED | REG_NOSUB)) {}
  ~Compiled() {
    if (fault == 0) ::regfree(&expression);
  }
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;

  regex_t expression{};
  int fault;
};

Result<TopicPattern> TopicPattern::parse(const std::string& pattern) {
  auto compiled = std::make_shared<const Compiled>(pattern);
  if (compiled->fault == 0) return TopicPattern(std::move(compiled));
  std::array<char, 128> words{};
  ::regerror(compiled->fault, &compiled->expression, words.data(), words.size());
  return fail(ErrorKind::invalid,
              fmt::format("'{}' is no regular expression: {}", pattern, words.data()));
}

bool TopicPattern::matches(std::string_view topic) const {
  // A name that no broker would make is not worth the time that it may take.
  if (topic.size() > kLongestTopicName || topic.find('\0') != topic.npos) return false;
  return ::regexec(&compiled_->expression, std::string(topic).c_str(), 0, nullptr, 0) == 0;
}

}  // namespace kelp::cli
