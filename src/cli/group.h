// `kelp group list|describe|reset-offsets|delete-offsets|delete`: consumer groups of any Kafka
// cluster since 2.1, over the wire.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/group_options.h"

namespace kelp::cli {

/// Adds its commands to `app`; must live until they ran.
class GroupCommand {
 public:
  explicit GroupCommand(CLI::App& app);
  GroupCommand(const GroupCommand&) = delete;
  GroupCommand& operator=(const GroupCommand&) = delete;

  /// Whether the command line asked for one of them.
  bool parsed() const { return group_->parsed(); }
  /// The exit code.
  int run() const;

 private:
  void add_list();
  void add_describe();
  void add_delete();
  void add_delete_offsets();
  void add_reset();

  CLI::App* group_;
  CLI::App* list_ = nullptr;
  CLI::App* describe_ = nullptr;
  CLI::App* delete_ = nullptr;
  CLI::App* delete_offsets_ = nullptr;
  CLI::App* reset_ = nullptr;
  GroupListOptions list_options_;
  GroupDescribeOptions describe_options_;
  GroupDeleteOptions delete_options_;
  GroupDeleteOffsetsOptions delete_offsets_options_;
  GroupResetOptions reset_options_;
};

}  // namespace kelp::cli
