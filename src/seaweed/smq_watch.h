// What happens in SeaweedMQ's directories of the filer, told to those who asked for one of them, on
// their shard. One stream for all, on one thread of its own, which only waits; opened again for as
// long as it lives. Owner: the engine; it goes after the logs and before the shards.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "rt/shard.h"
#include "seaweed/filer.h"

namespace kelp::seaweed {

class SmqWatch {
 public:
  /// An entry that was made or changed; null: events may have been missed, look yourself.
  using Told = std::function<void(std::shared_ptr<const filer_pb::Entry>)>;

  explicit SmqWatch(Filer& filer);
  ~SmqWatch();
  SmqWatch(const SmqWatch&) = delete;
  SmqWatch& operator=(const SmqWatch&) = delete;

  /// `told` runs on the calling shard, from events that happen after this call on, and for those
  /// of the seconds before it perhaps. One per directory.
  void add(std::string directory, Told told);
  /// A `topic.conf` was made, or events may have been missed. Null: no more.
  void on_topic(std::function<void()> told);
  /// It may still be told what is on its way.
  void remove(const std::string& directory);

 private:
  struct Watcher {
    rt::Shard* shard;
    Told told;
  };

  void watch();
  void follow_once();
  void tell_of_topic();
  void tell(const filer_pb::SubscribeMetadataResponse& event);
  void tell_all_to_look();

  Filer& filer_;
  const std::unique_ptr<filer_pb::SeaweedFiler::Stub> stub_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  std::map<std::string, Watcher, std::less<>> watchers_;
  rt::Shard* topics_shard_ = nullptr;
  std::function<void()> told_of_topic_;
  grpc::ClientContext* context_ = nullptr;  // of the stream that is open
  bool stopping_ = false;
  int64_t seen_ns_;  // of the last event; the thread's
  int32_t epoch_ = 0;
  const int32_t client_id_;
  std::thread thread_;
};

}  // namespace kelp::seaweed
