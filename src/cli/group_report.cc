#include "cli/group_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/json_print.h"

namespace kelp::cli {
namespace {

using client::TopicPartition;

/// `orders:0,1;payments:3`, as --topic takes it.
std::string assignment_text(const GroupMember& member) {
  std::string text;
  for (const auto& [topic, partitions] : member.assigned) {
    if (!text.empty()) text += ';';
    text += fmt::format("{}:{}", topic, fmt::join(partitions, ","));
  }
  return text;
}

size_t assigned_count(const GroupMember& member) {
  size_t count = 0;
  for (const auto& [topic, partitions] : member.assigned) count += partitions.size();
  return count;
}

}  // namespace

std::optional<int64_t> OffsetRow::lag() const {
  int64_t lag = 0;
  if (!committed.has_value() || !log_end.has_value() ||
      __builtin_sub_overflow(*log_end, committed->offset, &lag)) {
    return std::nullopt;
  }
  return lag;
}

std::set<TopicPartition> partitions_of(const GroupDescription& group,
                                       const CommittedOffsets& committed) {
  std::set<TopicPartition> partitions;
  for (const auto& [at, offset] : committed) partitions.insert(at);
  for (const GroupMember& member : group.members) {
    for (const auto& [topic, numbers] : member.assigned) {
      for (const int32_t number : numbers) partitions.insert(TopicPartition{topic, number});
    }
  }
  return partitions;
}

std::vector<OffsetRow> offset_rows(const GroupDescription& group, const CommittedOffsets& committed,
                                   const LogEnds& ends) {
  std::map<TopicPartition, const GroupMember*> members;
  for (const GroupMember& member : group.members) {
    for (const auto& [topic, numbers] : member.assigned) {
      for (const int32_t number : numbers) members[TopicPartition{topic, number}] = &member;
    }
  }
  std::vector<OffsetRow> rows;
  for (const TopicPartition& at : partitions_of(group, committed)) {
    OffsetRow& row = rows.emplace_back();
    row.at = at;
    if (const auto found = committed.find(at); found != committed.end()) {
      row.committed = found->second;
    }
    const auto end = ends.find(at);
    if (end != ends.end() && end->second.error == ErrorCode::none) {
      row.log_end = end->second.offset;
    }
    if (const auto found = members.find(at); found != members.end()) row.member = found->second;
  }
  return rows;
}

Table offsets_table(bool verbose) {
  std::vector<std::string> heads{"GROUP",          "TOPIC",          "PARTITION",
                                 "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG",
                                 "CONSUMER-ID",    "HOST",           "CLIENT-ID"};
  if (verbose) heads.insert(heads.end(), {"LEADER-EPOCH", "METADATA"});
  return Table(std::move(heads));
}

void add_offsets(Table& table, const GroupDescription& group, const std::vector<OffsetRow>& rows,
                 bool verbose) {
  for (const OffsetRow& row : rows) {
    std::optional<int64_t> current;
    if (row.committed.has_value()) current = row.committed->offset;
    std::vector<std::string> cells{group.group,
                                   row.at.topic,
                                   std::to_string(row.at.partition),
                                   cell(current),
                                   cell(row.log_end),
                                   cell(row.lag()),
                                   row.member == nullptr ? "" : row.member->member_id,
                                   row.member == nullptr ? "" : row.member->host,
                                   row.member == nullptr ? "" : row.member->client_id};
    if (verbose) {
      const CommittedOffset committed = row.committed.value_or(CommittedOffset());
      cells.insert(cells.end(), {cell(committed.leader_epoch), committed.metadata});
    }
    table.add(cells);
  }
}

Table members_table(bool verbose) {
  std::vector<std::string> heads{"GROUP", "CONSUMER-ID", "GROUP-INSTANCE-ID",
                                 "HOST",  "CLIENT-ID",   "#PARTITIONS"};
  if (verbose) heads.insert(heads.end(), {"ASSIGNMENT", "SUBSCRIBED"});
  return Table(std::move(heads));
}

void add_members(Table& table, const GroupDescription& group, bool verbose) {
  for (const GroupMember& member : group.members) {
    std::vector<std::string> cells{
        group.group, member.member_id, member.instance_id.value_or(""),
        member.host, member.client_id, std::to_string(assigned_count(member))};
    if (verbose) {
      cells.insert(cells.end(),
                   {assignment_text(member), fmt::format("{}", fmt::join(member.subscribed, ","))});
    }
    table.add(cells);
  }
}

Table state_table(bool verbose) {
  std::vector<std::string> heads{"GROUP", "COORDINATOR", "ID", "ASSIGNMENT-STRATEGY",
                                 "STATE", "#MEMBERS"};
  if (verbose) heads.insert(heads.end(), {"TYPE", "PROTOCOL-TYPE", "GROUP-EPOCH"});
  return Table(std::move(heads));
}

void add_state(Table& table, const GroupDescription& group, bool verbose) {
  std::vector<std::string> cells{group.group,
                                 group.coordinator.address.text(),
                                 std::to_string(group.coordinator.id),
                                 group.assignor,
                                 group.state,
                                 std::to_string(group.members.size())};
  if (verbose) cells.insert(cells.end(), {group.type, group.protocol_type, cell(group.epoch)});
  table.add(cells);
}

boost::json::array offsets_json(const std::vector<OffsetRow>& rows) {
  boost::json::array list;
  for (const OffsetRow& row : rows) {
    boost::json::object each{{"topic", row.at.topic}, {"partition", row.at.partition}};
    if (row.committed.has_value()) {
      each["current_offset"] = row.committed->offset;
      each["leader_epoch"] = or_null(row.committed->leader_epoch);
      each["metadata"] = row.committed->metadata;
    } else {
      each["current_offset"] = nullptr;
      each["leader_epoch"] = nullptr;
      each["metadata"] = nullptr;
    }
    each["log_end_offset"] = or_null(row.log_end);
    each["lag"] = or_null(row.lag());
    if (row.member == nullptr) {
      each["member_id"] = nullptr;
    } else {
      each["member_id"] = row.member->member_id;
    }
    list.push_back(std::move(each));
  }
  return list;
}

boost::json::array members_json(const GroupDescription& group) {
  boost::json::array list;
  for (const GroupMember& member : group.members) {
    boost::json::array assigned;
    for (const auto& [topic, partitions] : member.assigned) {
      assigned.push_back(boost::json::object{
          {"topic", topic},
          {"partitions", boost::json::array(partitions.begin(), partitions.end())}});
    }
    list.push_back(boost::json::object{
        {"member_id", member.member_id},
        {"instance_id", or_null(member.instance_id)},
        {"client_id", member.client_id},
        {"host", member.host},
        {"subscribed", boost::json::array(member.subscribed.begin(), member.subscribed.end())},
        {"assigned", std::move(assigned)}});
  }
  return list;
}

boost::json::object group_json(const GroupDescription& group) {
  return boost::json::object{
      {"group", group.group},
      {"type", group.type},
      {"protocol_type", group.protocol_type},
      {"state", group.state},
      {"assignor", group.assignor},
      {"coordinator", boost::json::object{{"id", group.coordinator.id},
                                          {"host", group.coordinator.address.host},
                                          {"port", group.coordinator.address.port}}},
      {"group_epoch", or_null(group.epoch)},
      {"member_count", group.members.size()}};
}

}  // namespace kelp::cli
