#include "config/help.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "config/key.h"

namespace kelp::config {
namespace {

constexpr Scope kScopes[] = {Scope::topic, Scope::broker, Scope::group, Scope::client_metrics};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(Documentation, is_what_the_table_says) {
  const std::string path = KELP_DOCS_DIR "/configuration.md";
  if (std::getenv("KELP_UPDATE_DOCS") != nullptr) std::ofstream(path) << configuration_markdown();
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(text.str() == configuration_markdown())
      << path << " is stale: run this test with KELP_UPDATE_DOCS=1";
}

TEST(Documentation, names_every_key) {
  const std::string text = configuration_markdown();
  for (const Scope scope : kScopes) {
    for (const Key& key : keys(scope)) {
      EXPECT_NE(text.find("`" + std::string(key.name) + "`"), std::string::npos) << key.name;
    }
  }
}

TEST(Help, names_every_key_in_lines_of_a_terminal) {
  const std::string text = help_config();
  for (const Key& key : keys(Scope::broker)) {
    EXPECT_NE(text.find(key.name), std::string::npos) << key.name;
  }
  for (const std::string& line : lines_of(text)) EXPECT_LE(line.size(), 100U) << line;
}

}  // namespace
}  // namespace kelp::config
