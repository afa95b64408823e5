// What a description of a group says, as rows, tables and JSON: from what was found, asking
// nothing.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/group_queries.h"
#include "cli/table.h"

namespace kelp::cli {

using LogEnds = std::map<client::TopicPartition, client::FoundOffset>;

/// A partition that the group has an offset of, or a member.
struct OffsetRow {
  client::TopicPartition at;
  std::optional<CommittedOffset> committed;
  std::optional<int64_t> log_end;  // nothing: no leader said it
  const GroupMember* member = nullptr;

  std::optional<int64_t> lag() const;
};

/// The partitions of a group's rows.
std::set<client::TopicPartition> partitions_of(const GroupDescription& group,
                                               const CommittedOffsets& committed);

/// By topic and partition. Rows point into `group`.
std::vector<OffsetRow> offset_rows(const GroupDescription& group, const CommittedOffsets& committed,
                                   const LogEnds& ends);

Table offsets_table(bool verbose);
void add_offsets(Table& table, const GroupDescription& group, const std::vector<OffsetRow>& rows,
                 bool verbose);
Table members_table(bool verbose);
void add_members(Table& table, const GroupDescription& group, bool verbose);
Table state_table(bool verbose);
void add_state(Table& table, const GroupDescription& group, bool verbose);

boost::json::array offsets_json(const std::vector<OffsetRow>& rows);
boost::json::array members_json(const GroupDescription& group);
/// Without offsets and members.
boost::json::object group_json(const GroupDescription& group);

}  // namespace kelp::cli
