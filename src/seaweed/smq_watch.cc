#include "seaweed/smq_watch.h"

#include <chrono>
#include <random>

#include "smq/paths.h"

namespace kelp::seaweed {
namespace {

/// Between two tries when the filer is away.
constexpr std::chrono::milliseconds kOpenAgain{200};
/// Our clock and the filer's may differ by that much; an event that is told twice does no harm.
constexpr int64_t kClockSlackNs = 10'000'000'000;

int64_t now_ns() { return rt::wall_clock_ms() * 1'000'000; }

}  // namespace

SmqWatch::SmqWatch(Filer& filer)
    : filer_(filer),
      stub_(filer_pb::SeaweedFiler::NewStub(filer.channel())),
      seen_ns_(now_ns() - kClockSlackNs),
      client_id_(static_cast<int32_t>(std::random_device()() >> 1)),
      thread_([this] { watch(); }) {}

SmqWatch::~SmqWatch() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    if (context_ != nullptr) context_->TryCancel();
  }
  stopped_.notify_all();
  thread_.join();
}

void SmqWatch::add(std::string directory, Told told) {
  const std::scoped_lock lock(mutex_);
  watchers_[std::move(directory)] = {&rt::Shard::current(), std::move(told)};
}

void SmqWatch::on_topic(std::function<void()> told) {
  const std::scoped_lock lock(mutex_);
  topics_shard_ = told == nullptr ? nullptr : &rt::Shard::current();
  told_of_topic_ = std::move(told);
}

/// With the lock.
void SmqWatch::tell_of_topic() {
  if (topics_shard_ != nullptr) topics_shard_->post([told = told_of_topic_] { told(); });
}

void SmqWatch::remove(const std::string& directory) {
  const std::scoped_lock lock(mutex_);
  watchers_.erase(directory);
}

void SmqWatch::watch() {
  for (;;) {
    follow_once();
    std::unique_lock lock(mutex_);
    if (stopped_.wait_for(lock, kOpenAgain, [this] { return stopping_; })) return;
    lock.unlock();
    tell_all_to_look();
  }
}

void SmqWatch::follow_once() {
  grpc::ClientContext context;
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_) return;
    context_ = &context;
  }
  filer_pb::SubscribeMetadataRequest request;
  request.set_client_name("kelp");
  request.set_path_prefix(std::string(smq::kTopicsDirectory) + "/");
  request.set_since_ns(seen_ns_);
  request.set_client_id(client_id_);
  request.set_client_epoch(++epoch_);
  const auto stream = stub_->SubscribeMetadata(&context, request);
  filer_pb::SubscribeMetadataResponse event;
  while (stream->Read(&event)) {
    seen_ns_ = std::max(seen_ns_, event.ts_ns());
    tell(event);
  }
  (void)stream->Finish();
  const std::scoped_lock lock(mutex_);
  context_ = nullptr;
}

void SmqWatch::tell(const filer_pb::SubscribeMetadataResponse& event) {
  const filer_pb::EventNotification& notice = event.event_notification();
  if (!notice.has_new_entry()) return;
  const std::string& directory =
      notice.new_parent_path().empty() ? event.directory() : notice.new_parent_path();
  const std::scoped_lock lock(mutex_);
  if (notice.new_entry().name() == smq::kTopicConf && !notice.has_old_entry()) tell_of_topic();
  const auto watcher = watchers_.find(directory);
  if (watcher == watchers_.end()) return;
  auto entry = std::make_shared<const filer_pb::Entry>(notice.new_entry());
  watcher->second.shard->post(
      [told = watcher->second.told, entry = std::move(entry)] { told(entry); });
}

void SmqWatch::tell_all_to_look() {
  const std::scoped_lock lock(mutex_);
  tell_of_topic();
  for (const auto& [directory, watcher] : watchers_) {
    watcher.shard->post([told = watcher.told] { told(nullptr); });
  }
}

}  // namespace kelp::seaweed
