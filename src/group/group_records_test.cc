// Bytes of __consumer_offsets, as Kafka 4.3.1 wrote them; the consumer protocol; placement.
#include "group/group_records.h"

#include <gtest/gtest.h>

#include <limits>

#include "group/consumer_protocol.h"
#include "group/group_under_test.h"
#include "group/placement.h"
#include "wire/coordinator_record.h"

namespace kelp::group {
namespace {

std::string hex(Bytes bytes) {
  std::string text;
  for (const uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

Slice from_hex(std::string_view text) {
  Buffer bytes(text.size() / 2);
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes.data()[i] =
        static_cast<uint8_t>(std::stoi(std::string(text.substr(2 * i, 2)), nullptr, 16));
  return bytes.slice();
}

TEST(GroupRecords, a_commit_is_written_as_kafka_writes_it) {
  CommittedOffset committed;
  committed.offset = 5;
  committed.metadata = "x";
  committed.commit_wall_ms = 0x1a20ae086a3;
  committed.topic_id = *Uuid::parse("9wdgunb8Rh2M0ZXPQfagjw");
  const Record record = commit_record("q1b", "t1", 0, committed);
  EXPECT_EQ(hex(record.key), "000100037131620002743100000000");
  EXPECT_EQ(
      hex(*record.value),
      "00040000000000000005ffffffff0278000001a20ae086a3010010f70760ba76fc461d8cd195cf41f6a08f");
}

TEST(GroupRecords, a_commit_with_a_retention_time_is_written_as_kafka_writes_it) {
  CommittedOffset committed;
  committed.offset = 5;
  committed.metadata = "x";
  committed.commit_wall_ms = 0x1a20ae0867b;
  committed.expire_wall_ms = committed.commit_wall_ms + 100'000;
  committed.topic_id = *Uuid::parse("9wdgunb8Rh2M0ZXPQfagjw");
  EXPECT_EQ(hex(*commit_record("q1a", "t1", 0, committed).value),
            "00010000000000000005000178000001a20ae0867b000001a20ae20d1b");
}

constexpr std::string_view kGroupOfOne =
    "00030008636f6e73756d657200000001000572616e6765002769312d36323763323364392d666533662d346234392d"
    "393062612d333137393663396162646636000001a20ae46ce700000001002769312d36323763323364392d66653366"
    "2d346234392d393062612d3331373936633961626466360002693100026341000a2f3132372e302e302e3100002710"
    "00002710000000016d000000024131";

TEST(GroupRecords, a_group_is_read_and_written_as_kafka_wrote_it) {
  GroupUnderTest test;
  ASSERT_TRUE(
      test.coordinator->replay(from_hex("000200087331393630323132"), from_hex(kGroupOfOne)));
  test.group_id = "s1960212";
  EXPECT_EQ(test.state(), State::stable);
  const auto described = test.describe();
  EXPECT_EQ(described.members.at(0).group_instance_id, "i1");
  EXPECT_EQ(described.members.at(0).member_assignment.text(), "A1");
  auto read = wire::decode_versioned<wire::GroupMetadataValue>(from_hex(kGroupOfOne));
  ASSERT_TRUE(read);
  const Record written = group_record("s1960212", *read);
  EXPECT_EQ(hex(written.key), "000200087331393630323132");
  EXPECT_EQ(hex(*written.value), kGroupOfOne);
}

TEST(GroupRecords, a_group_begins_as_kafka_writes_it) {
  GroupUnderTest test;
  test.group_id = "q7";
  test.now.wall_ms = 0x1a20ae086fc;
  test.join("");
  ASSERT_EQ(test.log.size(), 1u);
  EXPECT_EQ(hex(test.log[0].key), "000200027137");
  EXPECT_EQ(hex(*test.log[0].value), "0003000000000000ffffffff000001a20ae086fc00000000");
}

TEST(GroupRecords, a_group_whose_members_left_is_written_as_kafka_writes_it) {
  GroupUnderTest test(GroupSettings{.initial_rebalance_delay_ms = 0});
  test.group_id = "c1960212";
  test.now.wall_ms = 0x1a20ae46d14;
  const auto joined = test.join("", {.version = 3, .type = "connect"});
  test.leave(joined->member_id);
  EXPECT_EQ(hex(*test.log.back().value),
            "00030007636f6e6e65637400000002ffffffff000001a20ae46d1400000000");
}

TEST(GroupRecords, of_older_formats_are_read) {
  GroupUnderTest test;
  // Record type 0 with value version 0, as Kafka 0.8.2 wrote it; type 1 with version 3.
  ASSERT_TRUE(test.coordinator->replay(from_hex("0000000167000274310000000"
                                                "1"),
                                       from_hex("0000000000000000000900016d0000000000000001")));
  ASSERT_TRUE(test.coordinator->replay(from_hex("00010001670002743100000002"),
                                       from_hex("0003000000000000000800000007000000000000000000"
                                                "01")));
  EXPECT_EQ(test.committed("t1", 1), 9);
  EXPECT_EQ(test.committed("t1", 2), 8);
  EXPECT_EQ(test.coordinator->offsets_of("g")->find("t1", 2)->leader_epoch, 7);
}

TEST(GroupRecords, of_other_kinds_are_passed_over_and_damage_is_an_error) {
  GroupUnderTest test;
  EXPECT_TRUE(test.coordinator->replay(from_hex("0003000167"), from_hex("0000")));
  EXPECT_FALSE(test.coordinator->replay(from_hex("00"), std::nullopt));
  EXPECT_FALSE(test.coordinator->replay(from_hex("0001000567"), std::nullopt));
  EXPECT_FALSE(test.coordinator->replay(from_hex("000200027137"), from_hex("0063")));
  const Slice value = from_hex(kGroupOfOne);
  for (size_t size = 0; size < value.size(); ++size)
    EXPECT_FALSE(test.coordinator->replay(from_hex("000200027137"), value.sub(0, size))) << size;
  EXPECT_EQ(test.coordinator->size(), 0u);
}

TEST(GroupRecords, tombstones_are_read) {
  GroupUnderTest test;
  test.commit(1);
  const auto ids = test.stable(1);
  const Record offset = commit_tombstone("g", "t1", 0);
  const Record group = group_tombstone("g");
  test.log.push_back(group);
  test.restart();
  EXPECT_EQ(test.state(), State::empty);  // it still stores an offset
  EXPECT_EQ(test.describe().protocol_type, "");
  test.log.push_back(offset);
  test.restart();
  EXPECT_EQ(test.coordinator->size(), 0u);
}

TEST(GroupRecords, of_a_group_that_contradict_themselves_make_a_group_that_does_not) {
  wire::GroupMetadataValue value;
  value.leader = "nobody";
  for (const char* id : {"a", "a", ""}) {
    auto& member = value.members.emplace_back();
    member.member_id = id;
    member.group_instance_id = "same";
    member.session_timeout = -5;
  }
  const Record record = group_record("g", value);
  GroupUnderTest test;
  ASSERT_TRUE(test.coordinator->replay(record.key, record.value));
  test.coordinator->check_invariants();
  EXPECT_EQ(test.group().members().size(), 1u);
  EXPECT_EQ(test.group().leader(), "a");
  test.run(test.coordinator->on_loaded(test.now));
  test.advance(1);
  EXPECT_EQ(test.state(), State::empty);
}

TEST(GroupRecords, a_commit_before_all_time_is_over_at_once) {
  GroupUnderTest test;
  CommittedOffset committed;
  committed.offset = 1;
  committed.commit_wall_ms = std::numeric_limits<int64_t>::min();
  test.log.push_back(commit_record("g", "t1", 0, committed));
  test.restart();
  EXPECT_EQ(test.committed(), 1);
  test.advance(24 * 3'600'000);  // of seven days
  EXPECT_EQ(test.committed(), -1);
}

TEST(GroupRecords, the_last_generation_is_followed_by_the_first) {
  wire::GroupMetadataValue value;
  value.generation = std::numeric_limits<int32_t>::max();
  value.protocol_type = "consumer";
  value.protocol = "range";
  value.leader = "a";
  auto& member = value.members.emplace_back();
  member.member_id = "a";
  member.session_timeout = 10'000;
  const Record record = group_record("g", value);
  GroupUnderTest test;
  ASSERT_TRUE(test.coordinator->replay(record.key, record.value));
  test.run(test.coordinator->on_loaded(test.now));
  EXPECT_EQ(test.generation(), std::numeric_limits<int32_t>::max());
  test.advance(10'000);  // its session ends
  EXPECT_EQ(test.state(), State::empty);
  EXPECT_EQ(test.generation(), 1);
}

TEST(ConsumerProtocol, a_subscription_of_each_version_is_read) {
  wire::ConsumerProtocolSubscription said;
  said.topics = {"t1", "t2"};
  said.user_data = Slice::copy_of("u");
  auto& owned = said.owned_partitions.emplace_back();
  owned.topic = "t1";
  owned.partitions = {3};
  said.generation_id = 8;
  said.rack_id = "r";
  for (int16_t version = 0; version <= 3; ++version) {
    const auto read = decode_subscription(wire::encode_versioned(said, version).slice());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->topics, said.topics);
    EXPECT_EQ(read->user_data->text(), "u");
    EXPECT_EQ(read->owned_partitions.size(), version >= 1 ? 1u : 0u);
    EXPECT_EQ(read->generation_id, version >= 2 ? 8 : -1);
    EXPECT_EQ(read->rack_id.has_value(), version >= 3);
  }
}

TEST(ConsumerProtocol, a_newer_version_is_read_as_the_newest_that_is_known) {
  wire::ConsumerProtocolSubscription said;
  said.topics = {"t1"};
  const Buffer newest = wire::encode_prefixed(12, said, 3);
  Buffer longer(newest.size() + 2);
  std::memcpy(longer.data(), newest.data(), newest.size());
  EXPECT_EQ(decode_subscription(longer.slice())->topics, said.topics);
}

TEST(ConsumerProtocol, what_is_none_is_nothing) {
  for (const char* bytes : {"", "00", "ffff00000000ffffffff", "000000000001", "deadbeef",
                            "00007fffffff", "0003ffffffff"})
    EXPECT_FALSE(decode_subscription(from_hex(bytes))) << bytes;
  EXPECT_FALSE(decode_assignment(Slice()));
}

TEST(ConsumerProtocol, an_assignment_is_read) {
  wire::ConsumerProtocolAssignment given;
  auto& topic = given.assigned_partitions.emplace_back();
  topic.topic = "t1";
  topic.partitions = {1, 2};
  const auto read = decode_assignment(wire::encode_versioned(given, 1).slice());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->assigned_partitions.at(0).partitions, (std::vector<int32_t>{1, 2}));
}

TEST(Placement, is_that_of_java) {
  // Values of Java's String.hashCode().
  EXPECT_EQ(java_string_hash(""), 0);
  EXPECT_EQ(java_string_hash("a"), 97);
  EXPECT_EQ(java_string_hash("hello"), 99162322);
  EXPECT_EQ(java_string_hash("polygenelubricants"), std::numeric_limits<int32_t>::min());
  EXPECT_EQ(java_string_hash("\xc3\xa4"), 228);
  EXPECT_EQ(java_string_hash("\xe2\x82\xac"), 8364);
  EXPECT_EQ(java_string_hash("\xf0\x9f\x98\x80"), 0xd83d * 31 + 0xde00);
  EXPECT_EQ(partition_of_group("hello"), 22);
  EXPECT_EQ(partition_of_group("polygenelubricants"), 0);
  EXPECT_EQ(partition_of_group(""), 0);
}

TEST(Placement, bytes_that_are_no_text_count_as_replacement_characters) {
  EXPECT_EQ(java_string_hash("\xff"), 0xfffd);
  EXPECT_EQ(java_string_length("\xc3"), 1u);
  EXPECT_EQ(java_string_length("\xed\xa0\x80"), 3u);  // half of a surrogate pair
  EXPECT_EQ(java_string_length("\xf0\x9f\x98\x80x"), 3u);
}

TEST(Offsets, of_a_transaction_count_when_it_is_committed) {
  Offsets offsets;
  CommittedOffset at;
  at.offset = 4;
  offsets.replay("t", 0, at);
  at.offset = 9;
  offsets.add_pending(77, "t", 0, at);
  offsets.add_pending(78, "t", 1, at);
  EXPECT_TRUE(offsets.has_pending("t", 0));
  EXPECT_EQ(offsets.find("t", 0)->offset, 4);
  offsets.end_transaction(77, true);
  offsets.end_transaction(78, false);
  offsets.end_transaction(79, true);
  EXPECT_FALSE(offsets.has_pending("t", 0));
  EXPECT_EQ(offsets.find("t", 0)->offset, 9);
  EXPECT_EQ(offsets.find("t", 1), nullptr);
  offsets.check("g");
}

}  // namespace
}  // namespace kelp::group
