#include "cli/group_report.h"

#include <gtest/gtest.h>

#include "cli/terminal.h"

namespace kelp::cli {
namespace {

/// One member with t:1 and u:0, at 127.0.0.1.
GroupDescription a_group() {
  GroupDescription group;
  group.group = "g";
  group.type = "classic";
  group.protocol_type = "consumer";
  group.state = "Stable";
  group.assignor = "range";
  group.coordinator = client::Broker{2, client::Address{"host", 9093}};
  GroupMember& member = group.members.emplace_back();
  member.member_id = "m-1";
  member.client_id = "\x1b[2J";
  member.host = "/127.0.0.1";
  member.subscribed = {"t", "u"};
  member.assigned = {{"t", {1}}, {"u", {0}}};
  return group;
}

CommittedOffsets committed() {
  return {{{"t", 0}, {5, 3, "note"}}, {{"t", 1}, {9, std::nullopt, ""}}};
}

LogEnds ends() {
  return {{{"t", 0}, {ErrorCode::none, 8}},
          {{"t", 1}, {ErrorCode::none, 9}},
          {{"u", 0}, {ErrorCode::leader_not_available, -1}}};
}

TEST(GroupReport, shows_each_partition_that_is_committed_or_assigned) {
  const GroupDescription group = a_group();
  Table table = offsets_table(true);
  add_offsets(table, group, offset_rows(group, committed(), ends()), true);
  EXPECT_EQ(
      table.text(),
      "GROUP  TOPIC  PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG  CONSUMER-ID  HOST        "
      "CLIENT-ID  LEADER-EPOCH  METADATA\n"
      "g      t      0          5               8               3    -            -           "
      "-          3             note\n"
      "g      t      1          9               9               0    m-1          /127.0.0.1  "
      "\\x1b[2J    -             -\n"
      "g      u      0          -               -               -    m-1          /127.0.0.1  "
      "\\x1b[2J    -             -\n");
}

TEST(GroupReport, shows_members_and_what_they_have) {
  Table table = members_table(true);
  add_members(table, a_group(), true);
  EXPECT_EQ(table.text(),
            "GROUP  CONSUMER-ID  GROUP-INSTANCE-ID  HOST        CLIENT-ID  #PARTITIONS  "
            "ASSIGNMENT  SUBSCRIBED\n"
            "g      m-1          -                  /127.0.0.1  \\x1b[2J    2            "
            "t:1;u:0     t,u\n");
}

TEST(GroupReport, shows_the_state_and_the_coordinator) {
  Table table = state_table(false);
  add_state(table, a_group(), false);
  EXPECT_EQ(table.text(),
            "GROUP  COORDINATOR  ID  ASSIGNMENT-STRATEGY  STATE   #MEMBERS\n"
            "g      host:9093    2   range                Stable  1\n");
}

TEST(GroupReport, says_null_in_json_for_what_is_not_known) {
  const GroupDescription group = a_group();
  const auto rows = offset_rows(group, committed(), ends());
  EXPECT_EQ(boost::json::serialize(offsets_json(rows)),
            R"([{"topic":"t","partition":0,"current_offset":5,"leader_epoch":3,"metadata":"note",)"
            R"("log_end_offset":8,"lag":3,"member_id":null},)"
            R"({"topic":"t","partition":1,"current_offset":9,"leader_epoch":null,"metadata":"",)"
            R"("log_end_offset":9,"lag":0,"member_id":"m-1"},)"
            R"({"topic":"u","partition":0,"current_offset":null,"leader_epoch":null,)"
            R"("metadata":null,"log_end_offset":null,"lag":null,"member_id":"m-1"}])");
}

TEST(GroupReport, shows_a_lag_below_zero_as_it_is_and_none_that_overflows) {
  OffsetRow row;
  row.committed = CommittedOffset{10, std::nullopt, ""};
  row.log_end = 4;
  EXPECT_EQ(row.lag(), -6);
  row.log_end = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(row.lag(), std::nullopt);
}

TEST(Faults, name_kafkas_error_and_what_to_do) {
  EXPECT_EQ(explain(ErrorCode::non_empty_group),
            "NON_EMPTY_GROUP: the group has members; stop its consumers first");
  EXPECT_EQ(explain(client::Fault{ErrorCode::invalid_config, "no"}), "INVALID_CONFIG: no");
}

}  // namespace
}  // namespace kelp::cli
