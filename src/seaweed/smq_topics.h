// SeaweedMQ's topics as the engine's shared topics: which there are, making and deleting them. A
// name in SeaweedMQ is used once: its broker goes on with the old offsets, so each name that Kelp
// made or deleted is kept for good, as an entry under <root>/smq-names. Any shard. Owner: the
// engine.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "seaweed/smq_broker.h"
#include "seaweed/smq_watch.h"
#include "smq/topic_names.h"

namespace kelp::seaweed {

/// A topic, and which generation of it: where its files are. As text: "kafka/orders@<ns>".
struct SmqPlace {
  smq::TopicName topic;
  int64_t unix_time_ns = 0;

  std::string text() const;
  /// malformed: not such a text, or a name that is none.
  static Result<SmqPlace> parse(std::string_view text);
  /// Of a topic's partitions; malformed: they are of several generations.
  static Result<SmqPlace> of(const std::vector<SmqPartition>& partitions);
};

class SmqTopics final : public engine::SharedTopics {
 public:
  SmqTopics(SmqBroker& broker, SmqWatch& watch) : broker_(broker), watch_(watch) {}

  Result<void> check(const engine::SharedTerms& terms) const override;
  int32_t max_partitions() const override { return smq::kMaxPartitions; }
  Task<Result<std::string>> create(std::string name, int32_t partitions) override;
  Task<Result<void>> drop(std::string place) override;
  Task<Result<std::vector<engine::SharedTopic>>> list() override;
  void on_new(std::function<void()> told) override { watch_.on_topic(std::move(told)); }

 private:
  const std::string& default_space() const { return broker_.filer().options().smq_namespace; }
  bool is_visible(std::string_view space) const;
  EntryPath claim_of(const smq::TopicName& topic) const;
  Task<Result<std::string>> claim_unused(std::string name);
  /// The names of a namespace that were claimed and begin with `prefix`.
  Task<Result<std::set<std::string>>> claimed(std::string space, std::string prefix);

  SmqBroker& broker_;
  SmqWatch& watch_;
};

}  // namespace kelp::seaweed
