// Keys that are known by how they begin, and the features whose levels may be set.
#pragma once

#include "config/table/words.h"

namespace kelp::config::table {

inline constexpr Family kFamilies[] = {
    {"config.providers.", kJavaClass},   // parameters of config.providers
    {"confluent.", kVendor},             // set by images of that vendor
    {"listener.name.", kSecurityLater},  // a listener's own TLS and SASL settings
    {"log4j.", kJavaClass},              // logging of a JVM
    {"rlmm.config.", kNoTier},           // remote.log.metadata.manager.impl.prefix
    {"rsm.config.", kNoTier},            // remote.log.storage.manager.impl.prefix
    {"zookeeper.", kNoZooKeeper},        // those that older versions had
};

/// Levels as Kafka 4.3 has them (KIP-584); a fresh broker begins at the default.
inline constexpr Feature kFeatures[] = {
    {"eligible.leader.replicas.version", 0, 1, 1},
    {"group.version", 0, 1, 1},
    {"kraft.version", 0, 1, 1},
    {"metadata.version", 7, 30, 30},
    {"share.version", 0, 1, 1},
    {"streams.version", 0, 1, 1},
    {"transaction.version", 0, 2, 2},
};

}  // namespace kelp::config::table
