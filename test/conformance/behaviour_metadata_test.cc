// What Kafka answers to Metadata and DescribeCluster.
#include <algorithm>

#include "conformance/behaviour.h"
#include "wire/03_metadata.h"
#include "wire/60_describe_cluster.h"

namespace kelp::test {
namespace {

using wire::MetadataRequest;
using wire::MetadataResponse;
using TopicAnswer = MetadataResponse::MetadataResponseTopic;

constexpr int32_t kNotAsked = std::numeric_limits<int32_t>::min();
constexpr int32_t kTopicOperations = 3576;
constexpr int32_t kClusterOperations = 8096;

MetadataRequest::MetadataRequestTopic by_name(const std::string& name) {
  MetadataRequest::MetadataRequestTopic topic;
  topic.name = name;
  return topic;
}

MetadataRequest::MetadataRequestTopic by_id(const Uuid& id) {
  MetadataRequest::MetadataRequestTopic topic;
  topic.topic_id = id;
  return topic;
}

MetadataRequest about(std::vector<MetadataRequest::MetadataRequestTopic> topics) {
  MetadataRequest request;
  request.topics = std::move(topics);
  request.allow_auto_topic_creation = false;
  return request;
}

std::vector<std::string> names_in(const MetadataResponse& response) {
  std::vector<std::string> names;
  for (const TopicAnswer& topic : response.topics) names.push_back(topic.name.value_or("null"));
  return names;
}

class BehaviourMetadata : public Behaviour {
 protected:
  MetadataResponse metadata(const MetadataRequest& request, int16_t version) {
    return ask<MetadataResponse>(request, version);
  }
  bool exists(const std::string& name) {
    return metadata(about({by_name(name)}), 12).topics.at(0).error_code == ErrorCode::none;
  }
};

TEST_F(BehaviourMetadata, the_answer_names_brokers_controller_and_partitions) {
  const Topic topic = fresh_topic(3);
  at_versions({0, 1, 7, 13}, [&](int16_t version) {
    const auto answer = metadata(about({by_name(topic.name)}), version);
    ASSERT_EQ(answer.brokers.size(), 1U);
    EXPECT_EQ(answer.brokers[0].node_id, 1);
    EXPECT_EQ(answer.brokers[0].port, port());
    if (version >= 1) {
      EXPECT_EQ(answer.controller_id, 1);
    }
    if (version >= 2) {
      EXPECT_EQ(answer.cluster_id, cluster_id());
    }
    const TopicAnswer& only = answer.topics.at(0);
    EXPECT_EQ(only.error_code, ErrorCode::none);
    EXPECT_EQ(only.name, topic.name);
    ASSERT_EQ(only.partitions.size(), 3U);
    for (int32_t i = 0; i < 3; ++i) {
      const auto& partition = only.partitions[static_cast<size_t>(i)];
      EXPECT_EQ(partition.partition_index, i);
      EXPECT_EQ(partition.leader_id, 1);
      EXPECT_THAT(partition.replica_nodes, ElementsAre(1));
      EXPECT_THAT(partition.isr_nodes, ElementsAre(1));
      EXPECT_THAT(partition.offline_replicas, IsEmpty());
      EXPECT_EQ(partition.leader_epoch, version >= 7 ? 0 : -1);
    }
  });
}

TEST_F(BehaviourMetadata, in_v0_an_empty_list_is_all_topics_and_later_none_but_null_is) {
  const Topic topic = fresh_topic();
  MetadataRequest all;
  EXPECT_THAT(names_in(metadata(about({}), 0)), testing::Contains(topic.name));
  at_versions({1, 8, 13}, [&](int16_t version) {
    EXPECT_THAT(metadata(about({}), version).topics, IsEmpty());
    EXPECT_THAT(names_in(metadata(all, version)), testing::Contains(topic.name));
  });
}

TEST_F(BehaviourMetadata, an_unknown_topic_that_may_be_created_is_there_at_the_latest_next_time) {
  at_versions({0, 3, 4, 13}, [&](int16_t version) {
    MetadataRequest request = about({by_name(fresh_name("made"))});
    request.allow_auto_topic_creation = true;
    const auto first = metadata(request, version);  // Kafka says 3 here; see docs/differences.md
    EXPECT_EQ(first.topics.at(0).error_code, ErrorCode::none);
    const auto second = metadata(request, version);
    EXPECT_EQ(second.topics.at(0).error_code, ErrorCode::none);
    EXPECT_EQ(second.topics.at(0).partitions.size(), 1U);
  });
}

TEST_F(BehaviourMetadata, an_unknown_topic_that_may_not_be_created_is_3_and_stays_so) {
  at_versions({4, 8, 13}, [&](int16_t version) {
    const auto request = about({by_name(fresh_name("none"))});
    for (int i = 0; i < 2; ++i) {
      const auto answer = metadata(request, version);
      EXPECT_EQ(answer.topics.at(0).error_code, ErrorCode::unknown_topic_or_partition);
      EXPECT_EQ(answer.topics.at(0).name, request.topics->at(0).name);
      EXPECT_TRUE(answer.topics.at(0).topic_id.is_zero());
      EXPECT_THAT(answer.topics.at(0).partitions, IsEmpty());
    }
  });
}

TEST_F(BehaviourMetadata, an_invalid_name_is_17_whether_it_may_be_created_or_not) {
  at_versions({0, 4, 9, 13}, [&](int16_t version) {
    for (const bool may_create : {false, true}) {
      for (const std::string& name : {std::string("bad name"), std::string(), kTooLong}) {
        MetadataRequest request = about({by_name(name)});
        request.allow_auto_topic_creation = may_create;
        const auto answer = metadata(request, version);
        EXPECT_EQ(answer.topics.at(0).error_code, ErrorCode::invalid_topic_exception) << name;
      }
    }
  });
}

TEST_F(BehaviourMetadata, a_name_that_collides_is_3_for_ever_and_not_created) {
  const std::string dotted = create(fresh_name("a.b"), 1, {}).name;
  std::string underscored = dotted;
  std::ranges::replace(underscored, '.', '_');
  at_versions({0, 4, 13}, [&](int16_t version) {
    MetadataRequest request = about({by_name(underscored)});
    request.allow_auto_topic_creation = true;
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(metadata(request, version).topics.at(0).error_code,
                ErrorCode::unknown_topic_or_partition);
    }
  });
  EXPECT_FALSE(exists(underscored));
}

TEST_F(BehaviourMetadata, a_topic_that_is_named_twice_is_answered_once) {
  const Topic topic = fresh_topic();
  at_versions({0, 6, 13}, [&](int16_t version) {
    const auto answer = metadata(about({by_name(topic.name), by_name(topic.name)}), version);
    EXPECT_THAT(names_in(answer), ElementsAre(topic.name));
  });
  at_versions({12, 13}, [&](int16_t version) {
    const auto answer = metadata(about({by_id(topic.id), by_id(topic.id)}), version);
    EXPECT_THAT(names_in(answer), ElementsAre(topic.name));
  });
}

TEST_F(BehaviourMetadata, an_id_finds_its_topic_and_an_unknown_one_is_100_without_a_name) {
  const Topic topic = fresh_topic();
  at_versions({12, 13}, [&](int16_t version) {
    const auto found = metadata(about({by_id(topic.id)}), version).topics.at(0);
    EXPECT_EQ(found.error_code, ErrorCode::none);
    EXPECT_EQ(found.name, topic.name);
    EXPECT_EQ(found.topic_id, topic.id);
    const auto unknown = metadata(about({by_id(kNobodysId)}), version).topics.at(0);
    EXPECT_EQ(unknown.error_code, ErrorCode::unknown_topic_id);
    EXPECT_EQ(unknown.name, std::nullopt);
    EXPECT_EQ(unknown.topic_id, kNobodysId);
  });
}

TEST_F(BehaviourMetadata, of_id_and_name_the_id_decides) {
  const Topic one = fresh_topic(), other = fresh_topic();
  at_versions({12, 13}, [&](int16_t version) {
    auto both = by_name(one.name);
    both.topic_id = kNobodysId;
    EXPECT_EQ(metadata(about({both}), version).topics.at(0).error_code,
              ErrorCode::unknown_topic_id);
    both.topic_id = other.id;
    EXPECT_EQ(metadata(about({both}), version).topics.at(0).name, other.name);
  });
}

TEST_F(BehaviourMetadata, neither_name_nor_id_is_left_out) {  // Kafka bug; docs/differences.md
  at_versions({12, 13}, [&](int16_t version) {
    const auto answer = metadata(about({by_id(Uuid())}), version);
    EXPECT_THAT(answer.topics, IsEmpty());
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_EQ(answer.brokers.size(), 1U);
  });
}

TEST_F(BehaviourMetadata, ids_before_v12_are_42_in_an_otherwise_empty_answer) {
  const Topic topic = fresh_topic();
  at_versions({10, 11}, [&](int16_t version) {
    for (const Uuid& id : {topic.id, Uuid()}) {
      const auto answer = metadata(about({by_id(id)}), version);
      EXPECT_EQ(answer.topics.at(0).error_code, ErrorCode::invalid_request);
      EXPECT_EQ(answer.topics.at(0).name, "");
      EXPECT_THAT(answer.brokers, IsEmpty());
      EXPECT_EQ(answer.cluster_id, std::nullopt);
      EXPECT_EQ(answer.controller_id, -1);
    }
  });
}

TEST_F(BehaviourMetadata, when_some_topics_are_asked_by_id_only_those_are_answered) {
  const Topic named = fresh_topic(), identified = fresh_topic();
  at_versions({12, 13}, [&](int16_t version) {
    const auto answer = metadata(about({by_name(named.name), by_id(identified.id)}), version);
    EXPECT_THAT(names_in(answer), ElementsAre(identified.name));
  });
}

TEST_F(BehaviourMetadata, by_name_known_topics_come_first_and_by_id_unknown_ones) {
  const Topic topic = fresh_topic();
  at_versions({0, 7, 13}, [&](int16_t version) {
    const auto answer = metadata(about({by_name("bad name"), by_name(topic.name)}), version);
    EXPECT_THAT(names_in(answer), ElementsAre(topic.name, "bad name"));
  });
  at_versions({12, 13}, [&](int16_t version) {
    const auto answer = metadata(about({by_id(topic.id), by_id(kNobodysId)}), version);
    EXPECT_THAT(names_in(answer), ElementsAre("null", topic.name));
  });
}

TEST_F(BehaviourMetadata, authorized_operations_are_told_when_asked_for_of_faulty_topics_too) {
  const Topic topic = fresh_topic();
  at_versions({8, 9, 10, 13}, [&](int16_t version) {
    MetadataRequest request = about({by_name(topic.name), by_name("bad name")});
    for (const TopicAnswer& each : metadata(request, version).topics) {
      EXPECT_EQ(each.topic_authorized_operations, kNotAsked);
    }
    request.include_topic_authorized_operations = true;
    request.include_cluster_authorized_operations = true;
    const auto answer = metadata(request, version);
    for (const TopicAnswer& each : answer.topics) {
      EXPECT_EQ(each.topic_authorized_operations, kTopicOperations);
    }
    EXPECT_EQ(answer.cluster_authorized_operations, version <= 10 ? kClusterOperations : kNotAsked);
  });
}

class BehaviourCluster : public Behaviour {
 protected:
  wire::DescribeClusterResponse describe(int8_t endpoint_type, int16_t version) {
    wire::DescribeClusterRequest request;
    request.endpoint_type = endpoint_type;
    return ask<wire::DescribeClusterResponse>(request, version);
  }
};

TEST_F(BehaviourCluster, the_answer_names_the_cluster_and_its_brokers) {
  at_versions({0, 1, 2}, [&](int16_t version) {
    const auto answer = describe(1, version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_EQ(answer.error_message, std::nullopt);
    EXPECT_EQ(answer.cluster_id, cluster_id());
    EXPECT_EQ(answer.controller_id, 1);
    ASSERT_EQ(answer.brokers.size(), 1U);
    EXPECT_EQ(answer.brokers[0].broker_id, 1);
    EXPECT_EQ(answer.brokers[0].port, port());
    EXPECT_FALSE(answer.brokers[0].is_fenced);
    EXPECT_EQ(answer.cluster_authorized_operations, kNotAsked);
  });
}

TEST_F(BehaviourCluster, authorized_operations_are_told_when_asked_for) {
  at_versions({0, 1, 2}, [&](int16_t version) {
    wire::DescribeClusterRequest request;
    request.include_cluster_authorized_operations = true;
    EXPECT_EQ(ask<wire::DescribeClusterResponse>(request, version).cluster_authorized_operations,
              kClusterOperations);
  });
}

TEST_F(BehaviourCluster, the_controllers_endpoints_are_114_on_a_broker_and_other_types_115) {
  at_versions({1, 2}, [&](int16_t version) {
    const auto controllers = describe(2, version);
    EXPECT_EQ(controllers.error_code, ErrorCode::mismatched_endpoint_type);
    EXPECT_EQ(controllers.error_message,
              "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of "
              "type CONTROLLER");
    EXPECT_THAT(controllers.brokers, IsEmpty());
    const auto unknown = describe(3, version);
    EXPECT_EQ(unknown.error_code, ErrorCode::unsupported_endpoint_type);
    EXPECT_EQ(unknown.error_message, "Unsupported endpoint type 3");
  });
}

}  // namespace
}  // namespace kelp::test
