#include "cleaner/disk_budget.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace kelp::cleaner {
namespace {

class Choice {
 public:
  Choice(std::vector<TopicUsage> topics, std::span<const LogUsage> logs, const EvictionTerms& terms)
      : topics_(std::move(topics)), logs_(logs), terms_(terms), chosen_(logs.size()) {
    uint64_t evictable = 0;
    for (const TopicUsage& topic : topics_) evictable += topic.bytes;
    const uint64_t others = terms.used_bytes - std::min(terms.used_bytes, evictable);
    const uint64_t left = terms.target_bytes - std::min(terms.target_bytes, others);
    share_ = topics_.empty() ? 0 : left / topics_.size();
  }

  std::vector<Eviction> make() {
    std::vector<size_t> all(logs_.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = i;
    const std::vector<size_t> small = evict(all, share_);
    evict(small, 0);
    std::vector<Eviction> result;
    for (size_t i = 0; i < chosen_.size(); ++i) {
      if (chosen_[i].segments == 0) continue;
      result.push_back(chosen_[i]);
      result.back().log = i;
    }
    return result;
  }

 private:
  /// The oldest comes out first; of the same age, that of the larger topic, so that those who set
  /// no timestamps are treated alike.
  struct Candidate {
    int64_t timestamp_ms;
    uint64_t topic_bytes;
    size_t log;
    bool operator<(const Candidate& other) const {
      return std::tuple(other.timestamp_ms, topic_bytes, other.log) <
             std::tuple(timestamp_ms, other.topic_bytes, log);
    }
  };

  const Segment* next_of(size_t log) const {
    const auto& segments = logs_[log].segments;
    return chosen_[log].segments < segments.size() ? &segments[chosen_[log].segments] : nullptr;
  }
  bool is_enough() const { return terms_.used_bytes - freed_ <= terms_.target_bytes; }

  /// From topics of more than `share` bytes. Which logs were passed over for their topics' being
  /// smaller.
  std::vector<size_t> evict(const std::vector<size_t>& from, uint64_t share) {
    std::vector<size_t> passed_over;
    std::priority_queue<Candidate> queue;
    const auto add = [&](size_t log) {
      if (const Segment* next = next_of(log)) {
        queue.push({next->max_timestamp_ms, topics_[logs_[log].topic].bytes, log});
      }
    };
    for (const size_t log : from) add(log);
    while (!queue.empty() && !is_enough()) {
      const size_t log = queue.top().log;
      queue.pop();
      TopicUsage& topic = topics_[logs_[log].topic];
      const uint64_t bytes = std::min(next_of(log)->size_bytes, topic.bytes);
      if (share > 0 && topic.bytes <= share) {
        passed_over.push_back(log);
      } else if (topic.bytes - bytes >= topic.floor_bytes) {
        topic.bytes -= bytes;
        freed_ += std::min(bytes, terms_.used_bytes - freed_);
        chosen_[log].bytes += bytes;
        ++chosen_[log].segments;
        add(log);
      }
    }
    return passed_over;
  }

  std::vector<TopicUsage> topics_;
  const std::span<const LogUsage> logs_;
  const EvictionTerms terms_;
  std::vector<Eviction> chosen_;  // by log
  uint64_t share_ = 0;
  uint64_t freed_ = 0;
};

}  // namespace

std::vector<Eviction> choose_evictions(std::vector<TopicUsage> topics,
                                       std::span<const LogUsage> logs, const EvictionTerms& terms) {
  return Choice(std::move(topics), logs, terms).make();
}

}  // namespace kelp::cleaner
