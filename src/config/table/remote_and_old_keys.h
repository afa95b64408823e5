// Keys of tiered storage, of ZooKeeper, and those that Kafka 4 no longer knows.
// Part of the one table (config/key_table.h); sorted by name.
#pragma once

#include "config/table/words.h"

namespace kelp::config::table {

inline constexpr Key kRemoteAndOldKeys[] = {
    broker("auto.include.jmx.reporter", kBool, "true")
        .from(Known::kafka_3_9)
        .without_effect(kNoJavaMetrics),
    broker("broker.id.generation.enable", kBool, "true")
        .from(Known::kafka_3_9)
        .without_effect(kOneProcess),
    broker("control.plane.listener.name", kString, kNull)
        .from(Known::kafka_3_9)
        .without_effect(kOneProcess),
    broker("controlled.shutdown.max.retries", kInt, "3")
        .from(Known::kafka_3_9)
        .without_effect(kOneProcess),
    broker("controlled.shutdown.retry.backoff.ms", kLong, "5000")
        .from(Known::kafka_3_9)
        .without_effect(kOneProcess),
    broker("eligible.leader.replicas.enable", kBool, "false")
        .from(Known::kafka_3_9)
        .without_effect(kOneProcess),
    broker("follower.fetch.last.tiered.offset.enable", kBool, "false")
        .dynamic()
        .without_effect(kNoTier),
    broker("group.share.max.groups", kShort, "10")
        .between(1, 100)
        .from(Known::kafka_3_9)
        .without_effect(kLater),
    broker("inter.broker.protocol.version", kString, "3.9-IV0")
        .from(Known::kafka_3_9)
        .without_effect(kOneProcess),
    broker("leader.imbalance.per.broker.percentage", kInt, "10")
        .from(Known::kafka_3_9)
        .without_effect(kOneProcess),
    broker("log.message.downconversion.enable", kBool, "true")
        .dynamic()
        .from(Known::kafka_3_9)
        .without_effect(kNoSuchPart),
    broker("log.message.format.version", kString, "3.0-IV1")
        .from(Known::kafka_3_9)
        .without_effect(kNoSuchPart),
    broker("log.message.timestamp.difference.max.ms", kLong, "9223372036854775807")
        .at_least(0)
        .dynamic()
        .from(Known::kafka_3_9)
        .without_effect(kNoSuchPart),
    broker("offsets.commit.required.acks", kShort, "-1")
        .from(Known::kafka_3_9)
        .without_effect(kNoSuchPart),
    broker("remote.fetch.max.wait.ms", kInt, "500").at_least(1).dynamic().without_effect(kNoTier),
    broker("remote.list.offsets.request.timeout.ms", kLong, "30000")
        .at_least(1)
        .dynamic()
        .without_effect(kNoTier),
    broker("remote.log.index.file.cache.total.size.bytes", kLong, "1073741824")
        .at_least(1)
        .dynamic()
        .without_effect(kNoTier),
    broker("remote.log.index.file.cache.ttl.ms", kLong, "900000")
        .at_least(-1)
        .from(Known::kafka_internal)
        .without_effect(kNoTier),
    broker("remote.log.manager.copier.thread.pool.size", kInt, "10")
        .at_least(1)
        .dynamic()
        .without_effect(kNoTier),
    broker("remote.log.manager.copy.max.bytes.per.second", kLong, "9223372036854775807")
        .at_least(1)
        .dynamic()
        .without_effect(kNoTier),
    broker("remote.log.manager.copy.quota.window.num", kInt, "11")
        .at_least(1)
        .without_effect(kNoTier),
    broker("remote.log.manager.copy.quota.window.size.seconds", kInt, "1")
        .at_least(1)
        .without_effect(kNoTier),
    broker("remote.log.manager.expiration.thread.pool.size", kInt, "10")
        .at_least(1)
        .dynamic()
        .without_effect(kNoTier),
    broker("remote.log.manager.fetch.max.bytes.per.second", kLong, "9223372036854775807")
        .at_least(1)
        .dynamic()
        .without_effect(kNoTier),
    broker("remote.log.manager.fetch.quota.window.num", kInt, "11")
        .at_least(1)
        .without_effect(kNoTier),
    broker("remote.log.manager.fetch.quota.window.size.seconds", kInt, "1")
        .at_least(1)
        .without_effect(kNoTier),
    broker("remote.log.manager.follower.thread.pool.size", kInt, "2")
        .at_least(1)
        .dynamic()
        .without_effect(kNoTier),
    broker("remote.log.manager.task.interval.ms", kLong, "30000")
        .at_least(1)
        .without_effect(kNoTier),
    broker("remote.log.manager.task.retry.backoff.max.ms", kLong, "30000")
        .at_least(1)
        .from(Known::kafka_internal)
        .without_effect(kNoTier),
    broker("remote.log.manager.task.retry.backoff.ms", kLong, "500")
        .at_least(1)
        .from(Known::kafka_internal)
        .without_effect(kNoTier),
    broker("remote.log.manager.task.retry.jitter", kDouble, "0.2")
        .between(0, 0.5)
        .from(Known::kafka_internal)
        .without_effect(kNoTier),
    broker("remote.log.manager.thread.pool.size", kInt, "2").at_least(1).without_effect(kNoTier),
    broker("remote.log.metadata.custom.metadata.max.bytes", kInt, "128")
        .at_least(0)
        .without_effect(kNoTier),
    broker("remote.log.metadata.manager.class.name", kString,
           "org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager")
        .checked(kNonEmpty)
        .without_effect(kNoTier),
    broker("remote.log.metadata.manager.class.path", kString, kNull).without_effect(kNoTier),
    broker("remote.log.metadata.manager.impl.prefix", kString, "rlmm.config.")
        .checked(kNonEmpty)
        .without_effect(kNoTier),
    broker("remote.log.metadata.manager.listener.name", kString, kNull)
        .checked(kNonEmpty)
        .without_effect(kNoTier),
    broker("remote.log.reader.max.pending.tasks", kInt, "100").at_least(1).without_effect(kNoTier),
    broker("remote.log.reader.threads", kInt, "10").at_least(1).dynamic().without_effect(kNoTier),
    broker("remote.log.storage.manager.class.name", kString, kNull)
        .checked(kNonEmpty)
        .without_effect(kNoTier),
    broker("remote.log.storage.manager.class.path", kString, kNull).without_effect(kNoTier),
    broker("remote.log.storage.manager.impl.prefix", kString, "rsm.config.")
        .checked(kNonEmpty)
        .without_effect(kNoTier),
    broker("remote.log.storage.system.enable", kBool, "false").without_effect(kNoTier),
    broker("reserved.broker.max.id", kInt, "1000")
        .at_least(0)
        .from(Known::kafka_3_9)
        .without_effect(kOneProcess),
    broker("zookeeper.clientCnxnSocket", kString, kNull)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.connect", kString, kNull).from(Known::kafka_3_9).without_effect(kNoZooKeeper),
    broker("zookeeper.connection.timeout.ms", kInt, kNull)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.max.in.flight.requests", kInt, "10")
        .at_least(1)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.metadata.migration.enable", kBool, "false")
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.metadata.migration.min.batch.size", kInt, "200")
        .at_least(1)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.session.timeout.ms", kInt, "18000")
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.set.acl", kBool, "false").from(Known::kafka_3_9).without_effect(kNoZooKeeper),
    broker("zookeeper.ssl.cipher.suites", kList, kNull)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.ssl.client.enable", kBool, "false")
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.ssl.crl.enable", kBool, "false")
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.ssl.enabled.protocols", kList, kNull)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.ssl.endpoint.identification.algorithm", kString, "HTTPS")
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.ssl.keystore.location", kString, kNull)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.ssl.keystore.password", kPassword, kNull)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.ssl.keystore.type", kString, kNull)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.ssl.ocsp.enable", kBool, "false")
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.ssl.protocol", kString, "TLSv1.2")
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.ssl.truststore.location", kString, kNull)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.ssl.truststore.password", kPassword, kNull)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
    broker("zookeeper.ssl.truststore.type", kString, kNull)
        .from(Known::kafka_3_9)
        .without_effect(kNoZooKeeper),
};

}  // namespace kelp::config::table
