// Keys of quorum, replication, threads, quotas and Java metrics.
// Part of the one table (config/key_table.h); sorted by name.
#pragma once

#include "config/table/words.h"

namespace kelp::config::table {

inline constexpr Key kQuorumKeys[] = {
    broker("add.partitions.to.txn.retry.backoff.max.ms", kInt, "100")
        .at_least(0)
        .without_effect(kNoSuchPart),
    broker("add.partitions.to.txn.retry.backoff.ms", kInt, "20")
        .at_least(1)
        .without_effect(kNoSuchPart),
    broker("alter.log.dirs.replication.quota.window.num", kInt, "11")
        .at_least(1)
        .without_effect(kOneProcess),
    broker("alter.log.dirs.replication.quota.window.size.seconds", kInt, "1")
        .at_least(1)
        .without_effect(kOneProcess),
    broker("auto.leader.rebalance.enable", kBool, "true").without_effect(kOneProcess),
    broker("background.threads", kInt, "10")
        .at_least(1)
        .dynamic()
        .without_effect(kShards, "Threads for upkeep."),
    broker("broker.heartbeat.interval.ms", kInt, "2000").without_effect(kOneProcess),
    broker("broker.session.timeout.ms", kInt, "9000").without_effect(kOneProcess),
    broker("client.quota.callback.class", kClass, kNull).without_effect(kJavaClass),
    broker("controlled.shutdown.enable", kBool, "true").without_effect(kOneProcess),
    broker("controller.listener.names", kList, kNull)
        .honoured("Listeners with these names are left out: there is no controller to talk to."),
    broker("controller.performance.always.log.threshold.ms", kLong, "2000")
        .at_least(0)
        .from(Known::kafka_internal)
        .without_effect(kOneProcess),
    broker("controller.performance.sample.period.ms", kLong, "60000")
        .at_least(100)
        .from(Known::kafka_internal)
        .without_effect(kOneProcess),
    broker("controller.quorum.append.linger.ms", kInt, "25")
        .at_least(0)
        .without_effect(kNoSuchPart),
    broker("controller.quorum.auto.join.enable", kBool, "false").without_effect(kOneProcess),
    broker("controller.quorum.bootstrap.servers", kList, "").without_effect(kOneProcess),
    broker("controller.quorum.election.backoff.max.ms", kInt, "1000")
        .at_least(0)
        .without_effect(kOneProcess),
    broker("controller.quorum.election.timeout.ms", kInt, "1000")
        .at_least(0)
        .without_effect(kOneProcess),
    broker("controller.quorum.fetch.max.bytes", kInt, "1048576")
        .at_least(1)
        .without_effect(kOneProcess),
    broker("controller.quorum.fetch.snapshot.max.bytes", kInt, "1048576")
        .at_least(1)
        .without_effect(kOneProcess),
    broker("controller.quorum.fetch.timeout.ms", kInt, "2000")
        .at_least(0)
        .without_effect(kOneProcess),
    broker("controller.quorum.request.timeout.ms", kInt, "2000")
        .at_least(0)
        .without_effect(kOneProcess),
    broker("controller.quorum.retry.backoff.ms", kInt, "20")
        .at_least(0)
        .without_effect(kOneProcess),
    broker("controller.quorum.voters", kList, "").without_effect(kOneProcess),
    broker("controller.quota.window.num", kInt, "11")
        .at_least(1)
        .honoured("Windows whose partitions a client may make and delete at once "
                  "(controller_mutation_rate)."),
    broker("controller.quota.window.size.seconds", kInt, "1")
        .at_least(1)
        .honoured("Length of such a window."),
    broker("controller.socket.timeout.ms", kInt, "30000").without_effect(kOneProcess),
    broker("cordoned.log.dirs", kList, "").dynamic().without_effect(kNoSuchPart),
    broker("delete.records.purgatory.purge.interval.requests", kInt, "1")
        .without_effect(kNoSuchPart),
    broker("early.start.listeners", kList, kNull).without_effect(kOneProcess),
    broker("follower.replication.throttled.rate", kLong, kNull)
        .at_least(0)
        .dynamic()
        .from(Known::kafka_internal)
        .without_effect(kOneProcess, "Bytes per second that replicas are copied with."),
    broker("initial.broker.registration.timeout.ms", kInt, "60000").without_effect(kOneProcess),
    broker("inter.broker.listener.name", kString, kNull).without_effect(kOneProcess),
    broker("internal.metadata.delete.delay.millis", kLong, "60000")
        .from(Known::kafka_internal)
        .without_effect(kOneProcess),
    broker("internal.metadata.log.segment.bytes", kInt, kNull)
        .from(Known::kafka_internal)
        .without_effect(kOneProcess),
    broker("internal.metadata.max.batch.size.in.bytes", kInt, "8388608")
        .from(Known::kafka_internal)
        .without_effect(kOneProcess),
    broker("kafka.metrics.polling.interval.secs", kInt, "10")
        .at_least(1)
        .without_effect(kNoJavaMetrics),
    broker("kafka.metrics.reporters", kList, "").without_effect(kNoJavaMetrics),
    broker("leader.imbalance.check.interval.seconds", kLong, "300")
        .at_least(1)
        .without_effect(kOneProcess),
    broker("leader.replication.throttled.rate", kLong, kNull)
        .at_least(0)
        .dynamic()
        .from(Known::kafka_internal)
        .without_effect(kOneProcess, "Bytes per second that replicas are copied with."),
    broker("metadata.log.dir", kString, kNull).without_effect(kOneProcess),
    broker("metadata.log.max.record.bytes.between.snapshots", kLong, "20971520")
        .at_least(1)
        .without_effect(kOneProcess),
    broker("metadata.log.max.snapshot.interval.ms", kLong, "3600000")
        .at_least(0)
        .without_effect(kOneProcess),
    broker("metadata.log.segment.bytes", kInt, "1073741824")
        .at_least(8388608)
        .without_effect(kOneProcess),
    broker("metadata.log.segment.min.bytes", kInt, "8388608")
        .at_least(12)
        .from(Known::kafka_3_9)
        .without_effect(kOneProcess),
    broker("metadata.log.segment.ms", kLong, "604800000").without_effect(kOneProcess),
    broker("metadata.max.idle.interval.ms", kInt, "500").at_least(0).without_effect(kOneProcess),
    broker("metadata.max.retention.bytes", kLong, "104857600").without_effect(kOneProcess),
    broker("metadata.max.retention.ms", kLong, "604800000").without_effect(kOneProcess),
    broker("metric.reporters", kList, "org.apache.kafka.common.metrics.JmxReporter")
        .dynamic()
        .without_effect(kNoJavaMetrics),
    broker("metrics.num.samples", kInt, "2").at_least(1).without_effect(kNoJavaMetrics),
    broker("metrics.recording.level", kString, "INFO").without_effect(kNoJavaMetrics),
    broker("metrics.sample.window.ms", kLong, "30000").at_least(1).without_effect(kNoJavaMetrics),
    broker("num.io.threads", kInt, "8")
        .at_least(1)
        .dynamic()
        .without_effect(kShards, "Threads that handle requests."),
    broker("num.network.threads", kInt, "3")
        .at_least(1)
        .dynamic()
        .without_effect(kShards, "Threads that read and write sockets."),
    broker("num.recovery.threads.per.data.dir", kInt, "2")
        .at_least(1)
        .dynamic()
        .without_effect(kShards),
    broker("num.replica.alter.log.dirs.threads", kInt, kNull).without_effect(kShards),
    broker("num.replica.fetchers", kInt, "1").at_least(1).dynamic().without_effect(kShards),
    broker("process.roles", kList, kNull)
        .one_of(kProcessRoles, Check::Kind::distinct_list_of)
        .without_effect(kOneProcess, "Broker, controller, or both."),
    broker("quota.window.num", kInt, "11")
        .at_least(1)
        .honoured("Windows over which a client's rate is measured."),
    broker("quota.window.size.seconds", kInt, "1").at_least(1).honoured("Length of such a window."),
    broker("replica.alter.log.dirs.io.max.bytes.per.second", kLong, kNull)
        .at_least(0)
        .dynamic()
        .from(Known::kafka_internal)
        .without_effect(kOneProcess,
                        "Bytes per second that replicas move between directories with."),
    broker("replica.fetch.backoff.ms", kInt, "1000").at_least(0).without_effect(kOneProcess),
    broker("replica.fetch.max.bytes", kInt, "1048576").at_least(0).without_effect(kOneProcess),
    broker("replica.fetch.min.bytes", kInt, "1").without_effect(kOneProcess),
    broker("replica.fetch.response.max.bytes", kInt, "10485760")
        .at_least(0)
        .without_effect(kOneProcess),
    broker("replica.fetch.wait.max.ms", kInt, "500").without_effect(kOneProcess),
    broker("replica.high.watermark.checkpoint.interval.ms", kLong, "5000")
        .without_effect(kOneProcess),
    broker("replica.lag.time.max.ms", kLong, "30000").without_effect(kOneProcess),
    broker("replica.selector.class", kString, kNull).without_effect(kJavaClass),
    broker("replica.socket.receive.buffer.bytes", kInt, "65536").without_effect(kOneProcess),
    broker("replica.socket.timeout.ms", kInt, "30000").without_effect(kOneProcess),
    broker("replication.quota.window.num", kInt, "11").at_least(1).without_effect(kOneProcess),
    broker("replication.quota.window.size.seconds", kInt, "1")
        .at_least(1)
        .without_effect(kOneProcess),
    broker("request.timeout.ms", kInt, "30000").without_effect(kNoSuchPart),
    broker("server.max.startup.time.ms", kLong, "9223372036854775807")
        .at_least(0)
        .from(Known::kafka_internal)
        .without_effect(kNoSuchPart),
    broker("socket.connection.setup.timeout.max.ms", kLong, "30000").without_effect(kNoSuchPart),
    broker("socket.connection.setup.timeout.ms", kLong, "10000").without_effect(kNoSuchPart),
    broker("unstable.api.versions.enable", kBool, "false")
        .from(Known::kafka_internal)
        .without_effect(kNoSuchPart),
    broker("unstable.feature.versions.enable", kBool, "false")
        .from(Known::kafka_internal)
        .without_effect(kNoSuchPart),
};

}  // namespace kelp::config::table
