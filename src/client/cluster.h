// Cluster: what our own command line asks of a Kafka cluster, any one since 2.1: brokers, topics,
// group coordinators, offsets. Blocking, one thread; each call ends within the timeout. Connections
// to brokers are opened when first needed and kept.
#pragma once

#include <chrono>
#include <compare>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error_code.h"
#include "base/result.h"
#include "client/connection.h"
#include "wire/03_metadata.h"

namespace kelp::client {

struct TopicPartition {
  std::string topic;
  int32_t partition = 0;

  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

struct Broker {
  int32_t id = -1;
  Address address;
};

/// Why a group, topic or partition has no answer; `message` is the broker's or empty.
struct Fault {
  ErrorCode code = ErrorCode::unknown_server_error;
  std::string message;
};
/// By the name of the group.
using GroupFaults = std::map<std::string, Fault>;

/// Whether another try, at the coordinator of then, may be answered.
bool is_about_coordinator(ErrorCode code);
/// Whether another try, after a look at the metadata, may find the leader.
bool is_about_leader(ErrorCode code);

/// For a person: without the kind.
std::string words_of(const Error& error);

/// What ListOffsets takes instead of a time.
inline constexpr int64_t kLatest = -1;
inline constexpr int64_t kEarliest = -2;

/// Numbers of the protocol's isolation_level.
enum class Isolation : int8_t { read_uncommitted = 0, read_committed = 1 };

/// Whether asking about a topic may create it, where the cluster allows that.
enum class Creation : uint8_t { never, allowed };

struct FoundOffset {
  ErrorCode error = ErrorCode::none;
  int64_t offset = -1;  // -1: no record is that late
};

class Cluster {
 public:
  struct Options {
    std::vector<Address> bootstrap;
    std::chrono::milliseconds timeout{30'000};
    std::string client_id = "kelp";
  };

  /// The first bootstrap server that answers. Errors: those of all of them.
  static Result<Cluster> connect(Options options);

  const std::vector<Broker>& brokers() const { return brokers_; }
  std::chrono::milliseconds timeout() const { return options_.timeout; }
  Deadline deadline() const { return Clock::now() + options_.timeout; }

  /// The connection to whichever broker answers; a broken one is replaced.
  Result<Connection*> any_broker(Deadline deadline);
  /// Errors name the broker, and say that its advertised address may be wrong.
  Result<Connection*> connection_to(const Broker& broker, Deadline deadline);
  /// One of the caller's own, for requests that are under way for long.
  Result<Connection> open_connection(const Broker& broker, Deadline deadline) const;

  /// Topics that do not exist come with their error.
  Result<wire::MetadataResponse> metadata(const std::set<std::string>& topics,
                                          Creation creation = Creation::never);

  /// Asked of one coordinator: about these of its groups. Returns those without an answer; the
  /// coordinator's retriable errors are tried again, wherever the coordinator is then.
  using Ask =
      std::function<Result<GroupFaults>(Connection& connection, const Broker& coordinator,
                                        const std::vector<std::string>& groups, Deadline deadline)>;
  /// Calls `ask` until every group has an answer, an error that stays, or time is up.
  Result<GroupFaults> ask_coordinators(std::vector<std::string> groups, const Ask& ask);

  /// The first offset at or after each time in milliseconds, or kLatest or kEarliest. For
  /// read_committed the latest is the last stable offset.
  Result<std::map<TopicPartition, FoundOffset>> find_offsets(
      const std::map<TopicPartition, int64_t>& times_ms,
      Isolation isolation = Isolation::read_uncommitted);

 private:
  explicit Cluster(Options options, Connection bootstrap)
      : options_(std::move(options)), bootstrap_(std::move(bootstrap)) {}

  using Coordinated = std::map<int32_t, std::pair<Broker, std::vector<std::string>>>;
  Result<Coordinated> find_coordinators(const std::vector<std::string>& groups, GroupFaults& faults,
                                        Deadline deadline);
  Result<wire::MetadataResponse> ask_metadata(const std::set<std::string>& topics,
                                              Deadline deadline, Creation creation);
  using Wanted = std::map<TopicPartition, int64_t>;
  struct Search {
    Isolation isolation;
    Deadline deadline;
  };
  Result<void> find_at_leader(const Broker& leader, const Wanted& wanted,
                              std::map<TopicPartition, FoundOffset>& found, const Search& search);

  Options options_;
  Connection bootstrap_;
  std::vector<Broker> brokers_;
  std::map<int32_t, Connection> connections_;
};

}  // namespace kelp::client
