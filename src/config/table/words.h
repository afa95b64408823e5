// The words that the rows of the key table share: types, reasons, lists of allowed values.
#pragma once

#include "config/key.h"

namespace kelp::config::table {

inline constexpr Type kBool = Type::boolean;
inline constexpr Type kString = Type::string;
inline constexpr Type kInt = Type::int32;
inline constexpr Type kShort = Type::int16;
inline constexpr Type kLong = Type::int64;
inline constexpr Type kDouble = Type::float64;
inline constexpr Type kList = Type::list;
inline constexpr Type kClass = Type::class_name;
inline constexpr Type kPassword = Type::password;

inline constexpr Check::Kind kNonEmpty = Check::Kind::non_empty;
inline constexpr Check::Kind kNonEmptyList = Check::Kind::non_empty_list;
inline constexpr Check::Kind kGzipLevel = Check::Kind::gzip_level;
inline constexpr Check::Kind kThrottled = Check::Kind::throttled_replicas;

inline constexpr int64_t kMinutes = 60'000;   // milliseconds
inline constexpr int64_t kHours = 3'600'000;  // milliseconds

// A process is not a data centre: bounds of kelp.shards and kelp.brokers.
inline constexpr int kMaxShards = 64;
inline constexpr int kMaxBrokers = 16;

// Why a key has no effect, or is refused.
inline constexpr std::string_view kOneProcess = "one process: no quorum, no replicas to manage";
inline constexpr std::string_view kShards = "threads are shards: kelp.shards";
inline constexpr std::string_view kJavaClass = "Java classes cannot be loaded";
inline constexpr std::string_view kNoTier = "no tiered storage";
inline constexpr std::string_view kSecurityLater = "TLS, SASL and ACLs come with a later version";
inline constexpr std::string_view kLater = "not enforced by this version yet";
inline constexpr std::string_view kGoneAtOnce = "files go at once: who reads them keeps them open";
inline constexpr std::string_view kThinIndex =
    "an index that is full is thinned out, and its segment goes on";
inline constexpr std::string_view kNoZooKeeper = "there is no ZooKeeper";
inline constexpr std::string_view kNoJavaMetrics = "there are no Java metrics";
inline constexpr std::string_view kNoSuchPart = "tunes a part that Kelp does not have";
inline constexpr std::string_view kNoTelemetry = "clients are not asked for their metrics";
inline constexpr std::string_view kVendor = "belongs to another vendor's distribution";

// Allowed values, in the order of Kafka's error messages.
inline constexpr std::string_view kCleanupPolicies[] = {"compact", "delete"};
inline constexpr std::string_view kClientAuth[] = {"required", "requested", "none"};
inline constexpr std::string_view kCompressionTypes[] = {"uncompressed", "zstd", "lz4",
                                                         "snappy",       "gzip", "producer"};
inline constexpr std::string_view kValidateAlways = "always", kValidateSampled = "sampled";
inline constexpr std::string_view kValidations[] = {kValidateSampled, kValidateAlways};
inline constexpr std::string_view kEngines[] = {"disk", "memory", "seaweed"};
inline constexpr std::string_view kIsolationLevels[] = {"read_committed", "read_uncommitted"};
inline constexpr std::string_view kJwtAlgorithms[] = {"ES256", "RS256"};
inline constexpr std::string_view kMigrationPolicies[] = {"DISABLED", "DOWNGRADE", "UPGRADE",
                                                          "BIDIRECTIONAL"};
inline constexpr std::string_view kProcessRoles[] = {"broker", "controller"};
inline constexpr std::string_view kRebalanceProtocols[] = {"consumer", "classic", "share",
                                                           "streams"};
inline constexpr std::string_view kSecurityProtocols[] = {"PLAINTEXT", "SSL", "SASL_PLAINTEXT",
                                                          "SASL_SSL"};
inline constexpr std::string_view kStorages[] = {"kelp", "smq"};
inline constexpr std::string_view kSmqMappings[] = {"envelope", "plain"};
inline constexpr std::string_view kTimestampTypes[] = {"CreateTime", "LogAppendTime"};

}  // namespace kelp::config::table
