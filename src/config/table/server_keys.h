// Keys of the broker itself: who it is, where it listens, what new topics look like. And our own.
// Part of the one table (config/key_table.h); sorted by name.
#pragma once

#include "config/table/words.h"

namespace kelp::config::table {

inline constexpr Key kServerKeys[] = {
    broker("advertised.listeners", kList, kNull)
        .checked(kNonEmptyList)
        .honoured("The address that clients are told for each listener; when not set, the one they "
                  "connected to."),
    broker("auto.create.topics.enable", kBool, "true")
        .honoured("Whether asking for an unknown topic creates it."),
    broker("broker.id", kInt, "-1")
        .honoured("The older name of node.id; must be equal when both are set."),
    broker("broker.rack", kString, kNull)
        .honoured("The rack that clients see, for rack-aware assignment. `broker.I.broker.rack` "
                  "sets it for node I alone."),
    broker("connections.max.idle.ms", kLong, "600000")
        .honoured("A connection without a request for so long is closed; negative: never."),
    broker("default.replication.factor", kInt, "1")
        .honoured("Replication factor of a topic that does not say which."),
    broker("delete.topic.enable", kBool, "true").honoured("Whether DeleteTopics is allowed."),
    broker("kelp.brokers", kInt, "1")
        .between(1, kMaxBrokers)
        .from(Known::kelp)
        .honoured("Virtual brokers in this process: node ids from node.id upward, ports from each "
                  "listener's port upward."),
    broker("kelp.cluster.id", kString, kNull)
        .from(Known::kelp)
        .honoured("The cluster id that a new data directory is given; random when not set."),
    broker("kelp.disk.budget.bytes", kLong, "-1")
        .at_least(-1)
        .dynamic()
        .from(Known::kelp)
        .honoured("What the logs of this process may take on the disk; -1: no bound. Before they "
                  "do, the oldest segments of topics with cleanup.policy=delete go, of those first "
                  "that hold more than an equal share. When none may, producers are refused with "
                  "KAFKA_STORAGE_ERROR. Segments are closed at a sixteenth of it at the latest."),
    broker("kelp.disk.budget.floor.bytes", kLong, "0")
        .at_least(0)
        .dynamic()
        .from(Known::kelp)
        .honoured("What the disk budget leaves of each topic at least, in all its partitions."),
    broker("kelp.engine", kString, "disk")
        .one_of(kEngines)
        .from(Known::kelp)
        .honoured("What stores the logs: disk (default), memory (gone when the process ends) or "
                  "seaweed."),
    broker("kelp.flush.acks.all", kBool, "true")
        .from(Known::kelp)
        .honoured("Whether acks=all is answered only after fdatasync (survives a power loss) or "
                  "from the page cache (survives a crash of the process)."),
    broker("kelp.produce.validate.compressed", kString, kValidateSampled)
        .one_of(kValidations)
        .from(Known::kelp)
        .honoured("Which compressed batches are decompressed when they are produced, to look at "
                  "each of their records: always (as Kafka does; for producers that are not "
                  "trusted), or sampled (default): the first of a connection and one in 256 of the "
                  "others, and every one whose header or frames are odd, or whose topic is "
                  "compacted, bounds timestamps or has a codec of its own."),
    broker("kelp.shards", kInt, "1")
        .between(1, kMaxShards)
        .from(Known::kelp)
        .honoured("Threads that own connections and partitions; one is enough for most machines."),
    broker("listener.security.protocol.map", kString,
           "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT")
        .honoured("The protocol of each listener name. Only PLAINTEXT is served so far; a listener "
                  "of another protocol is refused."),
    broker("listeners", kList, "PLAINTEXT://:9092")
        .checked(kNonEmptyList)
        .honoured("Where to listen: NAME://host:port, comma separated. An empty host means all "
                  "interfaces; port 0 lets the system choose."),
    broker("max.connection.creation.rate", kInt, "2147483647")
        .at_least(0)
        .dynamic()
        .without_effect(kLater, "New connections a second."),
    broker("max.connections", kInt, "2147483647")
        .at_least(0)
        .honoured("Connections that are open at once; a new one beyond it is closed."),
    broker("max.connections.per.ip", kInt, "2147483647")
        .at_least(0)
        .honoured("Connections that one address may have open at once."),
    broker("max.connections.per.ip.overrides", kString, "")
        .honoured("Other limits for single addresses: address:count, comma separated."),
    broker("max.incremental.fetch.session.cache.slots", kInt, "1000")
        .at_least(0)
        .honoured("Incremental fetch sessions that are kept; shared evenly by the shards."),
    broker("max.request.partition.size.limit", kInt, "2000")
        .at_least(1)
        .without_effect(kLater, "Partitions in one DescribeTopicPartitions answer."),
    broker("node.id", kInt, kNull)
        .at_least(0)
        .honoured("The id of this broker; of the first one when there are virtual brokers. 1 when "
                  "neither it nor broker.id is set."),
    broker("num.partitions", kInt, "1")
        .at_least(1)
        .honoured("Partitions of a topic that does not say how many."),
    broker("queued.max.request.bytes", kLong, "-1")
        .honoured("Bytes of requests that may be under way at once before reading stops; -1: Kelp's"
                  " own bound."),
    broker("queued.max.requests", kInt, "500")
        .at_least(1)
        .without_effect(kLater, "Requests that may be under way at once before reading stops."),
    broker("seaweed.collection", kString, "kelp")
        .from(Known::kelp)
        .honoured("The collection of volumes that the logs go to."),
    broker("seaweed.delete.delay.ms", kLong, "60000")
        .at_least(0)
        .from(Known::kelp)
        .honoured("How long files that no log has any more are kept: a power loss of the filer "
                  "may bring back what named them."),
    broker("seaweed.filer", kString, "")
        .from(Known::kelp)
        .honoured("One filer, host:port, instead of the first that the masters name."),
    broker("seaweed.filer.group", kString, "")
        .from(Known::kelp)
        .honoured("The group of the filer."),
    broker("seaweed.masters", kList, "")
        .from(Known::kelp)
        .honoured("The masters of the SeaweedFS cluster, host:port, comma separated; for "
                  "kelp.engine=seaweed."),
    broker("seaweed.replication", kString, "")
        .from(Known::kelp)
        .honoured("Of the volumes, as SeaweedFS writes it (001: one copy more in the same rack); "
                  "empty: the cluster's default."),
    broker("seaweed.root", kString, "/kelp")
        .from(Known::kelp)
        .honoured("The folder of the filer that holds the catalog and the logs. Each Kelp "
                  "installation has one of its own."),
    broker("seaweed.smq.namespace", kString, "kafka")
        .checked(kNonEmpty)
        .from(Known::kelp)
        .honoured(
            "The namespace of SeaweedMQ whose topics have their bare name in Kafka, and which "
            "kelp.storage=smq makes topics in; those of others are called namespace.topic."),
    broker("seaweed.smq.visible", kList, "*")
        .from(Known::kelp)
        .honoured(
            "The namespaces of SeaweedMQ whose topics, made by others, appear in Kafka, comma "
            "separated; *: all; empty: none."),
    broker("seaweed.start.timeout.ms", kLong, "60000")
        .at_least(0)
        .from(Known::kelp)
        .honoured("How long a start waits for the cluster."),
    broker("seaweed.tls.ca.file", kString, "")
        .from(Known::kelp)
        .honoured("mTLS to the cluster's gRPC ports: the PEM file of the CA; empty: without TLS."),
    broker("seaweed.tls.certificate.file", kString, "")
        .from(Known::kelp)
        .honoured("The PEM file of our certificate."),
    broker("seaweed.tls.key.file", kString, "")
        .from(Known::kelp)
        .honoured("The PEM file of its key."),
    broker("seaweed.topic.storage.default", kString, "kelp")
        .one_of(kStorages)
        .from(Known::kelp)
        .honoured("kelp.storage of topics that do not say it; Kelp's own topics are always kelp."),
    broker("socket.listen.backlog.size", kInt, "50")
        .at_least(1)
        .honoured("Connections that may wait to be accepted."),
    broker("socket.receive.buffer.bytes", kInt, "-1")
        .honoured("The receive buffer of a connection; -1: the system fits it to the traffic "
                  "(Kafka's default is 102400)."),
    broker("socket.request.max.bytes", kInt, "104857600")
        .at_least(1)
        .honoured("The largest request; a longer one closes its connection."),
    broker("socket.send.buffer.bytes", kInt, "-1")
        .honoured("The send buffer of a connection; -1: the system fits it to the traffic "
                  "(Kafka's default is 102400)."),
};

}  // namespace kelp::config::table
