// What a started process says: the one line for people, the JSON line for programs, the hints for a
// new user.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kelp::app {

struct ListenerLine {
  std::string name;
  int32_t node_id = 0;
  std::string host;  // as bound
  uint16_t port = 0;
  std::string advertised;  // "127.0.0.1:9092", or "the address that the client used"
};

struct Started {
  std::string cluster_id;
  std::string engine;
  std::string data_dir;  // empty: none
  std::vector<ListenerLine> listeners;
  size_t topics = 0;
  size_t partitions = 0;
  int64_t milliseconds = 0;
};

std::string ready_line(const Started& started);
std::string ready_json(const Started& started);
std::string hints(const Started& started);

}  // namespace kelp::app
