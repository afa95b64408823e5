// How long a record is on its way from its producer to its consumer, at a steady rate:
//   kelp_latency_bench PORT TOPIC RECORDS_PER_SECOND SECONDS BYTES
// One record a request (acks=1), sent when it is due whether or not earlier ones were answered; one
// consumer that always has a fetch waiting. One thread is both, so that no clock but its own
// counts. Any broker with Produce v3 and Fetch v4. Prints one line of JSON: latencies from a
// record's send to its arrival in microseconds, and how late the sends themselves were (the
// driver's fault, not the server's).
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "bench/usage.h"
#include "client/typed_client.h"
#include "record/builder.h"
#include "record/reader.h"
#include "wire/00_produce.h"
#include "wire/01_fetch.h"
#include "wire/02_list_offsets.h"

namespace kelp::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr int16_t kProduceVersion = 3, kFetchVersion = 4, kListOffsetsVersion = 1;
constexpr int64_t kLatest = -1;
/// What the first part of a run takes is not counted: caches, the kernel's tuning, a JIT compiler.
constexpr double kWarmUpShare = 0.25;
/// So long after the last send and the last arrival something is lost.
constexpr std::chrono::seconds kSilence{30};

struct Plan {
  uint16_t port;
  std::string topic;
  int64_t per_second;
  double seconds;
  size_t bytes;

  int64_t records() const {
    return static_cast<int64_t>(seconds * static_cast<double>(per_second));
  }
};

int64_t since_start_ns() {
  static const Clock::time_point start = Clock::now();
  return nanoseconds(Clock::now() - start).count();
}

class Consumer {
 public:
  Consumer(const Plan& plan) : client_(must(TypedClient::connect("127.0.0.1", plan.port))) {
    wire::ListOffsetsRequest where;
    where.topics.emplace_back().name = plan.topic;
    where.topics[0].partitions.emplace_back().timestamp = kLatest;
    const auto end = must(client_.call<wire::ListOffsetsResponse>(where, kListOffsetsVersion));
    request_.min_bytes = 1;
    request_.max_wait_ms = 10'000;
    request_.max_bytes = 1 << 24;
    auto& topic = request_.topics.emplace_back();
    topic.topic = plan.topic;
    auto& partition = topic.partitions.emplace_back();
    partition.fetch_offset = end.topics.at(0).partitions.at(0).offset;
    partition.partition_max_bytes = 1 << 20;
    ask();
  }

  int descriptor() { return client_.raw().descriptor(); }

  /// Takes an answer and asks for more; each record's way goes into `taken_ns`.
  void take(std::vector<int64_t>& taken_ns) {
    const auto answer = must(client_.receive<wire::FetchResponse>(kFetchVersion, sent_));
    const int64_t now = since_start_ns();
    const auto& partition = answer.responses.at(0).partitions.at(0);
    KELP_ASSERT(partition.error_code == ErrorCode::none, name_of(partition.error_code));
    const Slice bytes = partition.records.slice();
    record::BatchCursor batches(bytes.bytes());
    while (const auto batch = batches.next()) {
      auto records = must(record::RecordReader::open(*batch));
      for (auto next = must(records.next()); next != nullptr; next = must(records.next())) {
        taken_ns.push_back(now - load_big<int64_t>(next->value->data()));
      }
      request_.topics[0].partitions[0].fetch_offset = batch->next_offset().value();
    }
    ask();
  }

 private:
  void ask() { sent_ = must(client_.send(request_, kFetchVersion)); }

  TypedClient client_;
  wire::FetchRequest request_;
  int32_t sent_ = 0;
};

class Producer {
 public:
  explicit Producer(const Plan& plan)
      : client_(must(TypedClient::connect("127.0.0.1", plan.port))), value_(plan.bytes, 'x') {
    request_.acks = 1;
    request_.timeout_ms = 10'000;
    auto& topic = request_.topic_data.emplace_back();
    topic.name = plan.topic;
    topic.partition_data.emplace_back();
  }

  int descriptor() { return client_.raw().descriptor(); }

