#include "config/help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <string_view>
#include <vector>

#include "config/key.h"
#include "config/value.h"

namespace kelp::config {
namespace {

constexpr size_t kColumns = 100;

std::string_view lower_name_of(Type type) {
  switch (type) {
    case Type::boolean:
      return "boolean";
    case Type::int16:
      return "short";
    case Type::int32:
      return "int";
    case Type::int64:
      return "long";
    case Type::float64:
      return "double";
    case Type::list:
      return "list";
    case Type::class_name:
      return "class";
    case Type::password:
      return "password";
    case Type::string:
      return "string";
  }
  return "?";
}

std::string default_text(const Key& key) {
  if (!key.has_default()) return "not set";
  if (key.default_text.empty()) return "empty";
  if (key.default_text == "9223372036854775807") return "no limit";
  if (key.default_text == "2147483647") return "no limit";
  return std::string(key.default_text);
}

/// "int, 1, at least 1".
std::string facts(const Key& key) {
  const std::string rule = describe_check(key.check);
  return fmt::format("{}, {}{}{}", lower_name_of(key.type), default_text(key),
                     rule.empty() ? "" : ", ", rule);
}

std::vector<const Key*> keys_of(Scope scope, Effect effect) {
  std::vector<const Key*> found;
  for (const Key& key : keys(scope)) {
    if (key.effect == effect) found.push_back(&key);
  }
  return found;
}

/// Breaks at blanks so that no line passes kColumns, each line behind `indent` blanks.
std::string wrapped(std::string_view text, size_t indent) {
  std::string out;
  std::string line(indent, ' ');
  for (size_t from = 0; from < text.size();) {
    const size_t blank = std::min(text.find(' ', from), text.size());
    const std::string_view word = text.substr(from, blank - from);
    if (line.size() > indent && line.size() + 1 + word.size() > kColumns) {
      out += line + "\n";
      line.assign(indent, ' ');
    }
    if (line.size() > indent) line += ' ';
    line += word;
    from = blank + 1;
  }
  return out + line + "\n";
}

using NamesByReason = std::map<std::string_view, std::vector<std::string>>;
NamesByReason without_effect(Scope scope) {
  NamesByReason names;
  for (const Key* key : keys_of(scope, Effect::accepted)) {
    names[key->reason].emplace_back(key->name);
  }
  if (scope != Scope::broker) return names;
  for (const Family& family : families()) {
    names[family.reason].push_back(std::string(family.prefix) + "*");
  }
  return names;
}

std::string help_of(Scope scope) {
  std::string text;
  for (const Key* key : keys_of(scope, Effect::honoured)) {
    text += wrapped(fmt::format("{} ({})", key->name, facts(*key)), 2);
    text += wrapped(key->doc, 6);
  }
  text += "\n  Refused with any other value than the default:\n";
  for (const Key* key : keys_of(scope, Effect::refused)) {
    text += wrapped(fmt::format("{}: {}", key->name, key->reason), 4);
  }
  text += "\n  Accepted without effect:\n";
  for (const auto& [reason, names] : without_effect(scope)) {
    text += wrapped(fmt::format("{}:", reason), 4);
    text += wrapped(fmt::format("{}", fmt::join(names, ", ")), 6);
  }
  return text;
}

/// Text inside a cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string code(std::string_view text) { return fmt::format("`{}`", text); }

std::string synonyms_text(const Key& key) {
  std::string text;
  for (const Synonym& synonym : key.synonyms) {
    if (synonym.name.empty()) break;
    text += (text.empty() ? "" : ", ") + code(synonym.name);
  }
  return text;
}

std::string default_cell(const Key& key) {
  const bool is_text = key.has_default() && default_text(key) == key.default_text;
  return is_text ? code(key.default_text) : default_text(key);
}

std::string broker_table() {
  std::string text = "| Key | Type | Default | Allowed | What it does |\n|---|---|---|---|---|\n";
  for (const Key* key : keys_of(Scope::broker, Effect::honoured)) {
    text += fmt::format("| {} | {} | {} | {} | {} |\n", code(key->name), lower_name_of(key->type),
                        default_cell(*key), cell(describe_check(key->check)), cell(key->doc));
  }
  return text;
}

std::string resource_table(Scope scope) {
  std::string text =
      "| Key | Type | Default | Default taken from | Allowed | Here | What it does |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const Key& key : keys(scope)) {
    const std::string here = key.effect == Effect::honoured
                                 ? std::string(name_of(key.effect))
                                 : fmt::format("{}: {}", name_of(key.effect), key.reason);
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", code(key.name),
                        lower_name_of(key.type), default_cell(key), synonyms_text(key),
                        cell(describe_check(key.check)), here, cell(key.doc));
  }
  return text;
}

