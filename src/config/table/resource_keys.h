// Keys of groups (KIP-848, KIP-932, KIP-1071) and of subscriptions to client metrics (KIP-714), and
// from which broker keys groups take their defaults.
// Part of the one table (config/key_table.h); sorted by name.
#pragma once

#include "config/table/words.h"

namespace kelp::config::table {

inline constexpr Key kGroupResourceKeys[] = {
    group("consumer.assignment.interval.ms", kInt, "1000")
        .at_least(0)
        .defaults_to({"group.consumer.assignment.interval.ms"})
        .bounded_by("group.consumer.min.assignment.interval.ms",
                    "group.consumer.max.assignment.interval.ms")
        .without_effect(kLater, "Time between two assignments of a consumer group."),
    group("consumer.heartbeat.interval.ms", kInt, "5000")
        .at_least(1)
        .defaults_to({"group.consumer.heartbeat.interval.ms"})
        .bounded_by("group.consumer.min.heartbeat.interval.ms",
                    "group.consumer.max.heartbeat.interval.ms")
        .without_effect(kLater, "How often members of a consumer group send heartbeats."),
    group("consumer.session.timeout.ms", kInt, "45000")
        .at_least(1)
        .defaults_to({"group.consumer.session.timeout.ms"})
        .bounded_by("group.consumer.min.session.timeout.ms",
                    "group.consumer.max.session.timeout.ms")
        .without_effect(kLater, "Silence after which a member of a consumer group is gone."),
    group("share.assignment.interval.ms", kInt, "1000")
        .at_least(0)
        .defaults_to({"group.share.assignment.interval.ms"})
        .bounded_by("group.share.min.assignment.interval.ms",
                    "group.share.max.assignment.interval.ms")
        .without_effect(kLater, "Time between two assignments of a share group."),
    group("share.auto.offset.reset", kString, "latest")
        .checked(Check::Kind::offset_reset)
        .without_effect(kLater, "Where a share group begins: earliest, latest or by_duration:P…."),
    group("share.delivery.count.limit", kInt, "5")
        .at_least(2)
        .defaults_to({"group.share.delivery.count.limit"})
        .bounded_by("group.share.min.delivery.count.limit", "group.share.max.delivery.count.limit")
        .without_effect(kLater, "How often a record is given to a share group at most."),
    group("share.heartbeat.interval.ms", kInt, "5000")
        .at_least(1)
        .defaults_to({"group.share.heartbeat.interval.ms"})
        .bounded_by("group.share.min.heartbeat.interval.ms",
                    "group.share.max.heartbeat.interval.ms")
        .without_effect(kLater, "How often members of a share group send heartbeats."),
    group("share.isolation.level", kString, "read_uncommitted")
        .one_of(kIsolationLevels)
        .without_effect(kLater, "Which transactional records a share group is given."),
    group("share.partition.max.record.locks", kInt, "2000")
        .at_least(100)
        .defaults_to({"group.share.partition.max.record.locks"})
        .bounded_by("group.share.min.partition.max.record.locks",
                    "group.share.max.partition.max.record.locks")
        .without_effect(kLater, "Records of a partition that a share group has in hand at most."),
    group("share.record.lock.duration.ms", kInt, "30000")
        .at_least(1000)
        .defaults_to({"group.share.record.lock.duration.ms"})
        .bounded_by("group.share.min.record.lock.duration.ms",
                    "group.share.max.record.lock.duration.ms")
        .without_effect(kLater, "How long a member of a share group may keep a record."),
    group("share.renew.acknowledge.enable", kBool, "true")
        .without_effect(kLater, "Whether members of a share group may keep a record longer."),
    group("share.session.timeout.ms", kInt, "45000")
        .at_least(1)
        .defaults_to({"group.share.session.timeout.ms"})
        .bounded_by("group.share.min.session.timeout.ms", "group.share.max.session.timeout.ms")
        .without_effect(kLater, "Silence after which a member of a share group is gone."),
    group("streams.assignment.interval.ms", kInt, "1000")
        .at_least(0)
        .defaults_to({"group.streams.assignment.interval.ms"})
        .bounded_by("group.streams.min.assignment.interval.ms",
                    "group.streams.max.assignment.interval.ms")
        .without_effect(kLater, "Time between two assignments of a streams group."),
    group("streams.heartbeat.interval.ms", kInt, "5000")
        .at_least(1)
        .defaults_to({"group.streams.heartbeat.interval.ms"})
        .bounded_by("group.streams.min.heartbeat.interval.ms",
                    "group.streams.max.heartbeat.interval.ms")
        .without_effect(kLater, "How often members of a streams group send heartbeats."),
    group("streams.initial.rebalance.delay.ms", kInt, "3000")
        .at_least(0)
        .defaults_to({"group.streams.initial.rebalance.delay.ms"})
        .without_effect(kLater, "How long a new streams group waits for more members."),
    group("streams.num.standby.replicas", kInt, "0")
        .at_least(0)
        .defaults_to({"group.streams.num.standby.replicas"})
        .bounded_by("", "group.streams.max.standby.replicas")
        .without_effect(kLater, "Standby replicas of each task."),
    group("streams.session.timeout.ms", kInt, "45000")
        .at_least(1)
        .defaults_to({"group.streams.session.timeout.ms"})
        .bounded_by("group.streams.min.session.timeout.ms", "group.streams.max.session.timeout.ms")
        .without_effect(kLater, "Silence after which a member of a streams group is gone."),
};

inline constexpr Key kClientMetricsKeys[] = {
    client_metrics("interval.ms", kInt, "300000")
        .between(100, 3'600'000)
        .without_effect(kNoTelemetry, "How often a client pushes its metrics."),
    client_metrics("match", kList, "")
        .without_effect(kNoTelemetry, "Which clients: client_id=pattern,client_software_name=…."),
    client_metrics("metrics", kList, "")
        .without_effect(kNoTelemetry, "What the names of the wanted metrics begin with."),
};

}  // namespace kelp::config::table
