#include "config/environment.h"

#include <algorithm>

namespace kelp::config {

std::string key_of_variable(std::string_view name) {
  std::string key;
  while (!name.empty()) {
    if (name.starts_with("___")) {
      key.push_back('-');
      name.remove_prefix(3);
    } else if (name.starts_with("__")) {
      key.push_back('_');
      name.remove_prefix(2);
    } else {
      const char c = name.front();
      key.push_back(c == '_' ? '.' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
      name.remove_prefix(1);
    }
  }
  return key;
}

bool is_not_configuration(std::string_view name, std::string_view value) {
  // What Kafka's scripts and images read, and our own command line.
  constexpr std::string_view kForTheJvm[] = {"CLASSPATH",    "DEBUG",       "HOME",
                                             "JMX_HOSTNAME", "JMX_PORT",    "MODE",
                                             "VERSION",      "UPDATE_DOCS", "BOOTSTRAP_SERVERS"};
  if (std::ranges::find(kForTheJvm, name) != std::end(kForTheJvm)) return true;
  if (name == "OPTS" || name.ends_with("_OPTS")) return true;
  if (name.starts_with("LOG4J_") || name.starts_with("TOOLS_LOG4J_")) return true;
  const auto contains = [name](std::string_view part) { return name.find(part) != name.npos; };
  if (contains("SERVICE_HOST") || contains("SERVICE_PORT")) return true;
  if (contains("PORT_") && (contains("_TCP") || contains("_UDP"))) return true;
  return value.starts_with("tcp://") || value.starts_with("udp://");
}

}  // namespace kelp::config