std::string feature_table() {
  std::string text = "| Key | Levels | Default |\n|---|---|---|\n";
  for (const Feature& feature : features()) {
    text += fmt::format("| `{}{}` | {} to {} | {} |\n", kFeaturePrefix, feature.name,
                        feature.min_level, feature.max_level, feature.default_level);
  }
  return text;
}

constexpr std::string_view kIntroduction =
    R"(<!-- Generated from src/config/table by kelp_config_test with KELP_UPDATE_DOCS=1. -->
# Configuration

Kelp takes Kafka's configuration keys with Kafka's names, units and defaults, and a few of its own
(`kelp.*`, `seaweed.*`). A value comes from, strongest first:

1. a flag: `--set key=value`, or a flag of its own (`--port`, `--data-dir`, …);
2. the environment: `KELP_LOG_RETENTION_MS` or `KAFKA_LOG_RETENTION_MS` is `log.retention.ms`
   (`_` is a dot, `__` is `_`, `___` is `-`; `KELP_` goes before `KAFKA_`);
3. a file: `kelp --config server.properties`, Java properties in UTF-8;
4. the default.

`broker.I.KEY=VALUE` sets a key for the virtual broker with node id I alone, and goes before a value
for all. A key that nobody knows is an error on the command line and a warning elsewhere. A key that
Kafka 4.3 or 3.9 knows and that means nothing here is accepted; one line at the start names all
that were given. A key that would be unsafe to ignore is refused.

Three defaults are not Kafka's: `log.dir` is `./kelp-data`, `node.id` is 1, and a listener whose
address is not advertised tells each client the address that this client connected to. Listeners
that are named in `controller.listener.names` (when it is not set: `CONTROLLER`) are left out.

)";

}  // namespace

std::string help_config() {
  return fmt::format(
      "Keys are given by --set key=value, by KELP_… variables (KELP_LOG_DIRS is log.dirs) or in\n"
      "the file of --config. In brackets: type, default, what is allowed.\n\n"
      "Broker\n\n{}\nTopic (set by CreateTopics and AlterConfigs)\n\n{}",
      help_of(Scope::broker), help_of(Scope::topic));
}

std::string configuration_markdown() {
  std::string text(kIntroduction);
  text += "## Broker keys that do something here\n\n" + broker_table();
  text += "\n## Topic keys\n\n" + resource_table(Scope::topic);
  text +=
      "\n## Group keys\n\nSet by AlterConfigs; kept and shown.\n\n" + resource_table(Scope::group);
  text += "\n## Client metrics keys\n\nSet by AlterConfigs; kept and shown.\n\n" +
          resource_table(Scope::client_metrics);
  text +=
      "\n## Feature levels\n\nSet at the first start of a data directory; level 0 switches the "
      "feature's APIs off, as in Kafka.\n\n" +
      feature_table();
  text += "\n## Broker keys that are refused\n\nWith another value than Kafka's default.\n\n";
  for (const Key* key : keys_of(Scope::broker, Effect::refused)) {
    text += fmt::format("* {}: {} {}.\n", code(key->name), key->doc, key->reason);
  }
  text += "\n## Broker keys that are accepted without effect\n";
  for (const auto& [reason, names] : without_effect(Scope::broker)) {
    text += fmt::format("\n**{}**:\n`{}`\n", reason, fmt::join(names, "` `"));
  }
  return text;
}

}  // namespace kelp::config
