#include "client/run_kelp.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "base/assert.h"
#include "client/kelp_process.h"

namespace kelp::test {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return std::move(text).str();
}

}  // namespace

Ran run_kelp(const std::vector<std::string>& arguments) {
  const TempDir directory;
  const std::string out = directory.path() / "out";
  const std::string err = directory.path() / "err";
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), KELP_BINARY);
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const pid_t pid = fork();
  KELP_ASSERT(pid >= 0);
  if (pid == 0) {
    dup2(::open(out.c_str(), O_CREAT | O_WRONLY, 0600), STDOUT_FILENO);
    dup2(::open(err.c_str(), O_CREAT | O_WRONLY, 0600), STDERR_FILENO);
    execv(pointers[0], pointers.data());
    _exit(127);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  Ran ran;
  if (WIFEXITED(status)) ran.exit_code = WEXITSTATUS(status);
  ran.out = contents(out);
  ran.err = contents(err);
  return ran;
}

}  // namespace kelp::test
