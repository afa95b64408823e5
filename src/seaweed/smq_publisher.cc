#include "seaweed/smq_publisher.h"

#include <fmt/format.h>

#include <deque>
#include <mutex>
#include <optional>

namespace kelp::seaweed {
namespace {

/// A broker that is there says hello within milliseconds; one that is being restarted is tried
/// again by the log.
constexpr std::chrono::seconds kHelloTime{10};

}  // namespace

/// Held by its publisher and, until the call is over, by itself.
class SmqPublisher::Stream final
    : public grpc::ClientBidiReactor<messaging_pb::PublishMessageRequest,
                                     messaging_pb::PublishMessageResponse> {
 public:
  Stream(SmqBroker& broker, const SmqPartition& partition, Listener listener)
      : guard_(broker.guard()),
        about_(partition.text()),
        listener_(std::move(listener)),
        home_(rt::Shard::current()),
        out_(smq_request::publish_init(partition, "kelp")) {}

  /// False: calls are refused.
  bool begin(SmqBroker& broker, std::shared_ptr<Stream> self) {
    const auto stub = broker.stub();
    if (stub == nullptr || !guard_.enter(&context_)) return false;
    self_ = std::move(self);
    writing_ = true;
    stub->async()->PublishMessage(&context_, this);
    StartRead(&in_);
    StartWrite(&out_);
    StartCall();
    return true;
  }

  void send(std::vector<OutgoingMessage> messages) {
    const std::scoped_lock lock(mutex_);
    if (ended_) return;
    for (OutgoingMessage& message : messages) queue_.push_back(std::move(message));
    write_next();
  }

  void cancel() { context_.TryCancel(); }

  // Of the owner's shard.
  std::optional<Error> end;
  bool greeted = false;
  bool stopped = false;
  std::optional<rt::Completion<rt::Done>> hello;
  const std::string& about() const { return about_; }

  void OnWriteDone(bool good) override {
    const std::scoped_lock lock(mutex_);
    writing_ = false;
    if (good && !ended_) write_next();
  }

  void OnReadDone(bool good) override {
    if (!good) return;
    if (!in_.error().empty() || in_.error_code() != 0) {
      {
        const std::scoped_lock lock(mutex_);
        said_ = fmt::format("{} (error code {})", in_.error(), in_.error_code());
      }
      context_.TryCancel();
      return;
    }
    take_answer(in_.assigned_offset());
    StartRead(&in_);
  }

  void OnDone(const grpc::Status& status) override {
    std::string words;
    {
      const std::scoped_lock lock(mutex_);
      ended_ = true;
      queue_.clear();
      words = said_.empty() ? status.error_message() : said_;
    }
    Error error{status.error_code() == grpc::StatusCode::CANCELLED && said_.empty()
                    ? ErrorKind::closed
                    : ErrorKind::io,
                fmt::format("PublishMessage {}: {} (gRPC status {})", about_, words,
                            static_cast<int>(status.error_code()))};
    // The guard is left last: whoever closes it may then end the shards. Until then this lives.
    const std::shared_ptr<Stream> self = std::move(self_);
    home_.post([self, error = std::move(error)]() mutable { self->finish(std::move(error)); });
    guard_.leave(&context_);
  }

 private:
  /// Under the mutex.
  void write_next() {
    if (writing_ || queue_.empty()) return;
    out_ = smq_request::publish_data(queue_.front().key, queue_.front().value);
    queue_.pop_front();
    writing_ = true;
    grpc::WriteOptions options;
    // More follows at once: let it gather into larger frames.
    if (!queue_.empty()) options.set_buffer_hint();
    StartWrite(&out_, options);
  }

  void take_answer(int64_t offset) {
    const std::scoped_lock lock(mutex_);
    acks_.push_back(offset);
    if (told_) return;
    told_ = true;
    home_.post([self = self_] { self->tell(); });
  }

  void tell() {
    std::vector<int64_t> acks;
    {
      const std::scoped_lock lock(mutex_);
      told_ = false;
      acks.swap(acks_);
    }
    if (!greeted && !acks.empty()) {
      greeted = true;  // the broker's hello looks like an answer
      acks.erase(acks.begin());
      if (hello) hello->complete(rt::Done());
    }
    if (!stopped && !acks.empty()) listener_.on_acks(std::move(acks));
  }

  void finish(Error error) {
    end = error;
    if (!greeted) {
      greeted = true;
      if (hello) hello->complete(rt::Done());
    } else if (!stopped) {
      listener_.on_end(std::move(error));
    }
  }

  CallGuard& guard_;
  const std::string about_;
  Listener listener_;
  rt::Shard& home_;
  grpc::ClientContext context_;
  messaging_pb::PublishMessageResponse in_;

  std::mutex mutex_;
  messaging_pb::PublishMessageRequest out_;
  std::deque<OutgoingMessage> queue_;  // bounded by the log's budget of unflushed bytes
  std::vector<int64_t> acks_;
  std::string said_;
  bool writing_ = false;
  bool told_ = false;
  bool ended_ = false;
  std::shared_ptr<Stream> self_;
};

Task<Result<std::unique_ptr<SmqPublisher>>> SmqPublisher::open(SmqBroker& broker,
                                                               SmqPartition partition,
                                                               Listener listener) {
  auto stream = std::make_shared<Stream>(broker, partition, std::move(listener));
  auto publisher = std::unique_ptr<SmqPublisher>(new SmqPublisher(stream));
  stream->hello.emplace();
  if (!stream->begin(broker, stream)) co_return fail(ErrorKind::closed, "the engine is closed");
  const auto timer =
      rt::Shard::current().call_at(rt::Clock::now() + kHelloTime, [stream] { stream->cancel(); });
  rt::Completion<rt::Done>& hello = *stream->hello;
  co_await hello;
  rt::Shard::current().cancel(timer);
  if (stream->end) co_return std::unexpected(*stream->end);
  co_return publisher;
}

SmqPublisher::~SmqPublisher() {
  stream_->stopped = true;
  stream_->cancel();
}

void SmqPublisher::send(std::vector<OutgoingMessage> messages) {
  stream_->send(std::move(messages));
}

}  // namespace kelp::seaweed
