// Records of a topic as lines for people and programs. The other way is record_input.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "client/fetched_records.h"

namespace kelp::cli {

/// Appends a record to a text.
class RecordOutput {
 public:
  enum class Format : uint8_t { text, hex, json, by_template };

  /// What stands in front of the value, in this order, a tab behind each.
  struct Columns {
    bool timestamp = false;
    bool offset = false;
    bool headers = false;
    std::optional<std::string> key_separator;  // behind the key; nothing: no key
  };

  static RecordOutput text(Columns columns, std::string null_text, bool hex);
  static RecordOutput json() { return RecordOutput(Format::json); }
  /// %t topic, %p partition, %o offset, %T timestamp, %k key, %K its length, %s value, %S its
  /// length, %h headers, %% a percent sign; \n, \r, \t, \0, \\, \xNN. Errors: invalid.
  static Result<RecordOutput> by_template(std::string_view text, std::string null_text);

  /// A terminal obeys control characters: those of others become escapes.
  void for_terminal() { for_terminal_ = true; }

  void append(std::string& to, const client::TopicPartition& at,
              const client::FetchedRecord& record) const;

 private:
  /// Letters as they are, or a directive.
  struct Part {
    std::string letters;
    char directive = 0;
  };

  explicit RecordOutput(Format format) : format_(format) {}
  void append_columns(std::string& to, const client::TopicPartition& at,
                      const client::FetchedRecord& record) const;
  void append_part(std::string& to, char directive, const client::TopicPartition& at,
                   const client::FetchedRecord& record) const;
  void append_bytes(std::string& to, const std::optional<Bytes>& bytes) const;
  void append_headers(std::string& to, const record::Headers& headers) const;

  Format format_;
  Columns columns_;
  std::string null_text_;
  std::vector<Part> template_;
  bool for_terminal_ = false;
};

}  // namespace kelp::cli
