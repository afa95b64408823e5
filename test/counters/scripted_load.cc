// kelp_scripted_load PORT NAME COUNT: COUNT requests of a kind, one after the other on one
// connection, the same bytes every time. Says "ready" when it could begin; at each line on stdin it
// sends them and says "done": whoever counts what the server did counts in between.
//   produce   one record of 100 bytes, acks=1        synced    the same, acks=all
//   fetch     one such batch                         metadata  of the topic
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <string>

#include "client/typed_client.h"
#include "crash/calls.h"
#include "wire/01_fetch.h"
#include "wire/03_metadata.h"

namespace kelp::test {
namespace {

constexpr int16_t kFetchVersion = 11, kMetadataVersion = 9;
constexpr const char* kTopic = "scripted";
const std::string kValue(100, 'v');

template <class T>
void check(const Result<T>& result, ErrorCode error) {
  if (result.has_value() && error == ErrorCode::none) return;
  std::fprintf(stderr, "failed: %s\n",
               result.has_value() ? "an error code" : result.error().text().c_str());
  std::exit(1);
}

void produce(TypedClient& client, int16_t acks) {
  const auto appended = append(client, kTopic, acks, kValue);
  check(appended, appended.has_value() ? appended->error_code : ErrorCode::none);
}

void fetch(TypedClient& client, int64_t offset) {
  wire::FetchRequest request;
  request.max_wait_ms = 0;
  request.max_bytes = 1;  // the first batch alone
  auto& topic = request.topics.emplace_back();
  topic.topic = kTopic;
  auto& partition = topic.partitions.emplace_back();
  partition.fetch_offset = offset;
  partition.partition_max_bytes = 1;
  const auto fetched = client.call<wire::FetchResponse>(request, kFetchVersion);
  check(fetched, fetched.has_value() ? fetched->error_code : ErrorCode::none);
}

void metadata(TypedClient& client) {
  wire::MetadataRequest request;
  request.topics.emplace();
  request.topics->emplace_back().name = kTopic;
  const auto answered = client.call<wire::MetadataResponse>(request, kMetadataVersion);
  check(answered, ErrorCode::none);
}

int run(const std::string& name, uint16_t port, int count) {
  auto client = TypedClient::connect("127.0.0.1", port);
  if (!client.has_value()) return 1;
  create_topic(*client, kTopic, 1);
  const std::map<std::string, std::function<void(int)>> loads{
      {"produce", [&](int) { produce(*client, 1); }},
      {"synced", [&](int) { produce(*client, -1); }},
      {"fetch", [&](int i) { fetch(*client, i); }},
      {"metadata", [&](int) { metadata(*client); }}};
  const auto& one = loads.at(name);
  produce(*client, 1);  // the file is there
  if (name == "fetch") {
    for (int i = 1; i < count; ++i) produce(*client, 1);
  }
  std::puts("ready");
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    for (int i = 0; i < count; ++i) one(i);
    std::puts("done");
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace kelp::test

int main(int argc, char** argv) {
  if (argc != 4) return std::fprintf(stderr, "usage: kelp_scripted_load PORT NAME COUNT\n"), 2;
  return kelp::test::run(argv[2], static_cast<uint16_t>(std::atoi(argv[1])), std::atoi(argv[3]));
}
