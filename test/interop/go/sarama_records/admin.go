package main

import (
	"github.com/IBM/sarama"

	"kelp/interop/commands"
)

var must, expect = commands.Must, commands.Expect

// sarama's ClusterAdmin: topics, configurations, records, groups and replicas, from creation to deletion.
func administer() {
	with := settings()
	with.Producer.Return.Successes = true
	with.Producer.Partitioner = sarama.NewManualPartitioner
	shared, err := sarama.NewClient(bootstrap(), with)
	must("connect", err)
	admin, err := sarama.NewClusterAdminFromClient(shared)
	must("connect", err)
	defer admin.Close()
	topics(admin)
	configs(admin)
	groups(admin, shared)
	must("reassign", admin.AlterPartitionReassignments("a", [][]int32{{1}, {1}, {1}}))
	_, err = admin.ListPartitionReassignments("a", []int32{0})
	must("list reassignments", err)
	elected, err := admin.ElectLeaders(sarama.PreferredElection, map[string][]int32{"a": {0}})
	must("elect", err)
	expect("election", elected["a"][0].ErrorCode, sarama.ErrElectionNotNeeded)
	must("delete a", admin.DeleteTopic("a"))
	left, err := admin.ListTopics()
	must("list topics", err)
	_, found := left["a"]
	expect("a is there", found, false)
}

func topics(admin sarama.ClusterAdmin) {
	policy := "compact"
	must("create", admin.CreateTopic("a", &sarama.TopicDetail{NumPartitions: 2, ReplicationFactor: 1,
		ConfigEntries: map[string]*string{"cleanup.policy": &policy}}, false))
	expect("create again", admin.CreateTopic("a", &sarama.TopicDetail{NumPartitions: 1, ReplicationFactor: 1}, false) != nil, true)
	must("grow", admin.CreatePartitions("a", 3, nil, false))
	described, err := admin.DescribeTopics([]string{"a"})
	must("describe", err)
	expect("partitions of a", len(described[0].Partitions), 3)
	directories, err := admin.DescribeLogDirs([]int32{1})
	must("log directories", err)
	expect("topics in the directory", len(directories[1][0].Topics), 1)
	brokers, controller, err := admin.DescribeCluster()
	must("describe the cluster", err)
	expect("brokers and controller", []int32{int32(len(brokers)), controller}, []int32{1, 1})
}

func configs(admin sarama.ClusterAdmin) {
	size, policy := "2097152", "delete"
	must("alter", admin.AlterConfig(sarama.TopicResource, "a", map[string]*string{"cleanup.policy": &policy}, false))
	must("alter one", admin.IncrementalAlterConfig(sarama.TopicResource, "a", map[string]sarama.IncrementalAlterConfigsEntry{
		"segment.bytes": {Operation: sarama.IncrementalAlterConfigsOperationSet, Value: &size}}, false))
	entries, err := admin.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: "a",
		ConfigNames: []string{"segment.bytes", "cleanup.policy"}})
	must("describe configs", err)
	values := map[string]string{}
	for _, entry := range entries {
		values[entry.Name] = entry.Value
	}
	expect("configs", values, map[string]string{"segment.bytes": size, "cleanup.policy": policy})
}

func groups(admin sarama.ClusterAdmin, shared sarama.Client) {
	producer, err := sarama.NewSyncProducerFromClient(shared)
	must("producer", err)
	for i := 0; i < 10; i++ {
		_, _, err = producer.SendMessage(&sarama.ProducerMessage{Topic: "a", Value: sarama.StringEncoder("v")})
		must("produce", err)
	}
	must("trim", admin.DeleteRecords("a", map[int32]int64{0: 4}))
	start, err := shared.GetOffset("a", 0, sarama.OffsetOldest)
	must("start", err)
	expect("start", start, int64(4))
	committed, err := admin.AlterConsumerGroupOffsets("readers", map[string]map[int32]sarama.OffsetAndMetadata{
		"a": {0: {Offset: 5, LeaderEpoch: -1}}}, nil)
	must("commit", err)
	expect("commit", committed.Errors["a"][0], sarama.ErrNoError)
	offsets, err := admin.ListConsumerGroupOffsets("readers", map[string][]int32{"a": {0}})
	must("offsets", err)
	expect("offset", offsets.GetBlock("a", 0).Offset, int64(5))
	listed, err := admin.ListConsumerGroups()
	must("list groups", err)
	expect("groups", len(listed), 1)
	described, err := admin.DescribeConsumerGroups([]string{"readers"})
	must("describe groups", err)
	expect("state", described[0].State, "Empty")
	must("delete offset", admin.DeleteConsumerGroupOffset("readers", "a", 0))
	must("delete group", admin.DeleteConsumerGroup("readers"))
}
