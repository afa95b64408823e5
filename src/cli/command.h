// How a command gets from the command line to its work: it is added to the parser with options of
// its own, and parsing makes the one that was asked for the action.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>

namespace kelp::cli {

/// Does what the command line asked for; the exit code. Empty: no command was given.
using Action = std::function<int()>;

/// `action` runs `run` with the options returned, once `command` was parsed. The options live as
/// long as the parser, `action` must live longer than parsing.
template <class Options>
Options& make_action(CLI::App& command, Action& action, int (*run)(const Options&)) {
  auto options = std::make_shared<Options>();
  command.callback([options, run, &action] { action = [options, run] { return run(*options); }; });
  return *options;
}

/// The end of each command's --help, unless it says more. Before its commands are added.
inline void set_exit_code_footer(CLI::App& family) {
  family.footer(
      "Works with any Kafka cluster since 2.1, not only with Kelp.\n"
      "Exit codes: 0 done; 1 something failed (what worked is printed all the same); 2 the "
      "options do not fit together.");
}

}  // namespace kelp::cli
