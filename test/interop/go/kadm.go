package main

import (
	"context"

	"github.com/twmb/franz-go/pkg/kadm"

	"kelp/interop/commands"
)

var must, expect = commands.Must, commands.Expect

// franz-go's kadm: topics, configurations, records, groups and replicas, from creation to deletion.
func administer(ctx context.Context) {
	produce(ctx) // topic t, one partition
	shared := client()
	defer shared.Close()
	admin := kadm.NewClient(shared)
	topics(ctx, admin)
	trimmed(ctx, admin)
	groups(ctx, admin)
	replicas(ctx, admin)
	deleted, err := admin.DeleteTopics(ctx, "a", "t")
	must("delete topics", err)
	must("delete topics", deleted.Error())
	fresh := client() // without the metadata that the other one keeps for a while
	defer fresh.Close()
	left, err := kadm.NewClient(fresh).ListTopics(ctx)
	must("list topics", err)
	expect("topics that are left", left.Names(), []string{})
}

func topics(ctx context.Context, admin *kadm.Client) {
	policy, size := "compact", "2097152"
	made, err := admin.CreateTopics(ctx, 2, 1, map[string]*string{"cleanup.policy": &policy}, "a")
	must("create", err)
	expect("partitions of a", made["a"].NumPartitions, int32(2))
	again, err := admin.CreateTopic(ctx, 1, 1, nil, "a")
	expect("a again", again.Err != nil && err != nil, true)
	grown, err := admin.UpdatePartitions(ctx, 3, "a")
	must("grow", err)
	must("grow", grown.Error())

	altered, err := admin.AlterTopicConfigs(ctx, []kadm.AlterConfig{{Op: kadm.SetConfig, Name: "segment.bytes", Value: &size},
		{Op: kadm.DeleteConfig, Name: "cleanup.policy"}}, "a")
	must("alter", err)
	_, err = altered.On("a", nil)
	must("alter a", err)
	configs, err := admin.DescribeTopicConfigs(ctx, "a")
	must("describe configs", err)
	values := map[string]string{}
	for _, config := range configs[0].Configs {
		values[config.Key] = config.MaybeValue()
	}
	expect("configs", []string{values["segment.bytes"], values["cleanup.policy"]}, []string{"2097152", "delete"})
	_, err = admin.DescribeBrokerConfigs(ctx, 1)
	must("broker configs", err)
}

func trimmed(ctx context.Context, admin *kadm.Client) {
	trim := kadm.Offsets{}
	trim.AddOffset("t", 0, 7, -1)
	answer, err := admin.DeleteRecords(ctx, trim)
	must("trim", err)
	must("trim", answer.Error())
	starts, err := admin.ListStartOffsets(ctx, "t")
	must("starts", err)
	ends, err := admin.ListEndOffsets(ctx, "t")
	must("ends", err)
	expect("bounds of t", []int64{starts["t"][0].Offset, ends["t"][0].Offset}, []int64{7, records})
	_, err = admin.ListMaxTimestampOffsets(ctx, "t")
	must("maximal timestamps", err)
	directories, err := admin.DescribeAllLogDirs(ctx, nil)
	must("log directories", err)
	_, found := directories[1].LookupPartition("t", 0)
	expect("t is in a directory", found, true)
}

func groups(ctx context.Context, admin *kadm.Client) {
	commit := kadm.Offsets{}
	commit.AddOffset("t", 0, 10, -1)
	must("commit", admin.CommitAllOffsets(ctx, "readers", commit))
	lags, err := admin.Lag(ctx, "readers")
	must("lag", err)
	expect("lag", lags["readers"].Lag.Total(), int64(records-10))
	listed, err := admin.ListGroups(ctx)
	must("list groups", err)
	expect("groups", listed.Groups(), []string{"readers"})
	_, err = admin.DeleteOffsets(ctx, "readers", commit.TopicsSet())
	must("delete offsets", err)
	_, err = admin.DeleteGroups(ctx, "readers")
	must("delete group", err)
	described, err := admin.DescribeGroups(ctx, "readers")
	must("describe groups", err)
	expect("state of a group that is gone", described["readers"].State, "Dead")
}

func replicas(ctx context.Context, admin *kadm.Client) {
	var move kadm.AlterPartitionAssignmentsReq
	move.Assign("a", 0, []int32{1})
	moved, err := admin.AlterPartitionAssignments(ctx, move)
	must("reassign", err)
	must("reassign", moved.Error())
	moving, err := admin.ListPartitionReassignments(ctx, nil)
	must("list reassignments", err)
	expect("reassignments", len(moving), 0)
	_, err = admin.ElectLeaders(ctx, kadm.ElectPreferredReplica, nil)
	must("elect", err)
	brokers, err := admin.ListBrokers(ctx)
	must("brokers", err)
	expect("brokers", brokers.NodeIDs(), []int32{1})
}
