// `kelp config doctor FILE`: what each line of a server.properties means to Kelp, and what of it
// would keep Kelp from starting. Asks nobody; the judgement is config/judgement.h.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>

#include "cli/cluster_options.h"
#include "cli/commands.h"
#include "cli/json_print.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/text_file.h"
#include "config/conflicts.h"
#include "config/judgement.h"

namespace kelp::cli {
namespace {

using config::JudgedLine;
using config::Verdict;

struct DoctorOptions {
  std::string file;
  bool json = false;
};

bool is_fine(Verdict verdict) {
  return verdict == Verdict::honoured || verdict == Verdict::no_effect;
}

void print_judgements(const std::vector<JudgedLine>& lines,
                      const std::vector<std::string>& conflicts) {
  boost::json::array list;
  for (const JudgedLine& each : lines) {
    boost::json::object line{{"line", each.line},
                             {"key", each.name},
                             {"verdict", config::name_of(each.judgement.verdict)},
                             {"reason", each.judgement.reason},
                             {"nearest", nullptr}};
    if (each.judgement.nearest != nullptr) line["nearest"] = each.judgement.nearest->name;
    list.push_back(std::move(line));
  }
  const boost::json::object all{
      {"lines", std::move(list)},
      {"conflicts", boost::json::array(conflicts.begin(), conflicts.end())}};
  print_json(all);
}

void print_table(const std::vector<JudgedLine>& lines, const std::vector<std::string>& conflicts) {
  Table table({"LINE", "KEY", "VERDICT", "WHY"});
  std::map<Verdict, int> counts;
  for (const JudgedLine& each : lines) {
    ++counts[each.judgement.verdict];
    table.add({std::to_string(each.line), each.name,
               std::string(config::name_of(each.judgement.verdict)), each.judgement.reason});
  }
  fmt::print("{}", table.text());
  for (const std::string& conflict : conflicts)
    fmt::print("conflict: {}\n", for_terminal(conflict));
  std::string summary;
  for (const auto& [verdict, count] : counts) {
    summary += fmt::format("{}{} {}", summary.empty() ? "" : ", ", count, config::name_of(verdict));
  }
  if (!conflicts.empty()) {
    summary += fmt::format("{}{} in conflict", summary.empty() ? "" : ", ", conflicts.size());
  }
  fmt::print(stderr, "{}\n", summary.empty() ? "The file sets nothing." : summary);
}

int examine(const DoctorOptions& options) {
  const auto text = read_text_file(options.file);
  if (!text.has_value()) return complain(text.error());
  const auto lines = config::judge_file(*text);
  if (!lines.has_value()) {
    return complain(kFailure, fmt::format("{}: {}", options.file, lines.error().what));
  }
  config::BrokerSettings settings;
  settings.add_file(*text, options.file);
  const std::vector<std::string> conflicts = config::conflicts_in(settings);
  if (options.json) {
    print_judgements(*lines, conflicts);
  } else {
    print_table(*lines, conflicts);
  }
  for (const JudgedLine& each : *lines) {
    if (!is_fine(each.judgement.verdict)) return kFailure;
  }
  return conflicts.empty() ? 0 : kFailure;
}

}  // namespace

void add_config_doctor_command(CLI::App& config, Action& action) {
  CLI::App& command = *config.add_subcommand(
      "doctor", "Say of each line of a server.properties what it does here, and why");
  auto& options = make_action<DoctorOptions>(command, action, examine);
  command.add_option("FILE", options.file, "The server.properties")->required();
  command.add_flag("--json", options.json, "Print JSON, for programs");
  command.footer(
      "Exit codes: 0 when every line is honoured or has no effect; 1 when a line is refused, "
      "unknown or wrong, or lines do not fit together; 2 usage.");
}

}  // namespace kelp::cli