  void send() {
    store_big<int64_t>(reinterpret_cast<uint8_t*>(value_.data()), since_start_ns());
    record::NewRecord record;
    record.timestamp_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                              std::chrono::system_clock::now().time_since_epoch())
                              .count();
    record.value = as_bytes(value_);
    builder_.add(record);
    request_.topic_data[0].partition_data[0].records = wire::Records(must(builder_.build()));
    last_ = must(client_.send(request_, kProduceVersion));
  }
  void take() {
    const auto answer = must(client_.receive<wire::ProduceResponse>(kProduceVersion, ++answered_));
    const ErrorCode error = answer.responses.at(0).partition_responses.at(0).error_code;
    KELP_ASSERT(error == ErrorCode::none, name_of(error));
  }
  bool waits() const { return answered_ < last_; }

 private:
  TypedClient client_;
  wire::ProduceRequest request_;
  record::BatchBuilder builder_;
  std::string value_;
  int32_t last_ = 0, answered_ = 0;
};

struct Measured {
  std::vector<int64_t> taken_ns, late_ns;
};

Measured run(const Plan& plan) {
  Consumer consumer(plan);
  Producer producer(plan);
  Measured measured;
  const int64_t count = plan.records();
  const int64_t begun = since_start_ns();
  const auto due_ns = [&](int64_t i) { return begun + i * 1'000'000'000 / plan.per_second; };
  pollfd sockets[] = {{.fd = producer.descriptor(), .events = POLLIN, .revents = 0},
                      {.fd = consumer.descriptor(), .events = POLLIN, .revents = 0}};
  int64_t sent = 0, heard_ns = begun;
  while (std::cmp_less(measured.taken_ns.size(), count) || producer.waits()) {
    const int64_t now = since_start_ns();
    if (sent < count && due_ns(sent) <= now) {
      measured.late_ns.push_back(now - due_ns(sent++));
      producer.send();
    }
    const int64_t until = sent < count ? due_ns(sent) : heard_ns + nanoseconds(kSilence).count();
    const int64_t left = until - since_start_ns();
    KELP_ASSERT(sent < count || left > 0, measured.taken_ns.size(), count);
    const timespec wait{.tv_sec = std::max<int64_t>(left, 0) / 1'000'000'000,
                        .tv_nsec = std::max<int64_t>(left, 0) % 1'000'000'000};
    if (::ppoll(sockets, std::size(sockets), &wait, nullptr) <= 0) continue;
    heard_ns = since_start_ns();
    if (sockets[1].revents != 0) consumer.take(measured.taken_ns);
    if (sockets[0].revents != 0) producer.take();
  }
  return measured;
}

/// In microseconds, of what is behind the warm-up.
class Percentiles {
 public:
  explicit Percentiles(std::vector<int64_t> of) : sorted_(std::move(of)) {
    const auto cold = static_cast<double>(sorted_.size()) * kWarmUpShare;
    sorted_.erase(sorted_.begin(), sorted_.begin() + static_cast<int64_t>(cold));
    std::ranges::sort(sorted_);
  }
  double at(double share) const {
    const auto last = static_cast<double>(sorted_.size() - 1);
    return static_cast<double>(sorted_[static_cast<size_t>(share * last)]) / 1e3;
  }

 private:
  std::vector<int64_t> sorted_;
};

}  // namespace
}  // namespace kelp::test

int main(int argc, char** argv) {
  using namespace kelp::test;
  if (argc != 6) {
    fmt::print(stderr, "usage: {} PORT TOPIC RECORDS_PER_SECOND SECONDS BYTES\n", argv[0]);
    return 2;
  }
  const Plan plan{.port = static_cast<uint16_t>(std::stoi(argv[1])),
                  .topic = argv[2],
                  .per_second = std::stoll(argv[3]),
                  .seconds = std::stod(argv[4]),
                  .bytes = std::max(sizeof(int64_t), static_cast<size_t>(std::stoul(argv[5])))};
  ::prctl(PR_SET_TIMERSLACK, 1);  // sends when they are due, not up to 50 us later
  Measured measured = run(plan);
  const Percentiles taken(std::move(measured.taken_ns)), late(std::move(measured.late_ns));
  fmt::print(
      "{{\"p50_us\": {:.0f}, \"p90_us\": {:.0f}, \"p99_us\": {:.0f}, \"p99.9_us\": {:.0f}, "
      "\"max_us\": {:.0f}, \"sends_late_p99_us\": {:.0f}}}\n",
      taken.at(0.5), taken.at(0.9), taken.at(0.99), taken.at(0.999), taken.at(1), late.at(0.99));
}
