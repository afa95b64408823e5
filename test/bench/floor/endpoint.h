// The least that a Kafka client will talk to: ApiVersions 0, Metadata 1, ListOffsets 1, Produce 3,
// Fetch 4, one thread, one file a partition. It is the floor that benchmarks are held against: what
// the kernel must do for the same bytes, and nothing else. No broker: loopback only, no recovery,
// no groups, a Fetch is answered from one partition.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "bench/floor/log_file.h"
#include "bench/floor/message.h"

namespace kelp::floor {

/// Of a clock that only goes forward.
int64_t now_ms();

struct Options {
  uint16_t port = 0;
  int partitions = 1;
  std::string directory;
  /// Answers Produce after fdatasync; whoever waits shares one.
  bool sync = false;
};

/// A reply: bytes, and a range of a file behind them.
struct Outgoing {
  std::string head;
  size_t head_sent = 0;
  int fd = -1;
  int64_t position = 0;
  size_t file_bytes = 0;
};

struct WaitingFetch {
  int32_t correlation_id = 0;
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;
  size_t max_bytes = 0, min_bytes = 0;
  int64_t deadline_ms = 0;
};

struct Client {
  int fd = -1;
  std::vector<uint8_t> received;
  size_t filled = 0;
  std::list<Outgoing> outgoing;
  std::unique_ptr<WaitingFetch> waiting;
  bool wants_room = false;  // told when the socket takes more
};

class Endpoint {
 public:
  explicit Endpoint(Options options);
  ~Endpoint();

  uint16_t port() const { return port_; }
  /// Until SIGTERM.
  void serve();

 private:
  struct Unsynced {
    Client* client;
    std::string frame;
  };

  void accept_all();
  void on_event(Client& client, uint32_t events);
  /// False: the client is gone.
  bool receive(Client& client);
  void handle(Client& client, std::span<uint8_t> request);
  void api_versions(Client& client, Reply reply, int16_t version);
  void metadata(Client& client, Reply reply, Fields request);
  void list_offsets(Client& client, Reply reply, Fields request);
  void produce(Client& client, Reply reply, Fields request);
  void fetch(Client& client, int32_t correlation_id, Fields request);
  bool answer_fetch(Client& client, const WaitingFetch& fetch, bool now);
  void answer_waiting();
  void reply_with(Client& client, std::string frame);
  void send(Client& client);
  void forget(Client& client);
  void begin_sync();
  void finish_sync();
  void sync_files();
  int64_t next_deadline_ms() const;

  const Options options_;
  std::vector<LogFile> partitions_;
  std::list<std::unique_ptr<Client>> clients_;
  int epoll_ = -1, listener_ = -1, synced_event_ = -1;
  uint16_t port_ = 0;
  bool appended_ = false;  // since waiting fetches were looked at

  // The syncing thread gets files and says when they are on the disk.
  std::vector<Unsynced> unsynced_, being_synced_;
  std::vector<bool> dirty_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::vector<int> to_sync_;
  bool ending_ = false;
  std::thread syncer_;
};

}  // namespace kelp::floor
