// Members of groups with franz-go; members_test.py speaks with it, see there.
package main

import (
	"context"
	"errors"
	"log"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"kelp/interop/commands"
)

func client(options ...kgo.Opt) *kgo.Client {
	made, err := kgo.NewClient(append(options, kgo.SeedBrokers(os.Getenv("KELP_BOOTSTRAP")))...)
	if err != nil {
		log.Fatal(err)
	}
	return made
}

var assignors = map[string]func() kgo.GroupBalancer{"range": kgo.RangeBalancer, "roundrobin": kgo.RoundRobinBalancer,
	"sticky": kgo.StickyBalancer, "cooperative-sticky": kgo.CooperativeStickyBalancer}

// The returned function leaves the group.
func join(group, name, strategies, instance string) func() {
	var balancers []kgo.GroupBalancer
	for _, strategy := range strings.Split(strategies, ",") {
		balancers = append(balancers, assignors[strategy]())
	}
	told := func(what string) func(context.Context, *kgo.Client, map[string][]int32) {
		return func(_ context.Context, _ *kgo.Client, partitions map[string][]int32) {
			commands.Say(group, name, what, commands.Listed(partitions))
		}
	}
	options := []kgo.Opt{kgo.ConsumeTopics("t"), kgo.ConsumerGroup(group), kgo.ClientID(name), kgo.Balancers(balancers...),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.SessionTimeout(commands.Milliseconds("SESSION_MS")),
		kgo.HeartbeatInterval(commands.Milliseconds("HEARTBEAT_MS")), kgo.OnPartitionsAssigned(told("assigned")),
		kgo.MetadataMaxAge(commands.Milliseconds("METADATA_MS")), kgo.MetadataMinAge(100 * time.Millisecond),
		kgo.OnPartitionsRevoked(told("revoked")), kgo.OnPartitionsLost(told("lost"))}
	if instance != "-" {
		options = append(options, kgo.InstanceID(instance))
	}
	consumer := client(options...)
	ctx, leave := context.WithCancel(context.Background())
	go consume(ctx, consumer, group, name)
	return leave
}

func consume(ctx context.Context, consumer *kgo.Client, group, name string) {
	generation := int32(-1)
	for ctx.Err() == nil {
		turn, end := context.WithTimeout(ctx, 100*time.Millisecond)
		fetches := consumer.PollFetches(turn)
		end()
		fetches.EachError(func(_ string, _ int32, err error) {
			var answered *kerr.Error
			if errors.As(err, &answered) {
				commands.Say(group, name, "failed", answered.Code, answered.Message)
			}
		})
		fetches.EachRecord(func(r *kgo.Record) { commands.Say(group, name, "read", r.Partition) })
		if _, now := consumer.GroupMetadata(); now != generation {
			if generation = now; now > 0 {
				commands.Say(group, name, "generation", now)
			}
		}
	}
	consumer.Close()
}

func produce(partitions int32) {
	producer := client(kgo.AllowAutoTopicCreation(), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	defer producer.Close()
	for p := int32(0); p < partitions; p++ {
		record := &kgo.Record{Topic: "t", Partition: p, Value: []byte("v")}
		if err := producer.ProduceSync(context.Background(), record).FirstErr(); err != nil {
			log.Fatal(err)
		}
	}
}

func main() { commands.Obey(join, produce) }
