// Keys and values of the records in control batches (KIP-98, KIP-595, KIP-853), each behind its
// version as int16.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

struct ControlRecordTypeSchema {
  static constexpr std::string_view name = "ControlRecordTypeSchema";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  int16_t type = 0;

  static constexpr void describe(auto& m, auto&& f) { f(m.type, "Type"); }
};

struct EndTxnMarker {
  static constexpr std::string_view name = "EndTxnMarker";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  int32_t coordinator_epoch = 0;

  static constexpr void describe(auto& m, auto&& f) { f(m.coordinator_epoch, "CoordinatorEpoch"); }
};

// v1: +voters.voter_directory_id, +granting_voters.voter_directory_id
struct LeaderChangeMessage {
  static constexpr std::string_view name = "LeaderChangeMessage";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct Voter {
    int32_t voter_id = 0;
    Uuid voter_directory_id;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.voter_id, "VoterId");
      f(m.voter_directory_id, "VoterDirectoryId", since(1));
    }
  };

  int16_t version = 0;
  int32_t leader_id = 0;
  std::vector<Voter> voters;
  std::vector<Voter> granting_voters;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.version, "Version");
    f(m.leader_id, "LeaderId");
    f(m.voters, "Voters");
    f(m.granting_voters, "GrantingVoters");
  }
};

struct SnapshotHeaderRecord {
  static constexpr std::string_view name = "SnapshotHeaderRecord";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  int16_t version = 0;
  int64_t last_contained_log_timestamp = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.version, "Version");
    f(m.last_contained_log_timestamp, "LastContainedLogTimestamp");
  }
};

struct SnapshotFooterRecord {
  static constexpr std::string_view name = "SnapshotFooterRecord";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  int16_t version = 0;

  static constexpr void describe(auto& m, auto&& f) { f(m.version, "Version"); }
};

struct KRaftVersionRecord {
  static constexpr std::string_view name = "KRaftVersionRecord";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  int16_t version = 0;
  int16_t kraft_version = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.version, "Version");
    f(m.kraft_version, "KRaftVersion");
  }
};

struct VotersRecord {
  static constexpr std::string_view name = "VotersRecord";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct Endpoint {
    std::string name;
    std::string host;
    uint16_t port = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.host, "Host");
      f(m.port, "Port");
    }
  };

  struct KRaftVersionFeature {
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.min_supported_version, "MinSupportedVersion");
      f(m.max_supported_version, "MaxSupportedVersion");
    }
  };

  struct Voter {
    int32_t voter_id = 0;
    Uuid voter_directory_id;
    std::vector<Endpoint> endpoints;
    KRaftVersionFeature kraft_version_feature;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.voter_id, "VoterId");
      f(m.voter_directory_id, "VoterDirectoryId");
      f(m.endpoints, "Endpoints");
      f(m.kraft_version_feature, "KRaftVersionFeature");
    }
  };

  int16_t version = 0;
  std::vector<Voter> voters;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.version, "Version");
    f(m.voters, "Voters");
  }
};

}  // namespace kelp::wire
