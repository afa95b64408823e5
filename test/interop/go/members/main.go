// Members of groups with franz-go; members_test.py speaks with it, see there.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

var output sync.Mutex

func say(words ...any) {
	output.Lock()
	defer output.Unlock()
	fmt.Println(words...)
}

func listed(partitions map[string][]int32) string {
	var numbers []string
	for _, p := range partitions["t"] {
		numbers = append(numbers, fmt.Sprint(p))
	}
	return strings.Join(numbers, ",")
}

func milliseconds(name string) time.Duration {
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		log.Fatal(err)
	}
	return time.Duration(n) * time.Millisecond
}

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
			say(group, name, what, listed(partitions))
		}
	}
	options := []kgo.Opt{kgo.ConsumeTopics("t"), kgo.ConsumerGroup(group), kgo.ClientID(name), kgo.Balancers(balancers...),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.SessionTimeout(milliseconds("SESSION_MS")),
		kgo.HeartbeatInterval(milliseconds("HEARTBEAT_MS")), kgo.OnPartitionsAssigned(told("assigned")),
		kgo.MetadataMaxAge(milliseconds("METADATA_MS")), kgo.MetadataMinAge(100 * time.Millisecond),
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
				say(group, name, "failed", answered.Code, answered.Message)
			}
		})
		fetches.EachRecord(func(r *kgo.Record) { say(group, name, "read", r.Partition) })
		if _, now := consumer.GroupMetadata(); now != generation {
			if generation = now; now > 0 {
				say(group, name, "generation", now)
			}
		}
	}
	consumer.Close()
}

func produce(partitions string) {
	n, _ := strconv.Atoi(partitions)
	producer := client(kgo.AllowAutoTopicCreation(), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	defer producer.Close()
	for p := 0; p < n; p++ {
		record := &kgo.Record{Topic: "t", Partition: int32(p), Value: []byte("v")}
		if err := producer.ProduceSync(context.Background(), record).FirstErr(); err != nil {
			log.Fatal(err)
		}
	}
	say("- - produced")
}

func main() {
	members := map[string]func(){}
	for commands := bufio.NewScanner(os.Stdin); commands.Scan(); {
		words := strings.Fields(commands.Text())
		switch words[0] {
		case "produce":
			produce(words[1])
		case "join":
			members[words[1]+" "+words[2]] = join(words[1], words[2], words[3], words[4])
		default:
			members[words[1]+" "+words[2]]()
		}
	}
}
