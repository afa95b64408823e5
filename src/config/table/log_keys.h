// Keys of logs and records; most of them are the defaults of a topic key.
// Part of the one table (config/key_table.h); sorted by name.
#pragma once

#include "config/table/words.h"

namespace kelp::config::table {

inline constexpr Key kLogKeys[] = {
    broker("compression.gzip.level", kInt, "-1")
        .checked(kGzipLevel)
        .dynamic()
        .honoured("Level of gzip when compression.type is gzip."),
    broker("compression.lz4.level", kInt, "9")
        .between(1, 17)
        .dynamic()
        .honoured("Level of lz4 when compression.type is lz4."),
    broker("compression.type", kString, "producer")
        .one_of(kCompressionTypes)
        .dynamic()
        .honoured("Codec in which batches are stored; producer keeps what was sent."),
    broker("compression.zstd.level", kInt, "3")
        .between(-131072, 22)
        .dynamic()
        .honoured("Level of zstd when compression.type is zstd."),
    broker("fetch.max.bytes", kInt, "57671680")
        .at_least(1024)
        .honoured("The most that one Fetch answers, whatever the client allows; the first batch is "
                  "always given."),
    broker("fetch.purgatory.purge.interval.requests", kInt, "1000").without_effect(kNoSuchPart),
    broker("log.cleaner.backoff.ms", kLong, "15000")
        .at_least(0)
        .dynamic()
        .honoured("Pause of the cleaner when there is nothing to do."),
    broker("log.cleaner.dedupe.buffer.size", kLong, "134217728")
        .dynamic()
        .honoured("The most memory for the keys that one cleaning knows."),
    broker("log.cleaner.delete.retention.ms", kLong, "86400000")
        .at_least(0)
        .dynamic()
        .honoured("How long a compacted log keeps a tombstone."),
    broker("log.cleaner.enable", kBool, "true").honoured("Whether compacted topics are compacted."),
    broker("log.cleaner.io.buffer.load.factor", kDouble, "0.9")
        .dynamic()
        .without_effect(kNoSuchPart),
    broker("log.cleaner.io.buffer.size", kInt, "524288")
        .at_least(0)
        .dynamic()
        .without_effect(kNoSuchPart),
    broker("log.cleaner.io.max.bytes.per.second", kDouble, "1.7976931348623157E308")
        .dynamic()
        .honoured("The most that compaction reads and writes in a second."),
    broker("log.cleaner.max.compaction.lag.ms", kLong, "9223372036854775807")
        .at_least(1)
        .dynamic()
        .honoured("A record is compacted at the latest after so long."),
    broker("log.cleaner.min.cleanable.ratio", kDouble, "0.5")
        .between(0, 1)
        .dynamic()
        .honoured("Share of a log that must be uncompacted before it is compacted."),
    broker("log.cleaner.min.compaction.lag.ms", kLong, "0")
        .at_least(0)
        .dynamic()
        .honoured("A record stays uncompacted for at least so long."),
    broker("log.cleaner.threads", kInt, "1").at_least(0).dynamic().without_effect(kShards),
    broker("log.cleanup.policy", kList, "delete")
        .list_of(kCleanupPolicies)
        .dynamic()
        .honoured("What happens to old segments: delete, compact, both, or (empty) nothing."),
    broker("log.dir", kList, "./kelp-data")
        .checked(kNonEmptyList)
        .honoured("The data directory, when log.dirs is not set."),
    broker("log.dir.failure.timeout.ms", kLong, "30000").at_least(1).without_effect(kNoSuchPart),
    broker("log.dirs", kList, kNull)
        .checked(kNonEmptyList)
        .honoured("The data directory. Exactly one: more than one is refused."),
    broker("log.flush.interval.messages", kLong, "9223372036854775807")
        .at_least(1)
        .dynamic()
        .honoured("Records after which a log is synced to the disk without being asked."),
    broker("log.flush.interval.ms", kLong, kNull)
        .dynamic()
        .honoured("Time after which a log is synced to the disk without being asked."),
    broker("log.flush.offset.checkpoint.interval.ms", kInt, "60000")
        .at_least(0)
        .without_effect(kNoSuchPart),
    broker("log.flush.scheduler.interval.ms", kLong, "9223372036854775807")
        .honoured("Takes the place of log.flush.interval.ms when that is not set."),
    broker("log.flush.start.offset.checkpoint.interval.ms", kInt, "60000")
        .at_least(0)
        .without_effect(kNoSuchPart),
    broker("log.index.interval.bytes", kInt, "4096")
        .at_least(0)
        .dynamic()
        .honoured("Bytes of log between two entries of the offset index."),
    broker("log.index.size.max.bytes", kInt, "10485760")
        .at_least(4)
        .dynamic()
        .without_effect(kThinIndex, "Size of an index at which its segment is closed."),
    broker("log.initial.task.delay.ms", kLong, "30000")
        .at_least(0)
        .from(Known::kafka_internal)
        .without_effect(kNoSuchPart),
    broker("log.local.retention.bytes", kLong, "-2").at_least(-2).dynamic().without_effect(kNoTier),
    broker("log.local.retention.ms", kLong, "-2").at_least(-2).dynamic().without_effect(kNoTier),
    broker("log.message.timestamp.after.max.ms", kLong, "3600000")
        .at_least(0)
        .dynamic()
        .honoured("How far in the future the producer's time may lie."),
    broker("log.message.timestamp.before.max.ms", kLong, "9223372036854775807")
        .at_least(0)
        .dynamic()
        .honoured("How far in the past the producer's time may lie."),
    broker("log.message.timestamp.type", kString, "CreateTime")
        .one_of(kTimestampTypes)
        .dynamic()
        .honoured("Whether records keep the producer's time or get the broker's."),
    broker("log.preallocate", kBool, "false").dynamic().without_effect(kNoSuchPart),
    broker("log.retention.bytes", kLong, "-1")
        .dynamic()
        .honoured("Size of a partition above which old segments are deleted; -1: none."),
    broker("log.retention.check.interval.ms", kLong, "300000")
        .at_least(1)
        .honoured("How often old segments are looked for."),
    broker("log.retention.hours", kInt, "168")
        .honoured("The same in hours, when neither of the two is set."),
    broker("log.retention.minutes", kInt, kNull)
        .honoured("The same in minutes, when log.retention.ms is not set."),
    broker("log.retention.ms", kLong, kNull)
        .dynamic()
        .honoured("Age above which old segments are deleted; -1: none."),
    broker("log.roll.hours", kInt, "168")
        .at_least(1)
        .honoured("The same in hours, when log.roll.ms is not set."),
    broker("log.roll.jitter.hours", kInt, "0")
        .at_least(0)
        .honoured("The same in hours, when log.roll.jitter.ms is not set."),
    broker("log.roll.jitter.ms", kLong, kNull)
        .dynamic()
        .honoured("The most that is taken off log.roll.ms; each partition has its own part of it."),
    broker("log.roll.ms", kLong, kNull)
        .dynamic()
        .honoured("Age at which a segment is closed even if it is not full."),
    broker("log.segment.bytes", kInt, "1073741824")
        .at_least(1048576)
        .dynamic()
        .honoured("Size at which a segment of a log is closed and a new one begins."),
    broker("log.segment.delete.delay.ms", kLong, "60000")
        .at_least(0)
        .dynamic()
        .without_effect(kGoneAtOnce, "Time between dropping a segment and removing its files."),
    broker("message.max.bytes", kInt, "1048588")
        .at_least(0)
        .dynamic()
        .honoured("The largest record batch that is taken, after compression."),
    broker("min.insync.replicas", kInt, "1")
        .at_least(1)
        .dynamic()
        .honoured("Replicas that must have a record before acks=all is answered."),
    broker("producer.id.expiration.check.interval.ms", kInt, "600000")
        .at_least(1)
        .from(Known::kafka_internal)
        .without_effect(kNoSuchPart),
    broker("producer.id.expiration.ms", kInt, "86400000")
        .at_least(1)
        .honoured("A partition forgets a producer that has been silent for so long."),
    broker("producer.purgatory.purge.interval.requests", kInt, "1000").without_effect(kNoSuchPart),
    broker("unclean.leader.election.enable", kBool, "false")
        .dynamic()
        .without_effect(kOneProcess, "Whether a replica that lags may become the leader."),
    broker("unclean.leader.election.interval.ms", kLong, "300000")
        .at_least(1)
        .from(Known::kafka_internal)
        .without_effect(kOneProcess),
};

}  // namespace kelp::config::table
