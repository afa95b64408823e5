// Runs the real binary to its end, as a person does at a shell, and tells what it printed.
#pragma once

#include <string>
#include <vector>

namespace kelp::test {

struct Ran {
  int exit_code = -1;  // -1: a signal ended it
  std::string out;
  std::string err;
};

/// `arguments` without the program's name.
Ran run_kelp(const std::vector<std::string>& arguments);

}  // namespace kelp::test
