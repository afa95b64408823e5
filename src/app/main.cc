// kelp: the command line. `kelp` alone serves.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "app/options.h"
#include "app/process.h"
#include "app/seaweed_module.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/decode.h"
#include "cli/dump.h"
#include "cli/text_file.h"
#include "config/help.h"

extern char** environ;

namespace {

using kelp::app::Exit;

/// As CLI11 fills it.
struct Flags {
  std::vector<std::string> config_files;
  std::vector<std::string> assignments;
  std::optional<uint16_t> port;
  std::string listen;
  std::string data_dir;
  std::string engine;
  std::string seaweed_masters;
  std::optional<int> brokers;
  bool memory = false;
  bool ready_json = false;
  bool hints = false;
  std::string log_level = "info";
  std::string dump_file;
  bool dump_records = false;
  std::string frame_hex;
  std::string frame_response_to;
};

void add_serve_flags(CLI::App& app, Flags& flags) {
  app.add_option("--config", flags.config_files,
                 "A server.properties file; may repeat, later ones win")
      ->type_name("FILE");
  app.add_option("--set", flags.assignments,
                 "Set a configuration key (see --help-config); may repeat")
      ->type_name("KEY=VALUE");
  app.add_option("--port", flags.port, "Port of the first listener; 0: the system chooses")
      ->type_name("N");
  app.add_option("--listen", flags.listen,
                 "Listen on HOST:PORT only (listeners=PLAINTEXT://HOST:PORT)")
      ->type_name("HOST:PORT");
  app.add_option("--data-dir", flags.data_dir, "Where topics are kept (log.dirs)")
      ->type_name("DIR");
  app.add_flag("--memory", flags.memory, "Keep everything in memory (--engine memory)");
  app.add_option("--engine", flags.engine, "disk, memory or seaweed")->type_name("NAME");
  app.add_option("--seaweed.masters", flags.seaweed_masters,
                 "The masters of the SeaweedFS cluster (--engine seaweed)")
      ->type_name("HOST:PORT,...");
  app.add_option("--brokers", flags.brokers,
                 "Run N virtual brokers in this process, on ports P, P+1, …")
      ->type_name("N");
  app.add_flag("--ready-json", flags.ready_json, "Write one JSON line to stdout when it listens");
  app.add_flag("--hints", flags.hints, "Say how to try it");
  app.add_option("--log-level", flags.log_level, "debug, info, warn, error or off")
      ->type_name("LEVEL");
}

kelp::LogLevel log_level_of(const std::string& name) {
  if (name == "debug") return kelp::LogLevel::debug;
  if (name == "warn") return kelp::LogLevel::warn;
  if (name == "error") return kelp::LogLevel::error;
  if (name == "off") return kelp::LogLevel::off;
  return kelp::LogLevel::info;
}

int complain(Exit code, const std::string& words) {
  std::fprintf(stderr, "kelp: %s\n", words.c_str());
  return static_cast<int>(code);
}

std::optional<std::string> add_layers(kelp::config::BrokerSettings& settings, const Flags& flags) {
  for (const std::string& path : flags.config_files) {
    const auto text = kelp::cli::read_text_file(path);
    if (!text.has_value()) return text.error().text();
    settings.add_file(*text, path);
  }
  std::vector<kelp::config::BrokerSettings::Variable> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable(*entry);
    const size_t equals = variable.find('=');
    if (equals == std::string_view::npos) continue;
    environment.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
  }
  settings.add_environment(environment);
  for (const std::string& assignment : flags.assignments) settings.add_override(assignment);
  if (!flags.listen.empty()) {
    settings.add_override("listeners", "PLAINTEXT://" + flags.listen, "--listen");
  }
  if (!flags.data_dir.empty()) settings.add_override("log.dirs", flags.data_dir, "--data-dir");
  if (!flags.engine.empty()) settings.add_override("kelp.engine", flags.engine, "--engine");
  if (!flags.seaweed_masters.empty()) {
    settings.add_override("seaweed.masters", flags.seaweed_masters, "--seaweed.masters");
  }
  if (flags.memory) settings.add_override("kelp.engine", "memory", "--memory");
  if (flags.brokers.has_value()) {
    settings.add_override("kelp.brokers", std::to_string(*flags.brokers), "--brokers");
  }
  if (flags.port.has_value()) settings.set_port(*flags.port);
  return std::nullopt;
}

