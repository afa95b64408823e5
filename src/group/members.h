// The members of one classic group, in the order in which they joined. Keeps what would otherwise
// be counted again at each event: who waits for the end of the join phase, how many speak a
// protocol, which member is which instance. Owned by ClassicGroup. Invariant: the counts are those
// of a recount (check).
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "group/member.h"

namespace kelp::group {

class Members {
 public:
  using iterator = std::list<Member>::iterator;
  using const_iterator = std::list<Member>::const_iterator;

  Members() = default;
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  size_t size() const { return list_.size(); }
  bool empty() const { return list_.empty(); }
  iterator begin() { return list_.begin(); }
  iterator end() { return list_.end(); }
  const_iterator begin() const { return list_.begin(); }
  const_iterator end() const { return list_.end(); }

  /// Null when there is none. A Member stays where it is until it is removed.
  Member* find(std::string_view member_id);
  const Member* find(std::string_view member_id) const;
  Member* with_instance(std::string_view instance_id);
  const Member* with_instance(std::string_view instance_id) const;

  Member& add(Member member);
  void remove(Member& member);
  void rename(Member& member, std::string member_id);
  void set_protocols(Member& member, std::vector<Protocol> protocols);

  /// Members that wait for the answer to their JoinGroup.
  size_t joining() const { return joining_; }
  void park_join(Member& member, Parked parked);
  void unpark_join(Member& member);

  /// Whether every member speaks one of these. True without members.
  bool agree_on_one_of(const std::vector<Protocol>& protocols) const;
  /// The protocol that gets most votes: each member votes for the first of its list that all
  /// speak. Of equals, the one that was voted for first. There must be one.
  std::string vote() const;
  /// The longest that a member asked for; at least 0.
  int32_t rebalance_timeout_ms() const;

  void check(std::string_view group_id) const;

 private:
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  template <class Value>
  using ByText = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

  void count_protocols(const Member& member, int by);

  std::list<Member> list_;
  ByText<iterator> by_id_;
  ByText<iterator> by_instance_;
  ByText<size_t> speakers_;  // of a protocol
  size_t joining_ = 0;
};

}  // namespace kelp::group
