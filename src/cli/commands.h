// Every command of `kelp` that talks to a cluster, and the shells' completion of them all.
#pragma once

#include "cli/command.h"

namespace kelp::cli {

void add_produce_command(CLI::App& app, Action& action);
void add_consume_command(CLI::App& app, Action& action);
void add_topic_commands(CLI::App& app, Action& action);
void add_config_commands(CLI::App& app, Action& action);
/// Beneath `config`, which add_config_commands makes. Asks nobody.
void add_config_doctor_command(CLI::App& config, Action& action);
void add_group_commands(CLI::App& app, Action& action);
void add_cluster_commands(CLI::App& app, Action& action);
void add_logdirs_command(CLI::App& app, Action& action);
/// Completes whatever `app` has by the time that it runs.
void add_completion_command(CLI::App& app, Action& action);

/// All of them.
void add_commands(CLI::App& app, Action& action);

}  // namespace kelp::cli
