// Keys of a topic, and from which broker keys they take their defaults.
// Part of the one table (config/key_table.h); sorted by name.
#pragma once

#include "config/table/words.h"

namespace kelp::config::table {

inline constexpr Key kTopicKeys[] = {
    topic("cleanup.policy", kList, "delete")
        .list_of(kCleanupPolicies)
        .defaults_to({"log.cleanup.policy"})
        .honoured("What happens to old segments: delete, compact, both, or (empty) nothing."),
    topic("compression.gzip.level", kInt, "-1")
        .checked(kGzipLevel)
        .defaults_to({"compression.gzip.level"})
        .honoured("Level of gzip when compression.type is gzip."),
    topic("compression.lz4.level", kInt, "9")
        .between(1, 17)
        .defaults_to({"compression.lz4.level"})
        .honoured("Level of lz4 when compression.type is lz4."),
    topic("compression.type", kString, "producer")
        .one_of(kCompressionTypes)
        .defaults_to({"compression.type"})
        .honoured("Codec in which batches are stored; producer keeps what was sent."),
    topic("compression.zstd.level", kInt, "3")
        .between(-131072, 22)
        .defaults_to({"compression.zstd.level"})
        .honoured("Level of zstd when compression.type is zstd."),
    topic("delete.retention.ms", kLong, "86400000")
        .at_least(0)
        .defaults_to({"log.cleaner.delete.retention.ms"})
        .honoured("How long a compacted log keeps a tombstone."),
    topic("file.delete.delay.ms", kLong, "60000")
        .at_least(0)
        .defaults_to({"log.segment.delete.delay.ms"})
        .without_effect(kGoneAtOnce, "Time between dropping a segment and removing its files."),
    topic("flush.messages", kLong, "9223372036854775807")
        .at_least(1)
        .defaults_to({"log.flush.interval.messages"})
        .honoured("Records after which the log is synced to the disk without being asked."),
    topic("flush.ms", kLong, "9223372036854775807")
        .at_least(0)
        .defaults_to({"log.flush.interval.ms"}, {"log.flush.scheduler.interval.ms"})
        .honoured("Time after which the log is synced to the disk without being asked."),
    topic("follower.replication.throttled.replicas", kList, "")
        .checked(kThrottled)
        .without_effect(kOneProcess, "Replicas whose followers are slowed down."),
    topic("index.interval.bytes", kInt, "4096")
        .at_least(0)
        .defaults_to({"log.index.interval.bytes"})
        .honoured("Bytes of log between two entries of the offset index."),
    topic("internal.segment.bytes", kInt, kNull)
        .at_least(1)
        .from(Known::kafka_internal)
        .honoured("As segment.bytes without its lower bound, before which it goes; for tests."),
    topic("kelp.disk.budget.floor.bytes", kLong, "0")
        .at_least(0)
        .defaults_to({"kelp.disk.budget.floor.bytes"})
        .from(Known::kelp)
        .honoured("What the disk budget leaves of the topic at least, in all its partitions."),
    topic("kelp.smq.mapping", kString, "envelope")
        .one_of(kSmqMappings)
        .from(Known::kelp)
        .honoured("How a record stands in a SeaweedMQ topic: envelope keeps headers, timestamps "
                  "and nulls in front of the value; plain keeps key and value as they are, refuses "
                  "what they have no place for, and needs message.timestamp.type=LogAppendTime. "
                  "Topics that others made are plain. Fixed when the topic is made."),
    topic("kelp.storage", kString, "kelp")
        .one_of(kStorages)
        .defaults_to({"seaweed.topic.storage.default"})
        .from(Known::kelp)
        .honoured("Where the records are: kelp, in Kelp's own logs; smq, in a SeaweedMQ topic, for "
                  "its clients as well (kelp.engine=seaweed). Fixed when the topic is made."),
    topic("leader.replication.throttled.replicas", kList, "")
        .checked(kThrottled)
        .without_effect(kOneProcess, "Replicas whose leaders are slowed down."),
    topic("local.retention.bytes", kLong, "-2")
        .at_least(-2)
        .defaults_to({"log.local.retention.bytes"})
        .without_effect(kNoTier, "Local size when old segments are moved to remote storage."),
    topic("local.retention.ms", kLong, "-2")
        .at_least(-2)
        .defaults_to({"log.local.retention.ms"})
        .without_effect(kNoTier, "Local age when old segments are moved to remote storage."),
    topic("max.compaction.lag.ms", kLong, "9223372036854775807")
        .at_least(1)
        .defaults_to({"log.cleaner.max.compaction.lag.ms"})
        .honoured("A record is compacted at the latest after so long."),
    topic("max.message.bytes", kInt, "1048588")
        .at_least(0)
        .defaults_to({"message.max.bytes"})
        .honoured("The largest record batch that is taken, after compression."),
    topic("message.timestamp.after.max.ms", kLong, "3600000")
        .at_least(0)
        .defaults_to({"log.message.timestamp.after.max.ms"})
        .honoured("How far in the future the producer's time may lie."),
    topic("message.timestamp.before.max.ms", kLong, "9223372036854775807")
        .at_least(0)
        .defaults_to({"log.message.timestamp.before.max.ms"})
        .honoured("How far in the past the producer's time may lie."),
    topic("message.timestamp.type", kString, "CreateTime")
        .one_of(kTimestampTypes)
        .defaults_to({"log.message.timestamp.type"})
        .honoured("Whether records keep the producer's time or get the broker's."),
    topic("min.cleanable.dirty.ratio", kDouble, "0.5")
        .between(0, 1)
        .defaults_to({"log.cleaner.min.cleanable.ratio"})
        .honoured("Share of a log that must be uncompacted before it is compacted."),
    topic("min.compaction.lag.ms", kLong, "0")
        .at_least(0)
        .defaults_to({"log.cleaner.min.compaction.lag.ms"})
        .honoured("A record stays uncompacted for at least so long."),
    topic("min.insync.replicas", kInt, "1")
        .at_least(1)
        .defaults_to({"min.insync.replicas"})
        .honoured("Replicas that must have a record before acks=all is answered."),
    topic("preallocate", kBool, "false")
        .defaults_to({"log.preallocate"})
        .without_effect(kNoSuchPart,
                        "Whether a segment's file gets its full size when it is made."),
    topic("remote.log.copy.disable", kBool, "false")
        .without_effect(kNoTier, "Stops copying to remote storage."),
    topic("remote.log.delete.on.disable", kBool, "false")
        .without_effect(kNoTier, "Removes the remote copy when remote storage is switched off."),
    topic("remote.storage.enable", kBool, "false")
        .refused(kNoTier, "Moves old segments to remote storage."),
    topic("retention.bytes", kLong, "-1")
        .defaults_to({"log.retention.bytes"})
        .honoured("Size of a partition above which old segments are deleted; -1: none."),
    topic("retention.ms", kLong, "604800000")
        .at_least(-1)
        .defaults_to({"log.retention.ms"}, {"log.retention.minutes", kMinutes},
                     {"log.retention.hours", kHours})
        .honoured("Age above which old segments are deleted; -1: none."),
    topic("segment.bytes", kInt, "1073741824")
        .at_least(1048576)
        .defaults_to({"log.segment.bytes"})
        .honoured("Size at which a segment is closed and a new one begins."),
    topic("segment.index.bytes", kInt, "10485760")
        .at_least(4)
        .defaults_to({"log.index.size.max.bytes"})
        .without_effect(kThinIndex, "Size of an index at which its segment is closed."),
    topic("segment.jitter.ms", kLong, "0")
        .at_least(0)
        .defaults_to({"log.roll.jitter.ms"}, {"log.roll.jitter.hours", kHours})
        .honoured("The most that is taken off segment.ms; each partition has its own part of it."),
    topic("segment.ms", kLong, "604800000")
        .at_least(1)
        .defaults_to({"log.roll.ms"}, {"log.roll.hours", kHours})
        .honoured("Age at which a segment is closed even if it is not full."),
    topic("unclean.leader.election.enable", kBool, "false")
        .defaults_to({"unclean.leader.election.enable"})
        .without_effect(kOneProcess, "Whether a replica that lags may become the leader."),
};

}  // namespace kelp::config::table
