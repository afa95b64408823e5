#include "cli/commands.h"

namespace kelp::cli {

void add_commands(CLI::App& app, Action& action) {
  add_produce_command(app, action);
  add_consume_command(app, action);
  add_topic_commands(app, action);
  add_config_commands(app, action);
  add_group_commands(app, action);
  add_cluster_commands(app, action);
  add_logdirs_command(app, action);
  add_completion_command(app, action);
}

}  // namespace kelp::cli
