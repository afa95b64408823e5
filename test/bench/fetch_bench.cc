// What a consumer of many partitions costs the broker while one record after another arrives: each
// is produced (acks=1) to the next partition and fetched at once. By full requests, which name
// every partition each time, and in a fetch session, which names the one that gave something.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "bench/usage.h"
#include "client/typed_client.h"
#include "record/testing.h"
#include "wire/00_produce.h"
#include "wire/01_fetch.h"
#include "wire/19_create_topics.h"

namespace kelp::test {
namespace {

constexpr int16_t kVersion = 12;
constexpr int kRecords = 5'000;

class Reader {
 public:
  Reader(uint16_t port, int32_t partitions, bool in_session)
      : client_(must(TypedClient::connect("127.0.0.1", port))),
        in_session_(in_session),
        offsets_(static_cast<size_t>(partitions)) {
    request_.min_bytes = 1;
    request_.max_wait_ms = 0;
    request_.session_epoch = in_session ? 0 : -1;
    auto& topic = request_.topics.emplace_back();
    topic.topic = "t";
    for (int32_t i = 0; i < partitions; ++i) name(i);
    const auto answer = must(client_.call<wire::FetchResponse>(request_, kVersion));
    request_.session_id = answer.session_id;
    KELP_ASSERT(in_session == (answer.session_id > 0));
    request_.max_wait_ms = 10'000;
    if (in_session) request_.topics.clear();
  }

  void ask() {
    if (in_session_) ++request_.session_epoch;
    sent_ = must(client_.send(request_, kVersion));
  }
  /// The record that was produced to `partition`.
  void take(int32_t partition) {
    const auto answer = must(client_.receive<wire::FetchResponse>(kVersion, sent_));
    size_t bytes = 0;
    for (const auto& topic : answer.responses) {
      for (const auto& each : topic.partitions) bytes += each.records.size();
    }
    KELP_ASSERT(bytes > 0);
    const auto index = static_cast<size_t>(partition);
    ++offsets_[index];
    if (!in_session_) {
      request_.topics[0].partitions[index].fetch_offset = offsets_[index];
      return;
    }
    request_.topics.clear();
    request_.topics.emplace_back().topic = "t";
    name(partition);
  }

 private:
  void name(int32_t partition) {
    auto& wanted = request_.topics[0].partitions.emplace_back();
    wanted.partition = partition;
    wanted.fetch_offset = offsets_[static_cast<size_t>(partition)];
    wanted.partition_max_bytes = 1 << 20;
  }

  TypedClient client_;
  const bool in_session_;
  std::vector<int64_t> offsets_;
  wire::FetchRequest request_;
  int32_t sent_ = 0;
};

void measure(int32_t partitions, bool in_session) {
  const TempDir dir;
  KelpProcess kelp({{}, dir.path().string()});
  KELP_ASSERT(kelp.start());
  auto producer = must(TypedClient::connect("127.0.0.1", kelp.port()));
  wire::CreateTopicsRequest create;
  create.topics.emplace_back().name = "t";
  create.topics[0].num_partitions = partitions;
  create.topics[0].replication_factor = 1;
  must(producer.call<wire::CreateTopicsResponse>(create, 5));
  Reader reader(kelp.port(), partitions, in_session);
  wire::ProduceRequest produce;
  produce.acks = 1;
  auto& data = produce.topic_data.emplace_back();
  data.name = "t";
  auto& to = data.partition_data.emplace_back();
  Usage before;
  for (int i = -partitions; i < kRecords; ++i) {  // each partition once before it counts
    if (i == 0) before = Usage::of(kelp);
    to.index = (i + partitions) % partitions;
    to.records = wire::Records(record::testing::batch_of(1));
    reader.ask();
    const auto stored = must(producer.call<wire::ProduceResponse>(produce, 9));
    const ErrorCode error = stored.responses.at(0).partition_responses.at(0).error_code;
    KELP_ASSERT(error == ErrorCode::none, name_of(error));
    reader.take(to.index);
  }
  const Usage after = Usage::of(kelp);
  fmt::print("{:5} partitions, {:16} server CPU {:7.1f} us a record  RSS {:.1f} MiB\n", partitions,
             in_session ? "in a session:" : "full requests:",
             (after.cpu_s - before.cpu_s) / kRecords * 1e6, after.rss_mib);
  KELP_ASSERT(kelp.terminate() == 0);
}

}  // namespace
}  // namespace kelp::test

int main() {
  for (const int32_t partitions : {1, 100, 1'000}) {
    for (const bool in_session : {false, true}) kelp::test::measure(partitions, in_session);
  }
}
