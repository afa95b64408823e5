#include "wire/registry.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "wire/03_metadata.h"
#include "wire/12_heartbeat.h"
#include "wire/15_describe_groups.h"
#include "wire/49_alter_client_quotas.h"
#include "wire/coordinator_record.h"
#include "wire/json.h"
#include "wire/records/consumer_protocol.h"
#include "wire/records/group_records.h"
#include "wire/schema.h"
#include "wire/utf8.h"

namespace kelp::wire {
namespace {

void expect_random_round_trips(const MessageOps& ops, int16_t version, RandomSource& random) {
  for (int i = 0; i < 8; ++i) {
    AnyMessage message(ops), from_bytes(ops), from_text(ops);
    message.fill_randomly(random, version);
    const Slice bytes = message.encode(version).slice();
    EXPECT_EQ(bytes.size(), message.size_of(version));
    const auto decoded = from_bytes.decode_exactly(bytes, version);
    ASSERT_TRUE(decoded) << decoded.error().text();
    EXPECT_EQ(from_bytes.to_json(version), message.to_json(version));
    EXPECT_EQ(from_bytes.encode(version).slice(), bytes);

    const auto json = parse_json(boost::json::serialize(message.to_json(version)));
    ASSERT_TRUE(json) << json.error().text();
    const auto read = from_text.from_json(*json, version);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(from_text.encode(version).slice(), bytes);
  }
}

TEST(Registry, random_messages_of_every_type_and_version_round_trip) {
  RandomSource random(7);
  for (const auto& table : {messages(), internal_messages()})
    for (const MessageInfo& info : table)
      for (int16_t v = info.ops->versions.min; v <= info.ops->versions.max; ++v) {
        SCOPED_TRACE(fmt::format("{} v{}", info.ops->name, v));
        expect_random_round_trips(*info.ops, v, random);
        if (testing::Test::HasFatalFailure()) return;
      }
}

TEST(Registry, names_and_keys_are_unique_and_requests_match_their_responses) {
  std::set<std::string_view> names;
  for (const auto& table : {messages(), internal_messages()}) {
    for (const MessageInfo& info : table) {
      EXPECT_TRUE(names.insert(info.ops->name).second) << info.ops->name;
      EXPECT_EQ(find_message(info.ops->name), &info);
      if (info.kind != MessageKind::request) continue;
      EXPECT_EQ(find_message(MessageKind::request, info.key), &info);
      const MessageInfo* response = find_message(MessageKind::response, info.key);
      ASSERT_NE(response, nullptr) << info.ops->name;
      EXPECT_EQ(response->ops->versions, info.ops->versions) << info.ops->name;
    }
  }
  EXPECT_EQ(find_message("NoSuchRequest"), nullptr);
}

/// Tags are written in the order of describe(), and the protocol wants them rising (KIP-482).
class TagsRise : public FieldVisitor {
 public:
  void field(const Field& field, const Type& type, void*) override {
    if (field.tag) {
      EXPECT_GE(*field.tag, next_) << field.name;
      next_ = *field.tag + 1;
    }
    const Type* inner = &type;
    while (inner->inner) inner = inner->inner;
    if (inner->kind != Kind::structure) return;
    TagsRise nested;
    inner->describe(inner->fresh, nested);
  }

