#include "seaweed/seaweed_engine.h"

#include <atomic>

#include "base/log.h"
#include "rt/wait.h"
#include "seaweed/filer_catalog.h"
#include "seaweed/object_log.h"
#include "seaweed/smq_partition.h"
#include "seaweed/smq_topics.h"
#include "seaweed/trash.h"

namespace kelp::seaweed {
namespace {

using engine::PartitionId;

class SeaweedEngine final : public engine::Engine {
 public:
  SeaweedEngine(std::shared_ptr<Store> store, std::unique_ptr<FilerCatalog> catalog,
                std::shared_ptr<grpc::ChannelCredentials> credentials)
      : store_(std::move(store)),
        catalog_(std::move(catalog)),
        broker_("", store_->filer, std::move(credentials)),
        watch_(std::make_unique<SmqWatch>(store_->filer)),
        topics_(broker_, *watch_) {}
  ~SeaweedEngine() override { stop(); }

  engine::Traits traits() const override { return {.name = "seaweed", .durable = true}; }
  engine::Catalog& catalog() override { return *catalog_; }
  /// Another Kelp may have been the leader meanwhile: clients learn it from a new leader epoch.
  bool recovered_unclean() const override { return !catalog_->was_clean(); }

  Task<Result<std::unique_ptr<engine::Log>>> open(PartitionId id,
                                                  engine::LogOptions options) override {
    co_await logs_->wait_until_closed(id);
    if (options.shared) co_return co_await open_shared(id, *std::move(options.shared));
    if (!swept_.exchange(true)) sweep(store_).detach();
    auto partition = std::make_shared<ObjectPartition>(store_, id, options);
    auto opened = co_await partition->open();
    if (!opened.has_value()) co_return std::unexpected(std::move(opened.error()));
    logs_->opened(id, partition);
    co_return std::make_unique<ObjectLog>(std::move(partition), logs_);
  }

  Task<Result<void>> drop(PartitionId id) override {
    co_await logs_->wait_until_closed(id);
    auto dropped = co_await drop_partition(store_, id);
    if (dropped.has_value()) sweep_later();
    co_return dropped;
  }

  Task<Result<void>> save(PartitionId id, Slice snapshot) override {
    // What it speaks of must be stored, or it could speak of what somebody else wrote there.
    if (const auto partition = logs_->find(id); partition != nullptr) {
      auto flushed = co_await partition->flush();
      if (!flushed.has_value()) co_return flushed;
    }
    StoredEntry entry{std::string(snapshot.text()), ""};
    co_return co_await store_->filer.put(state_path(id), std::move(entry));
  }

  Task<Result<std::optional<Slice>>> load(PartitionId id) override {
    auto found = co_await store_->filer.get(state_path(id));
    if (!found.has_value()) co_return std::unexpected(std::move(found.error()));
    if (!found->has_value()) co_return std::nullopt;
    co_return Slice::copy_of((*found)->content);
  }

  engine::SharedTopics* shared_topics() override { return &topics_; }

  Task<Result<void>> close() override {
    for (const PartitionId& id : logs_->all()) co_await logs_->wait_until_closed(id);
    auto closed = co_await catalog_->close();
    stop();
    co_return closed;
  }

 private:
  Task<Result<std::unique_ptr<engine::Log>>> open_shared(PartitionId id, engine::SharedLog log) {
    auto place = SmqPlace::parse(log.place);
    if (!place.has_value()) co_return std::unexpected(std::move(place.error()));
    const int32_t count = log.terms.partitions;
    auto partition =
        SmqPartition::of(place->topic, smq::slice_of(id.index, count), place->unix_time_ns);
    if (!partition.has_value()) co_return std::unexpected(std::move(partition.error()));
    const SmqServices services{broker_, store_->filer, store_->volumes, *watch_};
    const SmqLogTerms terms{count, rules_of(log.terms), log.leader_epoch};
    logs_->opened(id, nullptr);
    std::function<void()> ended = [logs = logs_, id] { logs->closed(id); };
    co_return co_await SmqLog::open(services, *std::move(partition), terms, std::move(ended));
  }

  static Task<void> sweep(std::shared_ptr<Store> store) {
    const auto swept = co_await sweep_trash(store);
    if (!swept.has_value()) log_warn("seaweed: {}", swept.error().text());
  }

  /// Dropped things lie at least delete_delay_ms.
  void sweep_later() {
    if (sweeping_.exchange(true)) return;
    const auto wait = std::chrono::milliseconds(store_->options().delete_delay_ms + 100);
    rt::Shard::current().call_at(rt::Clock::now() + wait, [store = store_, sweeping = &sweeping_] {
      if (store->stopping) return;
      *sweeping = false;
      sweep(store).detach();
    });
  }

  EntryPath state_path(PartitionId id) const {
    return store_->partition_path(id.topic_id.text(), id.index, "state");
  }

  void stop() {
    store_->stopping = true;
    watch_.reset();
    catalog_->stop();
    store_->volumes.stop();
    store_->filer.guard().close();
  }

  std::shared_ptr<Store> store_;
  std::unique_ptr<FilerCatalog> catalog_;
  std::shared_ptr<OpenLogs> logs_ = std::make_shared<OpenLogs>();
  SmqBroker broker_;
  std::unique_ptr<SmqWatch> watch_;
  SmqTopics topics_;
  std::atomic<bool> swept_{false}, sweeping_{false};
};

/// SeaweedMQ is looked for when it is wanted; at the start it is said what there is.
void say_brokers(const SeaweedOptions& options) {
  if (options.masters.empty()) return;
  const auto view = look_at_cluster(options);
  if (!view.has_value()) return;
  if (view->brokers.size() > 1) {
    log_error(
        "seaweed: the filer group '{}' has {} SeaweedMQ brokers, which end each other: its "
        "topics can be read and not written until there is one",
        options.filer_group, view->brokers.size());
  } else if (view->brokers.empty()) {
    log_info("seaweed: no SeaweedMQ broker");
  } else {
    log_info("seaweed: SeaweedMQ broker {}", view->brokers.front().address);
  }
}

}  // namespace

Result<std::unique_ptr<engine::Engine>> open_seaweed_engine(const SeaweedOptions& options) {
  auto credentials = credentials_of(options);
  if (!credentials.has_value()) return std::unexpected(std::move(credentials.error()));
  auto filer = find_filer(options);
  if (!filer.has_value()) return std::unexpected(std::move(filer.error()));
  const std::shared_ptr<grpc::ChannelCredentials> channel_credentials = *credentials;
  auto store = std::make_shared<Store>(*filer, options, channel_credentials);
  auto catalog = FilerCatalog::open(store->filer);
  if (!catalog.has_value()) return std::unexpected(std::move(catalog.error()));
  log_info("seaweed: filer {}, folder {}", filer->http, options.root);
  say_brokers(options);
  return std::make_unique<SeaweedEngine>(std::move(store), *std::move(catalog),
                                         channel_credentials);
}

}  // namespace kelp::seaweed
