#!/usr/bin/env python3
"""Kafka 4.3.1's tools for what is neither topic nor broker (java_tools.py): configurations of groups and client metrics,
quotas, features, the quorum.

Recorded of one broker with node id 1.
"""
import java_tools


def scenario(tools, _):
    tools.masks = [
        (rf"(?<=ClusterId:              ){java_tools.ID}", "ID"),
        (r"(?<=Epoch: )\d+$|(?<=HighWatermark:          )\d+", "N"),
        (rf'(?<="directoryId": "){java_tools.ID}', "ID"),
        (r"^(\d+ *\t).*(\t(Leader|Follower|Observer) *)$", r"\1...\2"),
    ]
    groups(tools)
    client_metrics(tools)
    quotas(tools)
    features_and_quorum(tools)


def groups(tools):
    tools.each("kafka-configs", "--describe --entity-type groups", "--describe --group g", "--describe --group g --all",
         "--alter --group g --add-config consumer.session.timeout.ms=50000,consumer.heartbeat.interval.ms=6000",
         "--describe --group g", "--describe --group g --all", "--describe --entity-type groups",
         "--alter --group g --add-config consumer.session.timeout.ms=1", "--alter --group g --add-config no.such=1",
         "--alter --group g --delete-config consumer.session.timeout.ms", "--describe --group g",
         "--alter --group g --delete-config consumer.heartbeat.interval.ms", "--describe --group g")


def client_metrics(tools):
    tools.each("kafka-configs",
         "--describe --entity-type client-metrics", "--describe --client-metrics m",
         "--alter --client-metrics m --add-config interval.ms=5000,metrics=[org.apache.kafka.producer.]",
         "--alter --client-metrics m --add-config match=[client_id=a.*]", "--describe --client-metrics m",
         "--describe --entity-type client-metrics", "--alter --client-metrics m --add-config interval.ms=1",
         "--alter --client-metrics m --add-config no.such=1", "--alter --client-metrics m --add-config match=nonsense",
         "--alter --client-metrics m --delete-config interval.ms,metrics,match", "--describe --client-metrics m")
    tools.each("kafka-client-metrics", "--list", "--describe", "--alter --name n --metrics a.,b. --interval 10000",
         "--alter --name n --match client_id=x", "--describe --name n", "--list", "--delete --name n", "--list",
         "--describe --name n", "--delete --name n")


def quotas(tools):
    tools.each("kafka-configs", "--describe --entity-type clients", "--describe --client c", "--describe --user u",
         "--alter --client c --add-config producer_byte_rate=1000000,consumer_byte_rate=2000000", "--describe --client c",
         "--alter --user u --add-config request_percentage=50.5", "--describe --user u",
         "--alter --user u --client c --add-config producer_byte_rate=3000000", "--describe --user u --client c",
         "--alter --client-defaults --add-config consumer_byte_rate=1", "--describe --client-defaults",
         "--alter --user-defaults --add-config producer_byte_rate=5000000", "--describe --user-defaults",
         "--describe --entity-type clients", "--describe --entity-type users", "--describe --entity-type users --entity-type clients",
         "--alter --ip 127.0.0.2 --add-config connection_creation_rate=100", "--describe --ip 127.0.0.2",
         "--describe --entity-type ips", "--alter --ip nonsense --add-config connection_creation_rate=100",
         "--alter --client c --add-config no_such=1", "--alter --client c --add-config producer_byte_rate=abc",
         "--alter --client c --add-config producer_byte_rate=-1",
         "--alter --client c --delete-config producer_byte_rate", "--describe --client c",
         "--alter --client c --delete-config consumer_byte_rate", "--describe --client c",
         "--alter --user u --delete-config request_percentage", "--alter --user u --client c --delete-config producer_byte_rate",
         "--alter --client-defaults --delete-config consumer_byte_rate",
         "--alter --user-defaults --delete-config producer_byte_rate",
         "--alter --ip 127.0.0.2 --delete-config connection_creation_rate",
         "--describe --entity-type users", "--describe --entity-type ips")


def features_and_quorum(tools):
    tools.each("kafka-features", "describe", "upgrade --feature metadata.version=30", "upgrade --feature nonsense=1",
         "upgrade --metadata 4.3-IV0 --dry-run", "downgrade --feature metadata.version=7 --dry-run",
         "downgrade --feature group.version=0 --dry-run", "disable --feature share.version --dry-run",
         "upgrade --release-version 4.3 --dry-run", "version-mapping --release-version 4.3",
         "feature-dependencies --feature metadata.version=30")
    tools.each("kafka-metadata-quorum", "describe --status", "describe --replication",
         "describe --replication --human-readable")


if __name__ == "__main__":
    java_tools.main("resource_tools", scenario, {})
