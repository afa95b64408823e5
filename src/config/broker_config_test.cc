#include "config/broker_config.h"

#include <gtest/gtest.h>

#include "config/environment.h"
#include "config/typed.h"

namespace kelp::config {
namespace {

using Variables = std::vector<BrokerSettings::Variable>;

BrokerSettings from_file(std::string_view text) {
  BrokerSettings settings;
  settings.add_file(text, "f.properties");
  return settings;
}

BrokerSettings with_flag(std::string_view assignment) {
  BrokerSettings settings;
  settings.add_override(assignment);
  return settings;
}

std::string errors_of(const BrokerSettings& settings) {
  const auto config = resolve(settings);
  return config ? "" : config.error().what;
}

TEST(BrokerConfig, of_nothing_has_the_defaults_of_the_table) {
  const auto config = resolve(BrokerSettings{});
  ASSERT_TRUE(config.has_value()) << config.error().what;
  BrokerConfig expected;  // its initialisers are what its users see without a settings object
  expected.data_dir = "./kelp-data";
  expected.listeners = {{"PLAINTEXT", "", 9092, std::nullopt, std::nullopt}};
  for (const Feature& feature : features()) {
    expected.feature_levels.push_back({feature.name, feature.default_level});
  }
  EXPECT_EQ(*config, expected);
}

TEST(BrokerConfig, every_key_reaches_its_field) {
  const auto config = resolve(from_file(R"(
node.id=7
broker.rack=r1
kelp.cluster.id=MkU3OEVBNTcwNTJENDM2Qk
kelp.engine=memory
kelp.shards=3
log.dirs=/data
listeners=PLAINTEXT://127.0.0.1:19092
connections.max.idle.ms=1
max.connections=2
max.connections.per.ip=3
max.connections.per.ip.overrides=10.0.0.1:4, [::1]:5,::2:6
socket.request.max.bytes=7
socket.listen.backlog.size=8
socket.send.buffer.bytes=-1
socket.receive.buffer.bytes=9
queued.max.requests=10
queued.max.request.bytes=11
auto.create.topics.enable=false
delete.topic.enable=false
num.partitions=12
default.replication.factor=13
max.request.partition.size.limit=14
fetch.max.bytes=1024
max.incremental.fetch.session.cache.slots=15
producer.id.expiration.ms=16
kelp.flush.acks.all=false
kelp.produce.validate.compressed=always
min.insync.replicas=2
feature.transaction.version=1
)"));
  ASSERT_TRUE(config.has_value()) << config.error().what;
  BrokerConfig expected;
  expected.node_id = expected.first_node_id = 7;
  expected.rack = "r1";
  expected.cluster_id = "MkU3OEVBNTcwNTJENDM2Qk";
  expected.engine = EngineKind::memory;
  expected.shards = 3;
  expected.data_dir = "/data";
  expected.listeners = {{"PLAINTEXT", "127.0.0.1", 19092, std::nullopt, std::nullopt}};
  expected.connections_max_idle_ms = 1;
  expected.max_connections = 2;
  expected.max_connections_per_ip = 3;
  expected.max_connections_per_ip_overrides = {{"10.0.0.1", 4}, {"::1", 5}, {"::2", 6}};
  expected.socket_request_max_bytes = 7;
  expected.socket_listen_backlog_size = 8;
  expected.socket_send_buffer_bytes = -1;
  expected.socket_receive_buffer_bytes = 9;
  expected.queued_max_requests = 10;
  expected.queued_max_request_bytes = 11;
  expected.auto_create_topics = expected.delete_topics = false;
  expected.num_partitions = 12;
  expected.default_replication_factor = 13;
  expected.max_request_partition_size_limit = 14;
  expected.fetch_max_bytes = 1024;
  expected.max_fetch_session_slots = 15;
  expected.producer_id_expiration_ms = 16;
  expected.flush_acks_all = false;
  expected.validate_every_batch = true;
  expected.topic_defaults.min_insync_replicas = 2;
  for (const Feature& feature : features()) {
    const bool wanted = feature.name == "transaction.version";
    expected.feature_levels.push_back({feature.name, wanted ? int16_t{1} : feature.default_level});
  }
  EXPECT_EQ(*config, expected);
}

TEST(Origins, a_flag_beats_the_environment_beats_a_file_in_any_order_of_adding) {
  BrokerSettings settings;
  settings.add_override("num.partitions=3");
  settings.add_environment(Variables{{"KELP_NUM_PARTITIONS", "2"}, {"KELP_LOG_DIRS", "/env"}});
  settings.add_file("num.partitions=1\nlog.dirs=/file\nnode.id=9\nnode.id=8", "f");
  EXPECT_EQ(get<"num.partitions">(settings), 3);
  EXPECT_EQ(*find<"log.dirs">(settings), List{"/env"});
  EXPECT_EQ(find<"node.id">(settings), 8);
  const Setting* setting = settings.find(*find_key(Scope::broker, "log.dirs"));
  ASSERT_NE(setting, nullptr);
  EXPECT_EQ(setting->origin, Origin::environment);
  EXPECT_EQ(setting->where, "KELP_LOG_DIRS");
  EXPECT_EQ(settings.find(*find_key(Scope::broker, "node.id"))->where, "f:4");
  EXPECT_EQ(settings.find(*find_key(Scope::broker, "log.dir")), nullptr);
}

TEST(Origins, are_shown_beside_each_value_and_passwords_are_not) {
  BrokerSettings settings = from_file("num.partitions=4\nssl.keystore.password=hush");
  const std::string shown = settings.show();
  EXPECT_NE(shown.find("num.partitions = 4  # file, f.properties:1\n"), std::string::npos);
  EXPECT_NE(shown.find("broker.rack = (not set)  # default\n"), std::string::npos);
  EXPECT_NE(shown.find("ssl.keystore.password = [hidden]"), std::string::npos);
  EXPECT_EQ(shown.find("hush"), std::string::npos);
}

TEST(Environment, names_become_keys_by_the_rule_of_the_images) {
  EXPECT_EQ(key_of_variable("LOG_RETENTION_MS"), "log.retention.ms");
  EXPECT_EQ(key_of_variable("A__B___C_D"), "a_b-c.d");
  EXPECT_EQ(key_of_variable("A____B"), "a-.b");
  EXPECT_EQ(key_of_variable(""), "");
}

TEST(Environment, gives_keys_under_both_prefixes_and_ours_goes_first) {
  BrokerSettings settings;
  settings.add_environment(Variables{{"KELP_NUM_PARTITIONS", "2"},
                                     {"KAFKA_NUM_PARTITIONS", "3"},
                                     {"KAFKA_MESSAGE_MAX_BYTES", "5"},
                                     {"KELP_SHARDS", "2"},
                                     {"KELP_KELP_BROKERS", "2"},
                                     {"KAFKA_ZOOKEEPER_CLIENTCNXNSOCKET", "x"},
                                     {"KELP_FEATURE_GROUP_VERSION", "0"},
                                     {"KELP_BROKER_2_BROKER_RACK", "r2"},
                                     {"CLUSTER_ID", "c1"},
                                     {"NUM_PARTITIONS", "9"}});
  EXPECT_TRUE(settings.errors().empty());
  EXPECT_TRUE(settings.warnings().empty()) << settings.warnings().front();
  const auto config = resolve(settings, 1);
  ASSERT_TRUE(config.has_value()) << config.error().what;
  EXPECT_EQ(config->num_partitions, 2);
  EXPECT_EQ(config->topic_defaults.max_message_bytes, 5);
  EXPECT_EQ(config->shards, 2);
  EXPECT_EQ(config->brokers, 2);
  EXPECT_EQ(config->rack, "r2");
  EXPECT_EQ(config->cluster_id, "c1");
}

TEST(Environment, of_a_jvm_or_of_kubernetes_is_no_configuration) {
  BrokerSettings settings;
  settings.add_environment(Variables{{"KAFKA_HEAP_OPTS", "-Xmx1g"},
                                     {"KAFKA_OPTS", "x"},
                                     {"KAFKA_LOG4J_ROOT_LOGLEVEL", "WARN"},
                                     {"KAFKA_JMX_PORT", "9101"},
                                     {"KAFKA_PORT", "tcp://10.0.0.1:9092"},
                                     {"KELP_SERVICE_HOST", "10.0.0.1"},
                                     {"KELP_PORT_9092_TCP_ADDR", "10.0.0.1"},
                                     {"KAFKA_", "x"}});
  EXPECT_TRUE(settings.warnings().empty()) << settings.warnings().front();
  EXPECT_TRUE(settings.errors().empty());
  EXPECT_TRUE(settings.all().empty());
}

TEST(UnknownKey, is_an_error_on_the_command_line_and_a_warning_elsewhere) {
  const BrokerSettings flag = with_flag("num.partition=3");
  EXPECT_EQ(errors_of(flag),
            "--set: unknown configuration key 'num.partition'; did you mean 'num.partitions'?");
  EXPECT_EQ(errors_of(with_flag("retention.ms=3")),
            "--set: unknown configuration key 'retention.ms'; it is a topic's key, the broker's is "
            "'log.retention.ms'");
  BrokerSettings file = from_file("\nnum.partition=3\nxyzzy=1");
  file.add_environment(Variables{{"KELP_NUM_PARTITION", "3"}});
  EXPECT_EQ(errors_of(file), "");
  const std::vector<std::string> kWarnings = {
      "f.properties:2: unknown configuration key 'num.partition'; did you mean 'num.partitions'?",
      "f.properties:3: unknown configuration key 'xyzzy'",
      "KELP_NUM_PARTITION: unknown configuration key 'num.partition'; did you mean "
      "'num.partitions'?"};
  EXPECT_EQ(file.warnings(), kWarnings);
}

TEST(Override, must_be_an_assignment) {
  EXPECT_EQ(errors_of(with_flag("num.partitions")), "--set: 'num.partitions' is not key=value");
  EXPECT_EQ(errors_of(with_flag("=3")), "--set: '=3' is not key=value");
  EXPECT_EQ(errors_of(with_flag("broker.rack=a=b")), "");
}

TEST(Errors, are_told_all_at_once_with_their_places) {
  BrokerSettings settings = from_file("num.partitions=0\n\nnum.io.threads=x");
  settings.add_override("log.dirs=/a,/b");
  EXPECT_EQ(errors_of(settings),
            "f.properties:1: Invalid value 0 for configuration num.partitions: Value must be at "
            "least 1\n"
            "f.properties:3: Invalid value x for configuration num.io.threads: Not a number of "
            "type INT\n"
            "log.dirs names 2 directories (/a, /b): Kelp keeps all logs in one, so name one, on a "
            "file system that spans the disks");
  EXPECT_EQ(errors_of(from_file("a=\\u12")),
            "f.properties: line 1: \\u must be followed by four hexadecimal digits");
}

TEST(WithoutEffect, is_one_line_with_reasons) {
  BrokerSettings settings = from_file(
      "num.io.threads=8\nprocess.roles=broker,controller\nnum.network.threads=3\n"
      "num.partitions=2\nrsm.config.x=1\nzookeeper.connect=localhost:2181\nsuper.users=User:a");
  settings.add_override("num.io.threads=9");
  EXPECT_EQ(errors_of(settings), "");
  EXPECT_TRUE(settings.warnings().empty());
  EXPECT_EQ(settings.without_effect(),
            "accepted without effect: super.users (TLS, SASL and ACLs come with a later version); "
            "rsm.config.x (no tiered storage); process.roles (one process: no quorum, no replicas "
            "to manage); zookeeper.connect (there is no ZooKeeper); num.io.threads, "
            "num.network.threads (threads are shards: kelp.shards)");
  EXPECT_EQ(from_file("num.partitions=2").without_effect(), "");
}

TEST(Refused, is_what_would_protect_less_than_the_user_believes) {
  EXPECT_EQ(errors_of(with_flag("authorizer.class.name=org.apache.kafka.StandardAuthorizer")),
            "--set: authorizer.class.name=org.apache.kafka.StandardAuthorizer is refused, for to "
            "ignore it would be unsafe: TLS, SASL and ACLs come with a later version");
  EXPECT_EQ(errors_of(with_flag("authorizer.class.name=")), "");
  EXPECT_EQ(errors_of(with_flag("create.topic.policy.class.name=")), "");
  EXPECT_NE(errors_of(with_flag("create.topic.policy.class.name=com.example.Policy")), "");
  EXPECT_NE(errors_of(with_flag("listeners=SSL://:9093")), "");
  EXPECT_EQ(errors_of(with_flag("ssl.keystore.password=x")), "");
}

TEST(Features, take_levels_in_their_range) {
  const auto level = [](std::string_view text) {
    return errors_of(with_flag("feature.transaction.version=" + std::string(text)));
  };
  EXPECT_EQ(level("0"), "");
  EXPECT_EQ(level(" 2 "), "");
  EXPECT_EQ(level("3"), "--set: feature.transaction.version must be a level from 0 to 2, not '3'");
  EXPECT_NE(level("-1"), "");
  EXPECT_NE(level(""), "");
  EXPECT_NE(level("1x"), "");
  EXPECT_TRUE(errors_of(with_flag("feature.nope=1")).starts_with("--set: there is no feature"));
}

TEST(NodeId, may_have_its_older_name_but_not_two_values) {
  EXPECT_EQ(resolve(from_file("broker.id=4"))->node_id, 4);
  EXPECT_EQ(resolve(from_file("broker.id=0"))->node_id, 0);
  EXPECT_EQ(resolve(from_file("broker.id=4\nnode.id=4"))->node_id, 4);
  EXPECT_EQ(errors_of(from_file("broker.id=4\nnode.id=5")),
            "You must set `node.id` to the same value as `broker.id`.");
  EXPECT_NE(errors_of(from_file("node.id=2147483647\nkelp.brokers=2")), "");
}

TEST(Port, replaces_that_of_the_first_listener) {
  BrokerSettings settings = from_file(
      "listeners=CONTROLLER://:9093,A://:9092,B://:9094\n"
      "listener.security.protocol.map=A:PLAINTEXT,B:PLAINTEXT");
  settings.set_port(5000);
  const auto config = resolve(settings);
  ASSERT_TRUE(config.has_value()) << config.error().what;
  EXPECT_EQ(config->listeners[0].port, 5000);
  EXPECT_EQ(config->listeners[1].port, 9094);
}

TEST(VirtualBrokers, have_ids_ports_and_settings_of_their_own) {
  BrokerSettings settings = from_file(
      "node.id=10\nkelp.brokers=3\nbroker.rack=all\nbroker.11.broker.rack=mine\n"
      "listeners=PLAINTEXT://127.0.0.1:9000\nadvertised.listeners=PLAINTEXT://h:9500\n"
      "broker.12.advertised.listeners=PLAINTEXT://other:1234\n"
      "broker.11.message.max.bytes=99");
  const auto at = [&](int32_t index) { return resolve(settings, index); };
  ASSERT_TRUE(at(2).has_value()) << at(2).error().what;
  EXPECT_EQ(at(0)->node_id, 10);
  EXPECT_EQ(at(2)->node_id, 12);
  EXPECT_EQ(at(2)->first_node_id, 10);
  EXPECT_EQ(at(0)->rack, "all");
  EXPECT_EQ(at(1)->rack, "mine");
  EXPECT_EQ(at(1)->topic_defaults.max_message_bytes, 99);
  EXPECT_EQ(at(0)->topic_defaults.max_message_bytes, 1048588);
  EXPECT_EQ(at(1)->listeners[0].port, 9001);
  EXPECT_EQ(at(1)->listeners[0].advertised_port, 9501);
  EXPECT_EQ(at(2)->listeners[0].port, 9002);
  EXPECT_EQ(at(2)->listeners[0].advertised_host, "other");
  EXPECT_EQ(at(2)->listeners[0].advertised_port, 1234);
  EXPECT_FALSE(at(3).has_value());
}

TEST(VirtualBrokers, a_value_for_one_beats_a_stronger_origin_for_all) {
  BrokerSettings settings = from_file("broker.1.broker.rack=mine");
  settings.add_override("broker.rack=all");
  EXPECT_EQ(resolve(settings)->rack, "mine");
}

TEST(VirtualBrokers, a_value_for_a_node_that_is_not_there_is_warned_of) {
  const BrokerSettings settings = from_file("broker.5.broker.rack=x\nbroker.1.broker.rak=y");
  const std::vector<std::string> kWarnings = {
      "f.properties:2: unknown configuration key 'broker.rak'; did you mean 'broker.rack'?",
      "f.properties:1: broker.rack is set for node 5, but the nodes here are 1 to 1"};
  EXPECT_EQ(settings.warnings(), kWarnings);
}

TEST(Dynamic, values_go_before_static_ones_and_the_nodes_own_first) {
  const Key& key = *find_key(Scope::broker, "message.max.bytes");
  BrokerSettings settings = with_flag("message.max.bytes=1");
  ASSERT_TRUE(settings.set_dynamic(kEveryNode, key.name, "2").has_value());
  ASSERT_TRUE(settings.set_dynamic(3, key.name, "3").has_value());
  EXPECT_EQ(to_text(settings.value(key, 3)), "3");
  EXPECT_EQ(to_text(settings.value(key, 4)), "2");
  ASSERT_TRUE(settings.set_dynamic(kEveryNode, key.name, std::nullopt).has_value());
  EXPECT_EQ(to_text(settings.value(key, 4)), "1");
  EXPECT_EQ(settings.set_dynamic(kEveryNode, "log.dirs", "/x").error().what,
            "Cannot update these configs dynamically: [log.dirs]");
  EXPECT_FALSE(settings.set_dynamic(kEveryNode, key.name, "x").has_value());
}

TEST(ServerProperties, of_a_stock_kafka_is_taken_as_it_is) {
  const BrokerSettings settings = from_file(R"(
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=localhost:9093
listeners=PLAINTEXT://:9092,CONTROLLER://:9093
inter.broker.listener.name=PLAINTEXT
advertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,\
  SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL
num.network.threads=3
num.io.threads=8
socket.send.buffer.bytes=102400
socket.receive.buffer.bytes=102400
socket.request.max.bytes=104857600
log.dirs=/tmp/kraft-combined-logs
num.partitions=1
num.recovery.threads.per.data.dir=2
offsets.topic.replication.factor=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
log.retention.hours=168
log.segment.bytes=1073741824
log.retention.check.interval.ms=300000
)");
  const auto config = resolve(settings);
  ASSERT_TRUE(config.has_value()) << config.error().what;
  EXPECT_TRUE(settings.warnings().empty());
  const std::vector<ListenerConfig> kExpected = {
      {"PLAINTEXT", "", 9092, "localhost", uint16_t{9092}}};
  EXPECT_EQ(config->listeners, kExpected);
}

}  // namespace
}  // namespace kelp::config
