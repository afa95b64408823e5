// Batches and message sets that Apache Kafka's own classes made: the readers give exactly what
// Kafka's give, and refuse what it refuses. The file's lines: {name, valid, batches, hex}.
#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/json.hpp>

#include "record/batch.h"
#include "record/builder.h"
#include "record/control.h"
#include "record/legacy.h"
#include "record/reader.h"
#include "record/validate.h"

namespace kelp::record {
namespace {

namespace json = boost::json;

struct Golden {
  std::string name;
  bool valid;
  json::array batches;
  std::vector<uint8_t> bytes;
};

std::vector<uint8_t> from_hex(std::string_view hex) {
  const auto digit = [](char c) { return static_cast<uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); };
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<uint8_t>(digit(hex[i]) << 4 | digit(hex[i + 1])));
  }
  return bytes;
}

std::string to_hex(Bytes bytes) {
  std::string hex;
  for (const uint8_t byte : bytes) hex += fmt::format("{:02x}", byte);
  return hex;
}

const std::vector<Golden>& golden() {
  static const std::vector<Golden> all = [] {
    std::string text;
    gzFile file = gzopen(KELP_GOLDEN_DIR "/record-batches.jsonl.gz", "rb");
    char piece[65536];
    for (int got = 0; file != nullptr && (got = gzread(file, piece, sizeof piece)) > 0;) {
      text.append(piece, static_cast<size_t>(got));
    }
    gzclose(file);
    std::vector<Golden> lines;
    for (size_t at = 0, end = 0; at < text.size(); at = end + 1) {
      end = std::min(text.find('\n', at), text.size());
      const json::value line = json::parse(std::string_view(text).substr(at, end - at));
      lines.push_back({std::string(line.at("name").as_string()), line.at("valid").as_bool(),
                       line.at("batches").as_array(), from_hex(line.at("hex").as_string())});
    }
    return lines;
  }();
  return all;
}

json::value to_json(const std::optional<Bytes>& bytes) {
  return bytes ? json::value(to_hex(*bytes)) : json::value(nullptr);
}

json::array to_json(const Headers& headers) {
  json::array out;
  for (const Header& header : headers) {
    out.push_back(json::array{json::value(std::string(header.key)), to_json(header.value)});
  }
  return out;
}

json::object header_json(const BatchView& batch) {
  json::object out{
      {"magic", batch.magic()},
      {"codec", name_of(batch.codec().value_or(Codec::none))},
      {"sizeInBytes", batch.size_in_bytes()},
      {"baseOffset", batch.base_offset().value()},
      {"lastOffset", batch.last_offset().value()},
      {"maxTimestamp", batch.max_timestamp()},
      {"timestampType",
       batch.timestamp_type() == TimestampType::create_time ? "CreateTime" : "LogAppendTime"},
      {"crc", batch.crc()},
      {"leaderEpoch", batch.leader_epoch().value()},
      {"producerId", batch.producer_id()},
      {"producerEpoch", batch.producer_epoch()},
      {"baseSequence", batch.base_sequence()},
      {"lastSequence", batch.last_sequence()},
      {"transactional", batch.is_transactional()},
      {"control", batch.is_control()},
      {"count", batch.record_count()}};
  if (const auto horizon = batch.delete_horizon_ms()) out["deleteHorizonMs"] = *horizon;
  return out;
}

void add_control(const BatchView& batch, json::object& record) {
  const Result<ControlType> type = control_type(batch);
  if (!type) return;
  const char* const names[] = {"ABORT", "COMMIT", "LEADER_CHANGE"};
  record["controlType"] = names[static_cast<int>(*type)];
  if (const auto marker = read_end_txn_marker(batch)) {
    record["coordinatorEpoch"] = marker->coordinator_epoch;
  }
}

/// The batch as Kafka's line has it; null if it does not read to the end.
json::value batch_json(const BatchView& batch) {
  json::object out = header_json(batch);
  json::array records;
  Result<RecordReader> reader = RecordReader::open(batch);
  while (reader) {
    const Result<const Record*> record = reader->next();
    if (!record) return nullptr;
    if (*record == nullptr) break;
    json::object entry{
        {"offset", (*record)->offset.value()},
        {"timestamp", (*record)->timestamp_ms},
        {"sequence", batch.base_sequence() < 0
                         ? -1
                         : sequence_after(batch.base_sequence(), reader->offset_delta())},
        {"key", to_json((*record)->key)},
        {"value", to_json((*record)->value)},
        {"headers", to_json((*record)->headers)}};
    if (batch.is_control()) add_control(batch, entry);
    records.push_back(entry);
  }
  out["records"] = std::move(records);
  return out;
}

