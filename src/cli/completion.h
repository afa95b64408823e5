// Scripts that complete kelp's commands and options in a shell, made of the tree of its parser:
// what --help shows is what is completed.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace kelp::cli {

std::string bash_completion(const CLI::App& root);
std::string zsh_completion(const CLI::App& root);
std::string fish_completion(const CLI::App& root);

}  // namespace kelp::cli
