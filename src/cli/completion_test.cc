#include "cli/completion.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>

#include "cli/commands.h"

namespace kelp::cli {
namespace {

/// A small command line of every shape that there is.
class Completion : public testing::Test {
 protected:
  Completion() {
    app_.add_option("--config", file_, "A person's file; more is for --help")->type_name("FILE");
    app_.add_flag("--hidden", flag_, "Not to be seen")->group("");
    CLI::App& topic = *app_.add_subcommand("topic", "Look at topics");
    CLI::App& list = *topic.add_subcommand("list", "List them");
    list.add_option("NAME", file_, "Only this one");
    list.add_option("-b,--bootstrap-server", file_, "Where: it is");
    list.add_flag("--json", flag_, "Print JSON");
    topic.add_subcommand("delete", "Delete them");
  }
  /// What bash offers behind `words`, of which the last is being written.
  std::string offered(const std::string& words) const {
    const std::string script = "export LC_ALL=C\n" + bash_completion(app_) + "\nCOMP_WORDS=(" +
                               words + ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_kelp\n" +
                               "echo \"${COMPREPLY[*]}\"\n";
    const std::string path = testing::TempDir() + "/kelp_completion_" +
                             testing::UnitTest::GetInstance()->current_test_info()->name() + ".sh";
    std::FILE* file = std::fopen(path.c_str(), "w");
    std::fwrite(script.data(), 1, script.size(), file);
    std::fclose(file);
    std::FILE* bash = popen(("bash --norc " + path + " 2>&1").c_str(), "r");
    std::string text;
    std::array<char, 512> buffer;
    while (std::fgets(buffer.data(), buffer.size(), bash) != nullptr) text += buffer.data();
    pclose(bash);
    std::remove(path.c_str());
    return text;
  }

  CLI::App app_{"An example", "kelp"};
  std::string file_;
  bool flag_ = false;
};

TEST_F(Completion, offers_commands_and_options_where_the_line_stands) {
  EXPECT_EQ(offered("kelp ''"), "topic\n");
  EXPECT_EQ(offered("kelp --"), "--help --config\n");
  EXPECT_EQ(offered("kelp topic ''"), "list delete\n");
  EXPECT_EQ(offered("kelp topic d"), "delete\n");
  EXPECT_EQ(offered("kelp topic list -"), "--help -h --bootstrap-server -b --json\n");
}

TEST_F(Completion, takes_no_value_for_a_command) {
  EXPECT_EQ(offered("kelp --config topic ''"), "topic\n");
  EXPECT_EQ(offered("kelp topic list delete --j"), "--json\n");
  EXPECT_EQ(offered("kelp topic list -b ''"), "\n") << "the shell offers files then";
  EXPECT_EQ(offered("kelp --config = topic topic l"), "list\n");
}

TEST_F(Completion, quotes_what_the_help_says) {
  const std::string zsh = zsh_completion(app_);
  EXPECT_NE(zsh.find("'--bootstrap-server:Where: it is'"), std::string::npos) << zsh;
  EXPECT_NE(zsh.find("'topic:Look at topics'"), std::string::npos) << zsh;
  EXPECT_NE(zsh.find("'--config:A person'\\''s file'"), std::string::npos) << zsh;
  const std::string fish = fish_completion(app_);
  EXPECT_NE(fish.find("complete -c kelp -n '__kelp_is_at \\'topic list\\'' -s b -r -d 'Where: it "
                      "is'\n"),
            std::string::npos)
      << fish;
  EXPECT_NE(fish.find("complete -c kelp -n '__kelp_is_at \\'topic\\'' -f -a delete -d 'Delete "
                      "them'\n"),
            std::string::npos)
      << fish;
  for (const std::string& script : {bash_completion(app_), zsh, fish}) {
    EXPECT_EQ(script.find("hidden"), std::string::npos) << script;
  }
}

}  // namespace
}  // namespace kelp::cli
