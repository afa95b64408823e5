#include "cli/completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/commands.h"

namespace kelp::cli {
namespace {

struct Word {
  std::string name;  // as it is written: `topic`, `--json`, `-b`
  std::string description;
  bool takes_value = false;
};

/// Where a command line may stand.
struct Place {
  std::string path;  // the commands so far: "" or "topic list"
  std::vector<Word> commands;
  std::vector<Word> options;
};

std::string path_below(const std::string& path, const std::string& command) {
  return path.empty() ? command : path + ' ' + command;
}

/// One line: what stands behind the first sentence is for --help.
std::string summary_of(const std::string& description) {
  return description.substr(0, description.find_first_of(";\n"));
}

void collect(const CLI::App& app, const std::string& path, std::vector<Place>& places) {
  Place place{path, {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    // Without a group it is hidden.
    if (!option->nonpositional() || option->get_group().empty()) continue;
    const std::string description = summary_of(option->get_description());
    const bool takes_value = option->get_items_expected_max() > 0;
    for (const std::string& name : option->get_lnames()) {
      place.options.push_back({"--" + name, description, takes_value});
    }
    for (const std::string& name : option->get_snames()) {
      place.options.push_back({"-" + name, description, takes_value});
    }
  }
  const auto named = [](const CLI::App* command) {
    return !command->get_name().empty() && !command->get_group().empty();
  };
  const std::vector<const CLI::App*> commands = app.get_subcommands(named);
  for (const CLI::App* command : commands) {
    place.commands.push_back({command->get_name(), summary_of(command->get_description())});
  }
  places.push_back(std::move(place));
  for (const CLI::App* command : commands) {
    collect(*command, path_below(path, command->get_name()), places);
  }
}

std::vector<Place> places_of(const CLI::App& root) {
  std::vector<Place> places;
  collect(root, "", places);
  return places;
}

/// In single quotes, as bash and zsh read them.
std::string in_quotes(std::string_view text) {
  std::string safe = "'";
  for (const char c : text) {
    if (c == '\'') {
      safe += "'\\''";
    } else {
      safe += c;
    }
  }
  return safe + '\'';
}

/// In single quotes, as fish reads them.
std::string in_fish_quotes(std::string_view text) {
  std::string safe = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe + '\'';
}

/// `names` with `separator` between them.
std::string joined(const std::vector<Word>& words, std::string_view separator) {
  std::string text;
  for (const Word& word : words) {
    if (!text.empty()) text += separator;
    text += word.name;
  }
  return text;
}

/// The cases by which bash and zsh walk over the words that are there: a command leads to another
/// place, an option with a value swallows the next word.
std::string walking_cases(const std::vector<Place>& places) {
  std::string text;
  for (const Place& place : places) {
    for (const Word& command : place.commands) {
      text += fmt::format("      {}) at={} ;;\n", in_quotes(place.path + ':' + command.name),
                          in_quotes(path_below(place.path, command.name)));
    }
    std::string swallowing;
    for (const Word& option : place.options) {
      if (!option.takes_value) continue;
      if (!swallowing.empty()) swallowing += " | ";
      swallowing += in_quotes(place.path + ':' + option.name);
    }
    if (!swallowing.empty()) text += fmt::format("      {}) value=1 ;;\n", swallowing);
  }
  return text;
}

/// `'topic:Look at topics' 'config:…'`, as zsh's _describe wants them.
std::string described(const std::vector<Word>& words) {
  std::string text;
  for (const Word& word : words) {
    std::string entry = word.name + ':' + word.description;
    if (!text.empty()) text += ' ';
    text += in_quotes(entry);
  }
  return text;
}

/// The cases by which fish walks over the words that are there.
std::string fish_cases(const std::vector<Place>& places) {
  std::string text;
  for (const Place& place : places) {
    for (const Word& command : place.commands) {
      text += fmt::format("            case {}\n                set at {}\n",
                          in_fish_quotes(place.path + ':' + command.name),
                          in_fish_quotes(path_below(place.path, command.name)));
    }
    std::string swallowing;
    for (const Word& option : place.options) {
      if (option.takes_value) swallowing += ' ' + in_fish_quotes(place.path + ':' + option.name);
    }
    if (!swallowing.empty()) {
      text += fmt::format("            case{}\n                set value 1\n", swallowing);
    }
  }
  return text;
}

}  // namespace

std::string bash_completion(const CLI::App& root) {
  const std::vector<Place> places = places_of(root);
  std::string text =
      "# Completes kelp in bash: source it, or keep it as\n"
      "# ~/.local/share/bash-completion/completions/kelp\n"
      "_kelp() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} at='' value='' word i commands='' options=''\n"
      "  COMPREPLY=()\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    word=${COMP_WORDS[i]}\n"
      "    [[ $word == '=' ]] && continue\n"
      "    [[ $value ]] && { value=''; continue; }\n"
      "    case \"$at:$word\" in\n";
  text += walking_cases(places);
  text +=
      "    esac\n"
      "  done\n"
      "  [[ $value ]] && return\n"
      "  case \"$at\" in\n";
  for (const Place& place : places) {
    text +=
        fmt::format("    {}) commands={} options={} ;;\n", in_quotes(place.path),
                    in_quotes(joined(place.commands, " ")), in_quotes(joined(place.options, " ")));
  }
  text +=
      "  esac\n"
      "  if [[ $current == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -W \"$commands\" -- \"$current\"))\n"
      "  fi\n"
      "}\n"
      "complete -o default -F _kelp kelp\n";
  return text;
}

std::string zsh_completion(const CLI::App& root) {
  const std::vector<Place> places = places_of(root);
  std::string text =
      "#compdef kelp\n"
      "# Completes kelp in zsh: source it after compinit, or keep it as _kelp in a directory of "
      "$fpath\n"
      "_kelp() {\n"
      "  local at='' value='' word='' i\n"
      "  local -a commands options\n"
      "  for ((i = 2; i < CURRENT; i++)); do\n"
      "    word=${words[i]}\n"
      "    [[ -n $value ]] && { value=''; continue; }\n"
      "    case \"$at:$word\" in\n";
  text += walking_cases(places);
  text +=
      "    esac\n"
      "  done\n"
      "  if [[ -n $value ]]; then _files; return; fi\n"
      "  case \"$at\" in\n";
  for (const Place& place : places) {
    text += fmt::format("    {}) commands=({}) options=({}) ;;\n", in_quotes(place.path),
                        described(place.commands), described(place.options));
  }
  text +=
      "  esac\n"
      "  if [[ $PREFIX == -* ]]; then\n"
      "    _describe -o option options\n"
      "  elif (( $#commands )); then\n"
      "    _describe command commands\n"
      "  else\n"
      "    _files\n"
      "  fi\n"
      "}\n"
      "if [[ $funcstack[1] == _kelp ]]; then _kelp \"$@\"; else compdef _kelp kelp; fi\n";
  return text;
}

std::string fish_completion(const CLI::App& root) {
  const std::vector<Place> places = places_of(root);
  std::string text =
      "# Completes kelp in fish: keep it as ~/.config/fish/completions/kelp.fish\n"
      "function __kelp_is_at\n"
      "    set -l at ''\n"
      "    set -l value ''\n"
      "    set -l words (commandline -opc)\n"
      "    set -e words[1]\n"
      "    for word in $words\n"
      "        if test -n \"$value\"\n"
      "            set value ''\n"
      "            continue\n"
      "        end\n"
      "        switch \"$at:$word\"\n";
  text += fish_cases(places);
  text +=
      "        end\n"
      "    end\n"
      "    test \"$at\" = \"$argv[1]\"\n"
      "end\n";
  for (const Place& place : places) {
    const std::string here = in_fish_quotes("__kelp_is_at " + in_fish_quotes(place.path));
    for (const Word& command : place.commands) {
      text += fmt::format("complete -c kelp -n {} -f -a {} -d {}\n", here, command.name,
                          in_fish_quotes(command.description));
    }
    for (const Word& option : place.options) {
      const bool is_long = option.name.starts_with("--");
      text += fmt::format("complete -c kelp -n {} {} {}{} -d {}\n", here, is_long ? "-l" : "-s",
                          option.name.substr(is_long ? 2 : 1), option.takes_value ? " -r" : "",
                          in_fish_quotes(option.description));
    }
  }
  return text;
}

void add_completion_command(CLI::App& app, Action& action) {
  CLI::App& completion = *app.add_subcommand(
      "completion", "Print a script that completes commands and options in a shell");
  completion.require_subcommand(1);
  completion.footer(
      "bash: source <(kelp completion bash)\n"
      "zsh:  source <(kelp completion zsh)\n"
      "fish: kelp completion fish | source");
  const auto add = [&](const char* shell, std::string (*script)(const CLI::App&)) {
    completion.add_subcommand(shell, fmt::format("For {}", shell))
        ->callback([&app, &action, script] {
          action = [&app, script] {
            fmt::print("{}", script(app));
            return 0;
          };
        });
  };
  add("bash", bash_completion);
  add("zsh", zsh_completion);
  add("fish", fish_completion);
}

}  // namespace kelp::cli