int diagnose(const Flags& flags) {
  kelp::config::BrokerSettings settings;
  if (const auto fault = add_layers(settings, flags)) return complain(Exit::configuration, *fault);
  settings.add_override("kelp.engine", "seaweed", "kelp seaweed doctor");
  const auto options = kelp::app::resolve_options(std::move(settings));
  if (!options.has_value()) return complain(Exit::configuration, options.error().what);
  return kelp::app::seaweed_doctor(options->nodes.front().seaweed);
}

int serve(const Flags& flags) {
  const auto begun = std::chrono::steady_clock::now();
  kelp::set_log_level(log_level_of(flags.log_level));
  kelp::config::BrokerSettings settings;
  if (const auto fault = add_layers(settings, flags)) return complain(Exit::configuration, *fault);
  auto options = kelp::app::resolve_options(std::move(settings));
  if (!options.has_value()) return complain(Exit::configuration, options.error().what);
  options->ready_json = flags.ready_json;
  options->hints = flags.hints;

  // Signals are waited for by this thread; the others, made later, inherit the mask.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  kelp::app::Process process(*std::move(options));
  const auto started = process.start(begun);
  if (!started.has_value()) {
    return complain(started.error().exit_code, started.error().error.text());
  }
  return static_cast<int>(process.run_until_signal());
}

}  // namespace

int main(int argc, char** argv) {
  Flags flags;
  CLI::App app("Kelp: a Kafka-protocol broker in one binary. Without a command it serves.", "kelp");
  app.set_version_flag("--version", std::string("kelp ") + KELP_VERSION);
  bool help_config = false;
  app.add_flag("--help-config", help_config, "List every configuration key and what it does here");
  add_serve_flags(app, flags);
  CLI::App* serving = app.add_subcommand("serve", "Serve Kafka clients (the default)");
  add_serve_flags(*serving, flags);
  CLI::App* dumping = app.add_subcommand("dump", "Print the batches of a segment file");
  dumping->add_option("FILE", flags.dump_file, "A .log file of a partition")->required();
  dumping->add_flag("--records", flags.dump_records, "Print the records of each batch too");
  CLI::App* decoding = app.add_subcommand("decode", "Print a frame, given in hex, as JSON");
  decoding
      ->add_option("HEX", flags.frame_hex,
                   "A request's bytes, with or without its size; - reads stdin")
      ->required();
  decoding
      ->add_option("--response-to", flags.frame_response_to,
                   "The frame is a response: to this API and version")
      ->type_name("KEY:VERSION");
  CLI::App* seaweed =
      app.add_subcommand("seaweed", "The SeaweedFS cluster behind --engine seaweed");
  CLI::App* doctor = seaweed->add_subcommand("doctor", "Look whether the cluster is fit for Kelp");
  add_serve_flags(*doctor, flags);
  seaweed->require_subcommand(1);
  kelp::cli::Action action;
  kelp::cli::add_commands(app, action);
  app.require_subcommand(0, 1);
  app.footer(
      "Exit codes: 0 ended as asked; 1 failure; 2 usage; 75 cannot listen; 78 configuration.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
  }
  if (help_config) {
    std::fputs(kelp::config::help_config().c_str(), stdout);
    return 0;
  }
  if (dumping->parsed()) return kelp::cli::dump(flags.dump_file, flags.dump_records);
  if (decoding->parsed()) return kelp::cli::decode(flags.frame_hex, flags.frame_response_to);
  if (doctor->parsed()) return diagnose(flags);
  if (action) return action();
  return serve(flags);
}
