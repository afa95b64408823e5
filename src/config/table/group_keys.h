// Keys of group, transaction and share coordinators.
// Part of the one table (config/key_table.h); sorted by name.
#pragma once

#include "config/table/words.h"

namespace kelp::config::table {

inline constexpr Key kGroupKeys[] = {
    broker("group.consumer.assignment.interval.ms", kInt, "1000")
        .at_least(0)
        .dynamic()
        .without_effect(kLater),
    broker("group.consumer.assignors", kList, "uniform,range").without_effect(kLater),
    broker("group.consumer.heartbeat.interval.ms", kInt, "5000").at_least(1).without_effect(kLater),
    broker("group.consumer.max.assignment.interval.ms", kInt, "15000")
        .at_least(0)
        .without_effect(kLater),
    broker("group.consumer.max.heartbeat.interval.ms", kInt, "15000")
        .at_least(1)
        .without_effect(kLater),
    broker("group.consumer.max.session.timeout.ms", kInt, "60000")
        .at_least(1)
        .without_effect(kLater),
    broker("group.consumer.max.size", kInt, "2147483647").at_least(1).without_effect(kLater),
    broker("group.consumer.migration.policy", kString, "bidirectional")
        .one_of(kMigrationPolicies, Check::Kind::one_of_any_case)
        .without_effect(kLater),
    broker("group.consumer.min.assignment.interval.ms", kInt, "0")
        .at_least(0)
        .without_effect(kLater),
    broker("group.consumer.min.heartbeat.interval.ms", kInt, "5000")
        .at_least(1)
        .without_effect(kLater),
    broker("group.consumer.min.session.timeout.ms", kInt, "45000")
        .at_least(1)
        .without_effect(kLater),
    broker("group.consumer.regex.refresh.interval.ms", kInt, "600000")
        .at_least(10000)
        .from(Known::kafka_internal)
        .without_effect(kLater),
    broker("group.consumer.session.timeout.ms", kInt, "45000").at_least(1).without_effect(kLater),
    broker("group.coordinator.append.linger.ms", kInt, "-1")
        .at_least(-1)
        .without_effect(kNoSuchPart),
    broker("group.coordinator.background.threads", kInt, "2").at_least(1).without_effect(kShards),
    broker("group.coordinator.cached.buffer.max.bytes", kInt, "1048588")
        .at_least(524288)
        .dynamic()
        .without_effect(kNoSuchPart),
    broker("group.coordinator.new.enable", kBool, "false")
        .from(Known::kafka_3_9)
        .without_effect(kNoSuchPart),
    broker("group.coordinator.rebalance.protocols", kList, "classic,consumer,streams")
        .one_of(kRebalanceProtocols, Check::Kind::distinct_list_of)
        .without_effect(kLater, "The rebalance protocols that are offered."),
    broker("group.coordinator.threads", kInt, "4").at_least(1).without_effect(kShards),
    broker("group.initial.rebalance.delay.ms", kInt, "3000")
        .honoured("How long the first rebalance of an empty group waits for more members."),
    broker("group.max.session.timeout.ms", kInt, "1800000")
        .honoured("The longest session timeout a member may ask for."),
    broker("group.max.size", kInt, "2147483647")
        .at_least(1)
        .honoured("The most members of a group."),
    broker("group.min.session.timeout.ms", kInt, "6000")
        .honoured("The shortest session timeout a member may ask for."),
    broker("group.share.assignment.interval.ms", kInt, "1000")
        .at_least(0)
        .dynamic()
        .without_effect(kLater),
    broker("group.share.assignors", kList, "simple").without_effect(kLater),
    broker("group.share.delivery.count.limit", kInt, "5").between(2, 10).without_effect(kLater),
    broker("group.share.enable", kBool, "false").from(Known::kafka_3_9).without_effect(kLater),
    broker("group.share.heartbeat.interval.ms", kInt, "5000").at_least(1).without_effect(kLater),
    broker("group.share.initialize.retry.interval.ms", kInt, "30000")
        .at_least(1)
        .from(Known::kafka_internal)
        .without_effect(kLater),
    broker("group.share.max.assignment.interval.ms", kInt, "15000")
        .at_least(0)
        .without_effect(kLater),
    broker("group.share.max.delivery.count.limit", kInt, "10")
        .between(5, 25)
        .without_effect(kLater),
    broker("group.share.max.heartbeat.interval.ms", kInt, "15000")
        .at_least(1)
        .without_effect(kLater),
    broker("group.share.max.partition.max.record.locks", kInt, "4000")
        .between(2000, 10000)
        .without_effect(kLater),
    broker("group.share.max.record.lock.duration.ms", kInt, "60000")
        .between(30000, 3600000)
        .without_effect(kLater),
    broker("group.share.max.session.timeout.ms", kInt, "60000").at_least(1).without_effect(kLater),
    broker("group.share.max.share.sessions", kInt, "2000").at_least(1).without_effect(kLater),
    broker("group.share.max.size", kInt, "200").between(1, 1000).without_effect(kLater),
    broker("group.share.min.assignment.interval.ms", kInt, "0").at_least(0).without_effect(kLater),
    broker("group.share.min.delivery.count.limit", kInt, "2").between(2, 5).without_effect(kLater),
    broker("group.share.min.heartbeat.interval.ms", kInt, "5000")
        .at_least(1)
        .without_effect(kLater),
    broker("group.share.min.partition.max.record.locks", kInt, "100")
        .between(100, 2000)
        .without_effect(kLater),
    broker("group.share.min.record.lock.duration.ms", kInt, "15000")
        .between(1000, 30000)
        .without_effect(kLater),
    broker("group.share.min.session.timeout.ms", kInt, "45000").at_least(1).without_effect(kLater),
    broker("group.share.partition.max.record.locks", kInt, "2000")
        .between(100, 10000)
        .without_effect(kLater),
    broker("group.share.persister.class.name", kString,
           "org.apache.kafka.server.share.persister.DefaultStatePersister")
        .from(Known::kafka_internal)
        .without_effect(kJavaClass),
    broker("group.share.record.lock.duration.ms", kInt, "30000")
        .between(1000, 3600000)
        .without_effect(kLater),
    broker("group.share.session.timeout.ms", kInt, "45000").at_least(1).without_effect(kLater),
    broker("group.streams.assignment.interval.ms", kInt, "1000")
        .at_least(0)
        .dynamic()
        .without_effect(kLater),
    broker("group.streams.heartbeat.interval.ms", kInt, "5000").at_least(1).without_effect(kLater),
    broker("group.streams.initial.rebalance.delay.ms", kInt, "3000")
        .at_least(0)
        .without_effect(kLater),
    broker("group.streams.max.assignment.interval.ms", kInt, "15000")
        .at_least(0)
        .without_effect(kLater),
    broker("group.streams.max.heartbeat.interval.ms", kInt, "15000")
        .at_least(1)
        .without_effect(kLater),
    broker("group.streams.max.session.timeout.ms", kInt, "60000")
        .at_least(1)
        .without_effect(kLater),
    broker("group.streams.max.size", kInt, "2147483647").at_least(1).without_effect(kLater),
    broker("group.streams.max.standby.replicas", kInt, "2").at_least(0).without_effect(kLater),
    broker("group.streams.min.assignment.interval.ms", kInt, "0")
        .at_least(0)
        .without_effect(kLater),
    broker("group.streams.min.heartbeat.interval.ms", kInt, "5000")
        .at_least(1)
        .without_effect(kLater),
    broker("group.streams.min.session.timeout.ms", kInt, "45000")
        .at_least(1)
        .without_effect(kLater),
    broker("group.streams.num.standby.replicas", kInt, "0").at_least(0).without_effect(kLater),
    broker("group.streams.session.timeout.ms", kInt, "45000").at_least(1).without_effect(kLater),
    broker("offset.metadata.max.bytes", kInt, "4096")
        .honoured("The longest metadata of a committed offset."),
    broker("offsets.commit.timeout.ms", kInt, "5000").at_least(1).without_effect(kNoSuchPart),
    broker("offsets.load.buffer.size", kInt, "5242880").at_least(1).without_effect(kNoSuchPart),
    broker("offsets.retention.check.interval.ms", kLong, "600000")
        .at_least(1)
        .honoured("How often outlived offsets are looked for."),
    broker("offsets.retention.minutes", kInt, "10080")
        .at_least(1)
        .honoured("How long the offsets of a group without members are kept."),
    broker("offsets.topic.compression.codec", kInt, "0").without_effect(kNoSuchPart),
    broker("offsets.topic.num.partitions", kInt, "50")
        .at_least(1)
        .honoured("Partitions of __consumer_offsets."),
    broker("offsets.topic.replication.factor", kShort, "3")
        .at_least(1)
        .honoured("Replication factor of __consumer_offsets; at most the number of brokers."),
    broker("offsets.topic.segment.bytes", kInt, "104857600")
        .at_least(1)
        .honoured("Segment size of __consumer_offsets."),
    broker("share.coordinator.append.linger.ms", kInt, "-1")
        .at_least(-1)
        .without_effect(kNoSuchPart),
    broker("share.coordinator.cached.buffer.max.bytes", kInt, "1048588")
        .at_least(524288)
        .dynamic()
        .without_effect(kNoSuchPart),
    broker("share.coordinator.cold.partition.snapshot.interval.ms", kInt, "300000")
        .at_least(1)
        .from(Known::kafka_internal)
        .without_effect(kNoSuchPart),
    broker("share.coordinator.load.buffer.size", kInt, "5242880")
        .at_least(1)
        .without_effect(kNoSuchPart),
    broker("share.coordinator.snapshot.update.records.per.snapshot", kInt, "500")
        .between(0, 500)
        .without_effect(kNoSuchPart),
    broker("share.coordinator.state.topic.compression.codec", kInt, "0")
        .without_effect(kNoSuchPart),
    broker("share.coordinator.state.topic.min.isr", kShort, "2").at_least(1).without_effect(kLater),
    broker("share.coordinator.state.topic.num.partitions", kInt, "50")
        .at_least(1)
        .without_effect(kLater),
    broker("share.coordinator.state.topic.prune.interval.ms", kInt, "300000")
        .at_least(1)
        .from(Known::kafka_internal)
        .without_effect(kNoSuchPart),
    broker("share.coordinator.state.topic.replication.factor", kShort, "3")
        .at_least(1)
        .without_effect(kLater),
    broker("share.coordinator.state.topic.segment.bytes", kInt, "104857600")
        .at_least(1)
        .without_effect(kLater),
    broker("share.coordinator.threads", kInt, "1").at_least(1).without_effect(kShards),
    broker("share.coordinator.write.timeout.ms", kInt, "5000")
        .at_least(1)
        .without_effect(kNoSuchPart),
    broker("share.fetch.purgatory.purge.interval.requests", kInt, "1000")
        .without_effect(kNoSuchPart),
    broker("telemetry.max.bytes", kInt, "1048576").at_least(1).without_effect(kNoSuchPart),
    broker("transaction.abort.timed.out.transaction.cleanup.interval.ms", kInt, "10000")
        .at_least(1)
        .without_effect(kLater, "How often transactions that took too long are looked for."),
    broker("transaction.max.timeout.ms", kInt, "900000")
        .at_least(1)
        .without_effect(kLater, "The longest transaction timeout a producer may ask for."),
    broker("transaction.partition.verification.enable", kBool, "true")
        .dynamic()
        .without_effect(kNoSuchPart),
    broker("transaction.remove.expired.transaction.cleanup.interval.ms", kInt, "3600000")
        .at_least(1)
        .without_effect(kLater),
    broker("transaction.state.log.load.buffer.size", kInt, "5242880")
        .at_least(1)
        .without_effect(kNoSuchPart),
    broker("transaction.state.log.min.isr", kInt, "2")
        .at_least(1)
        .without_effect(kLater, "min.insync.replicas of __transaction_state."),
    broker("transaction.state.log.num.partitions", kInt, "50")
        .at_least(1)
        .without_effect(kLater, "Partitions of __transaction_state."),
    broker("transaction.state.log.replication.factor", kShort, "3")
        .at_least(1)
        .without_effect(
            kLater, "Replication factor of __transaction_state; at most the number of brokers."),
    broker("transaction.state.log.segment.bytes", kInt, "104857600")
        .at_least(1)
        .without_effect(kLater, "Segment size of __transaction_state."),
    broker("transaction.two.phase.commit.enable", kBool, "false").without_effect(kLater),
    broker("transactional.id.expiration.ms", kInt, "604800000")
        .at_least(1)
        .without_effect(kLater, "How long a silent transactional id is kept."),
};

}  // namespace kelp::config::table
