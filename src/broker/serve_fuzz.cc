// Any bytes as what a connection sends: split into frames, each served by one broker on the memory
// engine that lives as long as the process. Whatever it answers must be a complete frame that its
// own client can decode. Each input finds one empty topic "fuzz" with two partitions; where the
// input has kTopicId, the broker sees that topic's id.
#include <algorithm>
#include <cstring>
#include <vector>

#include "base/assert.h"
#include "base/log.h"
#include "broker/apis.h"
#include "broker/test_broker.h"
#include "net/frames.h"
#include "wire/registry.h"

namespace kelp::broker {
namespace {

constexpr std::string_view kTopicId = "fuzz-topic-id-00";
/// Work of one input: enough for a dialogue, little enough for speed.
constexpr size_t kMaxFrames = 16;
constexpr size_t kMaxFrameBytes = 64 * 1024;

struct UnderWay {
  wire::RequestStart start;
  rt::Task<net::Answer> task;
};

int16_t answered_version(const wire::RequestStart& start) {
  constexpr int16_t kApiVersions = 18;
  // KIP-511: a version that is not known is answered in version 0.
  if (start.api_key == kApiVersions && !find_api(kApiVersions)->served.has(start.api_version)) {
    return 0;
  }
  return start.api_version;
}

void check_reply(const wire::RequestStart& start, const Slice& reply) {
  const int16_t key = start.api_key;
  KELP_ASSERT(reply.size() >= 8, key, reply.size());
  KELP_ASSERT(load_big<int32_t>(reply.data()) == static_cast<int32_t>(reply.size()) - 4, key);
  KELP_ASSERT(load_big<int32_t>(reply.data() + 4) == start.correlation_id, key);
  const wire::MessageInfo* info = wire::find_message(wire::MessageKind::response, key);
  KELP_ASSERT(info != nullptr, key);
  const int16_t version = answered_version(start);
  const size_t header = wire::response_header_version(key, version) > 0 ? 9 : 8;
  KELP_ASSERT(reply.size() >= header, key, version);
  wire::AnyMessage message(*info->ops);
  const auto decoded = message.decode_exactly(reply.from(header), version);
  KELP_ASSERT(decoded.has_value(), key, version, decoded.error().text());
}

class Connection {
 public:
  explicit Connection(Broker& broker) : broker_(broker) { connect(); }

  /// As net does: pipelined requests start at once, serial ones when all before are answered.
  rt::Task<void> start(Slice frame) {
    const auto start = wire::peek_request(frame);
    if (broker_.ordering(frame) == net::Ordering::serial) co_await finish();
    if (closed_) co_return;
    auto task = broker_.serve(peer_, std::move(frame));
    if (!start.has_value()) {
      const net::Answer answer = co_await task;
      KELP_ASSERT(answer.kind == net::Answer::Kind::close);
      closed_ = true;
      co_return;
    }
    under_way_.push_back(UnderWay{*start, std::move(task)});
  }

  /// The client goes, so that nothing is parked; its answers are checked. Another one comes.
  rt::Task<void> finish() {
    peer_->leaving = true;
    broker_.disconnected(peer_);
    for (UnderWay& request : under_way_) {
      const net::Answer answer = co_await request.task;
      if (answer.kind == net::Answer::Kind::close) closed_ = true;
      if (answer.kind == net::Answer::Kind::reply) {
        check_reply(request.start, *rt::gathered(answer.frame));
      }
    }
    under_way_.clear();
    connect();
  }

  bool closed() const { return closed_; }

 private:
  void connect() {
    peer_ = std::make_shared<net::Peer>();
    static uint64_t last_id = 0;
    peer_->id = ++last_id;
    peer_->client_host = peer_->local_host = "127.0.0.1";
  }

  Broker& broker_;
  std::shared_ptr<net::Peer> peer_;
  std::vector<UnderWay> under_way_;
  bool closed_ = false;
};

rt::Task<void> begin_afresh(Broker& broker) {
  std::vector<std::string> names;
  for (const auto& [name, topic] : broker.image()->topics()) names.emplace_back(name);
  if (!names.empty()) co_await broker.delete_topics(std::move(names));
  std::vector<TopicOrder> orders(1);
  orders.front().name = "fuzz";
  orders.front().partitions = 2;
  const auto made = co_await broker.create_topics(std::move(orders), false);
  KELP_ASSERT(made.front().error == ErrorCode::none, made.front().message);
}

void name_topic(Slice& frame, const Uuid& id) {
  const Bytes bytes = frame.bytes();
  auto from = bytes.begin();
  while (true) {
    from = std::search(from, bytes.end(), kTopicId.begin(), kTopicId.end());
    if (from == bytes.end()) return;
    const auto at = static_cast<size_t>(from - bytes.begin());
    std::memcpy(frame.patch() + at, id.bytes.data(), kTopicId.size());
    from += kTopicId.size();
  }
}

std::vector<Slice> frames_of(Bytes input) {
  std::vector<Slice> frames;
  net::FrameSplitter splitter(kMaxFrameBytes);
  while (frames.size() < kMaxFrames) {
    const auto next = splitter.next(input);
    if (next == net::FrameSplitter::Next::memory) {
      splitter.grant(splitter.memory_wanted());
    } else if (next == net::FrameSplitter::Next::frame) {
      frames.push_back(splitter.take());
    } else {
      break;
    }
  }
  return frames;
}

rt::Task<void> serve_all(Broker& broker, std::vector<Slice> frames) {
  co_await begin_afresh(broker);
  const Uuid id = broker.image()->find("fuzz")->id;
  Connection connection(broker);
  for (Slice& frame : frames) {
    name_topic(frame, id);
    co_await connection.start(std::move(frame));
    if (connection.closed()) break;
  }
  co_await connection.finish();
}

TestBroker& the_broker() {
  // Few partitions for whatever is made by default; no waiting for members of groups.
  static TestBroker* broker = [] {
    set_log_level(LogLevel::off);
    return new TestBroker(
        1, {"offsets.topic.num.partitions=1", "num.partitions=1",
            "max.request.partition.size.limit=20", "group.initial.rebalance.delay.ms=0"});
  }();
  return *broker;
}

}  // namespace
}  // namespace kelp::broker

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kelp::broker;
  auto frames = frames_of({data, size});
  if (frames.empty()) return 0;
  TestBroker& broker = the_broker();
  broker.run([&] { return serve_all(broker.broker(), std::move(frames)); });
  return 0;
}
