// kelp_floor --dir DIR [--partitions N] [--port P] [--sync]: see endpoint.h. Prints its port when
// it listens; SIGTERM ends it.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "bench/floor/endpoint.h"

int main(int argc, char** argv) {
  kelp::floor::Options options;
  CLI::App app("The least that a Kafka client will talk to: the floor of Kelp's benchmarks.");
  app.add_option("--dir", options.directory, "where the partitions' files go")->required();
  app.add_option("--partitions", options.partitions, "of every topic");
  app.add_option("--port", options.port, "on 127.0.0.1; 0: any free one");
  app.add_flag("--sync", options.sync, "answer Produce after fdatasync");
  CLI11_PARSE(app, argc, argv);
  kelp::floor::Endpoint endpoint(options);
  std::printf("%u\n", unsigned{endpoint.port()});
  std::fflush(stdout);
  endpoint.serve();
}
