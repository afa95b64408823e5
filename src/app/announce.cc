#include "app/announce.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>

namespace kelp::app {

std::string ready_line(const Started& started) {
  std::string listeners;
  for (const ListenerLine& listener : started.listeners) {
    listeners += fmt::format("{}{}://{}:{} (node {}, advertises {})", listeners.empty() ? "" : ", ",
                             listener.name, listener.host, listener.port, listener.node_id,
                             listener.advertised);
  }
  return fmt::format(
      "kelp {} ready: cluster {}; {}; {} engine{}{}; {} topics, {} partitions; {} ms", KELP_VERSION,
      started.cluster_id, listeners, started.engine, started.data_dir.empty() ? "" : " in ",
      started.data_dir, started.topics, started.partitions, started.milliseconds);
}

std::string ready_json(const Started& started) {
  boost::json::object object;
  object["ready"] = true;
  object["version"] = KELP_VERSION;
  object["pid"] = static_cast<int64_t>(getpid());
  object["cluster_id"] = started.cluster_id;
  object["data_dir"] = started.data_dir;
  object["milliseconds"] = started.milliseconds;
  boost::json::array ports, listeners;
  for (const ListenerLine& listener : started.listeners) {
    ports.emplace_back(listener.port);
    boost::json::object entry;
    entry["name"] = listener.name;
    entry["node_id"] = listener.node_id;
    entry["host"] = listener.host;
    entry["port"] = listener.port;
    entry["advertised"] = listener.advertised;
    listeners.emplace_back(std::move(entry));
  }
  object["ports"] = std::move(ports);
  object["listeners"] = std::move(listeners);
  return boost::json::serialize(object);
}

std::string hints(const Started& started) {
  const ListenerLine& first = started.listeners.front();
  const std::string address =
      fmt::format("{}:{}", first.host == "*" ? "127.0.0.1" : first.host, first.port);
  return fmt::format(
      "\nTry it, in another terminal:\n"
      "  echo hello | kcat -P -b {0} -t first\n"
      "  kcat -C -b {0} -t first -o beginning -e\n"
      "Any Kafka client works: bootstrap.servers={0}\n"
      "Stop with Ctrl-C. Data stays in {1}.\n",
      address, started.data_dir.empty() ? "memory, until then" : started.data_dir);
}

}  // namespace kelp::app
