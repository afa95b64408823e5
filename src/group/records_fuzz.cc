// Any bytes as records of __consumer_offsets, replayed into a coordinator that is then asked, and
// as what classic consumers put in JoinGroup and SyncGroup. A record: the key's size as uint16 (the
// top bit: a tombstone), the value's as uint16, both.
#include <algorithm>

#include "base/assert.h"
#include "base/endian.h"
#include "group/consumer_protocol.h"
#include "group/coordinator.h"

namespace kelp::group {
namespace {

class NoTopics final : public TopicNames {
 public:
  std::optional<Uuid> id_of(std::string_view) const override { return std::nullopt; }
  std::optional<std::string> name_of(const Uuid&) const override { return std::nullopt; }
  int32_t partitions_of(std::string_view) const override { return 0; }
};

struct RawRecord {
  Slice key;
  std::optional<Slice> value;
};

Slice take(Bytes& input, size_t size) {
  const Bytes taken = input.first(std::min(size, input.size()));
  input = input.subspan(taken.size());
  return Slice::copy_of(taken);
}

std::vector<RawRecord> records_of(Bytes input) {
  constexpr uint16_t kTombstone = 0x8000;
  std::vector<RawRecord> records;
  while (input.size() >= 4) {
    const auto key_size = load_big<uint16_t>(input.data());
    const auto value_size = load_big<uint16_t>(input.data() + 2);
    input = input.subspan(4);
    RawRecord& record = records.emplace_back();
    record.key = take(input, key_size & (kTombstone - 1U));
    if ((key_size & kTombstone) == 0) record.value = take(input, value_size);
  }
  return records;
}

/// What we make of a commit we would write so that it is read as the same.
void write_again(const ReadCommit& read) {
  if (!read.committed.has_value()) return;
  const Record record =
      commit_record(read.key.group, read.key.topic, read.key.partition, *read.committed);
  const auto again = read_record(record.key, record.value);
  KELP_ASSERT(again.has_value(), read.key.partition);
  const auto* commit = std::get_if<ReadCommit>(&*again);
  KELP_ASSERT(commit != nullptr && commit->committed.has_value(), read.key.partition);
  KELP_ASSERT(commit->committed->offset == read.committed->offset, read.committed->offset);
  KELP_ASSERT(commit->committed->metadata == read.committed->metadata, read.key.partition);
}

void ask(GroupCoordinator& coordinator, const std::string& group_id) {
  GroupCoordinator::AskedGroup asked;
  asked.group_id = group_id;
  (void)coordinator.fetch(asked, 8, true);
  (void)coordinator.describe(group_id, 5);
}

void run(Bytes input) {
  const GroupSettings settings;
  const NoTopics topics;
  GroupCoordinator coordinator(settings, topics);
  std::vector<std::string> groups;
  for (const RawRecord& record : records_of(input)) {
    (void)decode_subscription(record.key);
    (void)decode_assignment(record.key);
    const auto read = read_record(record.key, record.value);
    (void)coordinator.replay(record.key, record.value);
    if (!read.has_value()) continue;
    if (const auto* commit = std::get_if<ReadCommit>(&*read)) {
      write_again(*commit);
      groups.push_back(commit->key.group);
    } else if (const auto* group = std::get_if<ReadGroup>(&*read)) {
      groups.push_back(group->group_id);
    }
  }
  Now at;
  at.now_ms = 1'000;
  at.wall_ms = 1'700'000'000'000;
  Effects effects = coordinator.on_loaded(at);
  for (const std::string& group_id : groups) ask(coordinator, group_id);
  // A month later every session and every offset is over.
  constexpr int64_t kMonthMs = 30LL * 24 * 3'600'000;
  for (int step = 0; step < 4; ++step) {
    if (effects.append_id != 0) (void)coordinator.on_append(effects.append_id, ErrorCode::none, at);
    at.now_ms += kMonthMs;
    at.wall_ms += kMonthMs;
    effects = coordinator.on_time(at);
  }
  (void)coordinator.abandon(at);
}

}  // namespace
}  // namespace kelp::group

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kelp::group::run({data, size});
  return 0;
}