 private:
  uint32_t next_ = 0;
};

TEST(Schema, describes_tagged_fields_in_rising_order) {
  for (const auto& table : {messages(), internal_messages()}) {
    for (const MessageInfo& info : table) {
      SCOPED_TRACE(info.ops->name);
      TagsRise visitor;
      info.ops->type().describe(info.ops->type().fresh, visitor);
    }
  }
}

TEST(Schema, says_each_field_in_a_line) {
  EXPECT_EQ(schema_text(ops<HeartbeatRequest>()),
            "HeartbeatRequest, versions 0-4, flexible 4+\n"
            "  GroupId: string, 0+\n"
            "  GenerationId: int32, 0+\n"
            "  MemberId: string, 0+\n"
            "  GroupInstanceId: nullable string, 3+\n");
}

TEST(Json, refuses_what_the_version_or_the_type_does_not_have) {
  const auto fault = [](std::string_view text, int16_t version) {
    const auto message = from_json<DescribeGroupsResponse>(*parse_json(text), version);
    return message ? "none" : message.error().what;
  };
  EXPECT_EQ(fault("{}", 0), "none");
  EXPECT_EQ(fault(R"({"groups":[{"errorCode":70000}]})", 0),
            "groups: [0]: errorCode: a number out of the field's range");
  EXPECT_EQ(fault(R"({"groups":[{"groupId":7}]})", 0), "groups: [0]: groupId: not a string");
  EXPECT_EQ(fault(R"({"groups":[{"groupId":null}]})", 0), "groups: [0]: groupId: not a string");
  EXPECT_EQ(fault(R"({"groups":[{"members":[{"memberMetadata":"?"}]}]})", 0),
            "groups: [0]: members: [0]: memberMetadata: not Base64");
  EXPECT_EQ(fault(R"({"throttleTimeMs":1})", 0), "a field that the version does not have");
  EXPECT_EQ(fault(R"({"throttleTimeMs":1})", 1), "none");
}

TEST(Json, refuses_null_in_a_version_without_null) {
  const auto json = parse_json(R"({"topics":null})");
  EXPECT_EQ(from_json<MetadataRequest>(*json, 0).error().what,
            "topics: null where the version has no null");
  EXPECT_EQ(from_json<MetadataRequest>(*json, 1)->topics, std::nullopt);
}

TEST(Json, keeps_every_bit_of_numbers) {
  const auto json = parse_json("[9223372036854775807,-9223372036854775808,1.7976931348623157E308]");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->at(0).as_int64(), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(json->at(1).as_int64(), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(json->at(2).as_double(), std::numeric_limits<double>::max());
  EXPECT_FALSE(parse_json("{} x"));
  EXPECT_FALSE(parse_json("{"));
  EXPECT_FALSE(parse_json(""));
}

TEST(Utf8, replaces_only_what_is_not_well_formed) {
  EXPECT_EQ(valid_utf8("a\u00e9\u4e2d\U0001f600"), "a\u00e9\u4e2d\U0001f600");
  EXPECT_EQ(valid_utf8("\xff"), "\ufffd");
  EXPECT_EQ(valid_utf8("\xc0\x80"), "\ufffd\ufffd");                        // overlong
  EXPECT_EQ(valid_utf8("\xed\xa0\x80"), "\ufffd\ufffd\ufffd");              // a surrogate
  EXPECT_EQ(valid_utf8("\xf4\x90\x80\x80x"), "\ufffd\ufffd\ufffd\ufffdx");  // beyond U+10FFFF
  EXPECT_EQ(valid_utf8("\xe4\xb8"), "\ufffd\ufffd");                        // cut short
}

TEST(Codec, cuts_a_string_that_is_too_long_for_its_version) {
  DescribeGroupsResponse response;
  response.groups.resize(1);
  response.groups[0].group_id = std::string(32766, 'g') + "\u00e9";  // the last one has 2 bytes
  const auto v0 = decode_exactly<DescribeGroupsResponse>(encode(response, 0).slice(), 0);
  ASSERT_TRUE(v0);
  EXPECT_EQ(v0->groups[0].group_id, std::string(32766, 'g'));
  const auto v5 = decode_exactly<DescribeGroupsResponse>(encode(response, 5).slice(), 5);
  ASSERT_TRUE(v5);
  EXPECT_EQ(v5->groups[0].group_id.size(), 32768U);
}

TEST(Codec, writes_null_as_empty_where_the_version_has_no_null) {
  GroupMetadataValue value;
  value.protocol_type = "consumer";
  value.members.resize(1);
  const auto back = decode_exactly<GroupMetadataValue>(encode(value, 3).slice(), 3);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->leader, std::nullopt);
}

TEST(CoordinatorRecord, stands_behind_its_type_or_version) {
  OffsetCommitKey key;
  key.group = "g";
  key.topic = "t";
  key.partition = 3;
  const Slice bytes = encode_record_key(key).slice();
  EXPECT_EQ(bytes.text(), std::string("\0\1\0\1g\0\1t\0\0\0\3", 12));
  const auto split = split_prefix(bytes);
  ASSERT_TRUE(split);
  EXPECT_EQ(split->prefix, OffsetCommitKey::record_type);
  EXPECT_EQ(decode_record_key<OffsetCommitKey>(*split)->partition, 3);
  EXPECT_FALSE(split_prefix(bytes.sub(0, 1)));
}

TEST(CoordinatorRecord, of_a_newer_version_is_refused_unless_asked) {
  ConsumerProtocolAssignment assignment;
  assignment.assigned_partitions.resize(1);
  assignment.assigned_partitions[0].topic = "t";
  Slice bytes = encode_versioned(assignment, 3).slice();
  EXPECT_TRUE(decode_versioned<ConsumerProtocolAssignment>(bytes));
  bytes.patch()[1] = 9;
  EXPECT_EQ(decode_versioned<ConsumerProtocolAssignment>(bytes).error().kind,
            ErrorKind::unsupported);
  const auto newest = decode_versioned_or_newest<ConsumerProtocolAssignment>(bytes);
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->assigned_partitions[0].topic, "t");
  bytes.patch()[0] = 0xff;
  EXPECT_FALSE(decode_versioned_or_newest<ConsumerProtocolAssignment>(bytes));
}

}  // namespace
}  // namespace kelp::wire
