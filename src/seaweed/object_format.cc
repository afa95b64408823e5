#include "seaweed/object_format.h"

#include <cstring>

#include "base/crc32c.h"
#include "base/endian.h"

namespace kelp::seaweed {
namespace {

constexpr std::string_view kObjectMagic = "KLPO";
constexpr std::string_view kSuccessorMagic = "KLPS";
constexpr size_t kPreamble = 8;
/// A head has some 80 bytes: what claims more is none.
constexpr uint32_t kMaxHeadBytes = 4096;

std::string_view topic_bytes(const engine::PartitionId& id) {
  return {reinterpret_cast<const char*>(id.topic_id.bytes.data()), id.topic_id.bytes.size()};
}

/// Magic, length and head; the rest follows.
template <class Head>
std::optional<std::pair<Head, size_t>> decode_head(const Slice& bytes, std::string_view magic) {
  if (bytes.size() < kPreamble || !bytes.text().starts_with(magic)) return std::nullopt;
  const auto length = load_big<uint32_t>(bytes.data() + magic.size());
  if (length > kMaxHeadBytes || length > bytes.size() - kPreamble) return std::nullopt;
  Head head;
  if (!head.ParseFromArray(bytes.data() + kPreamble, static_cast<int>(length))) return std::nullopt;
  return std::pair{std::move(head), kPreamble + length};
}

template <class Head>
void encode_head(const Head& head, size_t head_bytes, std::string_view magic, uint8_t* to) {
  std::memcpy(to, magic.data(), magic.size());
  store_big<uint32_t>(to + magic.size(), static_cast<uint32_t>(head_bytes));
  const bool done = head.SerializeToArray(to + kPreamble, static_cast<int>(head_bytes));
  KELP_ASSERT(done);
}

}  // namespace

FileId file_of(const stored::FileIds& run, uint32_t index) {
  KELP_ASSERT(index < run.count(), index, run.count());
  return {run.volume(), run.first_key() + index, run.cookie()};
}

FileId file_of(const stored::Object& object) {
  return {object.volume(), object.key(), object.cookie()};
}

Result<stored::FileIds> run_of(const filer_pb::AssignVolumeResponse& assigned) {
  auto first = parse_file_id(assigned.file_id());
  if (!first.has_value()) return std::unexpected(std::move(first.error()));
  if (assigned.count() < 2) return fail(ErrorKind::io, "the filer assigned no run of files");
  stored::FileIds run;
  run.set_volume(first->volume);
  run.set_first_key(first->key);
  run.set_cookie(first->cookie);
  run.set_count(static_cast<uint32_t>(assigned.count()));
  return run;
}

Slice encode_object(NewObject& object) {
  stored::ObjectHead& head = object.head;
  size_t bytes = 0;
  uint32_t crc = 0;
  for (const Slice& part : object.parts) {
    bytes += part.size();
    crc = crc32c(part, crc);
  }
  head.set_size_bytes(static_cast<uint32_t>(bytes));
  head.set_crc(crc);
  const size_t head_bytes = head.ByteSizeLong();
  Buffer buffer(kPreamble + head_bytes + bytes);
  encode_head(head, head_bytes, kObjectMagic, buffer.data());
  uint8_t* to = buffer.data() + kPreamble + head_bytes;
  for (const Slice& part : object.parts) {
    if (!part.empty()) std::memcpy(to, part.data(), part.size());
    to += part.size();
  }
  Slice whole = buffer.slice();
  object.batches = whole.from(kPreamble + head_bytes);
  return whole;
}

std::optional<NewObject> decode_object(const Slice& bytes) {
  auto head = decode_head<stored::ObjectHead>(bytes, kObjectMagic);
  if (!head.has_value()) return std::nullopt;
  NewObject object{
      .head = std::move(head->first), .parts = {}, .batches = bytes.from(head->second)};
  if (object.batches.size() != object.head.size_bytes()) return std::nullopt;
  if (crc32c(object.batches) != object.head.crc()) return std::nullopt;
  return object;
}

stored::Object listed(const NewObject& object, const FileId& file) {
  stored::Object listed;
  listed.set_volume(file.volume);
  listed.set_key(file.key);
  listed.set_cookie(file.cookie);
  listed.set_base(object.head.base());
  listed.set_next(object.head.next());
  listed.set_size_bytes(object.head.size_bytes());
  listed.set_crc(object.head.crc());
  listed.set_max_timestamp_ms(object.head.max_timestamp_ms());
  return listed;
}

void set_partition(stored::ObjectHead& head, const engine::PartitionId& id) {
  head.set_topic_id(std::string(topic_bytes(id)));
  head.set_partition(id.index);
}

bool is_of(const stored::ObjectHead& head, const engine::PartitionId& id) {
  return head.topic_id() == topic_bytes(id) && head.partition() == id.index;
}

Slice encode_successor(const stored::Successor& successor) {
  const size_t bytes = successor.ByteSizeLong();
  Buffer buffer(kPreamble + bytes);
  encode_head(successor, bytes, kSuccessorMagic, buffer.data());
  return buffer.slice();
}

std::optional<stored::Successor> decode_successor(const Slice& bytes,
                                                  const engine::PartitionId& id) {
  auto head = decode_head<stored::Successor>(bytes, kSuccessorMagic);
  if (!head.has_value() || head->second != bytes.size()) return std::nullopt;
  if (head->first.topic_id() != topic_bytes(id) || head->first.partition() != id.index) {
    return std::nullopt;
  }
  return std::move(head->first);
}

}  // namespace kelp::seaweed
