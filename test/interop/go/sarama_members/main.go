// Members of groups with sarama; members_test.py speaks with it, see there.
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

	"github.com/IBM/sarama"
)

var output sync.Mutex

func say(words ...any) {
	output.Lock()
	defer output.Unlock()
	fmt.Println(words...)
}

func milliseconds(name string) time.Duration {
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		log.Fatal(err)
	}
	return time.Duration(n) * time.Millisecond
}

var assignors = map[string]func() sarama.BalanceStrategy{"range": sarama.NewBalanceStrategyRange,
	"roundrobin": sarama.NewBalanceStrategyRoundRobin, "sticky": sarama.NewBalanceStrategySticky}

type member struct{ group, name string }

func (m member) Setup(session sarama.ConsumerGroupSession) error {
	say(m.group, m.name, "generation", session.GenerationID())
	say(m.group, m.name, "assigned", listed(session.Claims()))
	return nil
}

func (m member) Cleanup(session sarama.ConsumerGroupSession) error {
	say(m.group, m.name, "revoked", listed(session.Claims()))
	return nil
}

func (m member) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case message, open := <-claim.Messages():
			if !open {
				return nil
			}
			say(m.group, m.name, "read", message.Partition)
			session.MarkMessage(message, "")
		case <-session.Context().Done():
			return nil
		}
	}
}

func listed(claims map[string][]int32) string {
	var numbers []string
	for _, p := range claims["t"] {
		numbers = append(numbers, fmt.Sprint(p))
	}
	return strings.Join(numbers, ",")
}

// The returned function leaves the group.
func join(group, name, strategies string) func() {
	settings := sarama.NewConfig()
	settings.ClientID = name
	settings.Version = sarama.MaxVersion
	settings.Metadata.RefreshFrequency = milliseconds("METADATA_MS")
	settings.Consumer.Offsets.Initial = sarama.OffsetOldest
	settings.Consumer.Group.Session.Timeout = milliseconds("SESSION_MS")
	settings.Consumer.Group.Heartbeat.Interval = milliseconds("HEARTBEAT_MS")
	settings.Consumer.Group.Rebalance.GroupStrategies = nil
	for _, strategy := range strings.Split(strategies, ",") {
		settings.Consumer.Group.Rebalance.GroupStrategies =
			append(settings.Consumer.Group.Rebalance.GroupStrategies, assignors[strategy]())
	}
	consumer, err := sarama.NewConsumerGroup([]string{os.Getenv("KELP_BOOTSTRAP")}, group, settings)
	if err != nil {
		log.Fatal(err)
	}
	ctx, leave := context.WithCancel(context.Background())
	go func() {
		for ctx.Err() == nil {
			err := consumer.Consume(ctx, []string{"t"}, member{group, name})
			var answered sarama.KError
			if errors.As(err, &answered) {
				say(group, name, "failed", int(answered), err)
			}
		}
		consumer.Close()
	}()
	return leave
}

func produce(partitions string) {
	n, _ := strconv.Atoi(partitions)
	settings := sarama.NewConfig()
	settings.Version = sarama.MaxVersion
	settings.Producer.Partitioner = sarama.NewManualPartitioner
	settings.Producer.Return.Successes = true
	producer, err := sarama.NewSyncProducer([]string{os.Getenv("KELP_BOOTSTRAP")}, settings)
	if err != nil {
		log.Fatal(err)
	}
	defer producer.Close()
	for p := 0; p < n; p++ {
		message := &sarama.ProducerMessage{Topic: "t", Partition: int32(p), Value: sarama.StringEncoder("v")}
		if _, _, err := producer.SendMessage(message); err != nil {
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
			members[words[1]+" "+words[2]] = join(words[1], words[2], words[3])
		default:
			members[words[1]+" "+words[2]]()
		}
	}
}