/// All records of a message set, as lines of the golden batches have them.
std::optional<json::array> legacy_json(Bytes set) {
  json::array out;
  MessageSetReader reader(set);
  for (;;) {
    const auto message = reader.next();
    if (!message) return std::nullopt;
    if (*message == nullptr) return out;
    out.push_back(json::object{{"offset", (*message)->offset.value()},
                               {"timestamp", (*message)->timestamp_ms},
                               {"key", to_json((*message)->key)},
                               {"value", to_json((*message)->value)},
                               {"headers", json::array{}}});
  }
}

bool is_legacy(const Golden& line) {
  return line.name.ends_with("-m0") || line.name.ends_with("-m1");
}

TEST(Golden, has_every_line) { EXPECT_EQ(golden().size(), 110U); }

TEST(Golden, batches_of_magic_2_read_as_in_kafka) {
  int compared = 0;
  for (const Golden& line : golden()) {
    if (!line.valid || is_legacy(line)) continue;
    BatchCursor cursor(line.bytes);
    for (const json::value& wanted : line.batches) {
      const std::optional<BatchView> batch = cursor.next();
      ASSERT_TRUE(batch) << line.name;
      EXPECT_TRUE(batch->crc_is_right()) << line.name;
      json::value got = batch_json(*batch);
      if (!batch->is_control()) {
        EXPECT_EQ(got, wanted) << line.name << "\n" << got << "\n" << wanted;
      } else {
        for (const auto& [key, value] : wanted.as_object()) {
          EXPECT_EQ(got.as_object()[key], value) << line.name << " " << key;
        }
      }
      ++compared;
    }
    EXPECT_FALSE(cursor.next());
    EXPECT_TRUE(cursor.rest().empty()) << line.name;
  }
  EXPECT_GT(compared, 60);
}

TEST(Golden, message_sets_read_as_in_kafka) {
  int compared = 0;
  for (const Golden& line : golden()) {
    if (!line.valid || !is_legacy(line)) continue;
    json::array wanted;
    for (const json::value& batch : line.batches) {
      for (const json::value& record : batch.at("records").as_array()) wanted.push_back(record);
    }
    const auto got = legacy_json(line.bytes);
    ASSERT_TRUE(got) << line.name;
    EXPECT_EQ(*got, wanted) << line.name << "\n" << *got << "\n" << wanted;
    ++compared;
  }
  EXPECT_EQ(compared, 36);
}

TEST(Golden, message_sets_convert_to_one_batch_with_the_same_records) {
  for (const Golden& line : golden()) {
    if (!line.valid || !is_legacy(line)) continue;
    const auto converted = up_convert(Slice::copy_of(line.bytes));
    ASSERT_TRUE(converted) << line.name;
    const auto validated = validate_produced(
        *converted, ProduceRules{.timestamp_after_max_ms = std::numeric_limits<int64_t>::max()});
    ASSERT_TRUE(validated) << line.name << validated.error().message;
    EXPECT_TRUE(validated->has_dense_offsets);
    EXPECT_EQ(validated->view().is_compressed(), line.batches[0].at("codec") != "none");
    const json::value batch = batch_json(validated->view());
    const json::array& got = batch.at("records").as_array();
    size_t at = 0;
    for (const json::value& wanted_batch : line.batches) {
      for (const json::value& wanted : wanted_batch.at("records").as_array()) {
        ASSERT_LT(at, got.size());
        EXPECT_EQ(got[at].at("offset"), json::value(at)) << line.name;
        for (const char* field : {"timestamp", "key", "value"}) {
          EXPECT_EQ(got[at].at(field), wanted.at(field)) << line.name << field;
        }
        ++at;
      }
    }
    EXPECT_EQ(at, got.size());
  }
}

TEST(Golden, damaged_ones_are_refused) {
  int refused = 0;
  for (const Golden& line : golden()) {
    if (line.valid) continue;
    const Result<BatchView> first = first_batch(line.bytes);
    const bool reads = first && first->crc_is_right();
    EXPECT_FALSE(reads) << line.name;
    EXPECT_FALSE(validate_produced(Slice::copy_of(line.bytes), ProduceRules{})) << line.name;
    const auto legacy = legacy_json(line.bytes);
    EXPECT_FALSE(legacy && !legacy->empty()) << line.name;
    ++refused;
  }
  EXPECT_EQ(refused, 8);
}

}  // namespace
}  // namespace kelp::record
