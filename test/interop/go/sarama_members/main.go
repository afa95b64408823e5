// Members of groups with sarama; members_test.py speaks with it, see there.
package main

import (
	"context"
	"errors"
	"log"
	"os"
	"strings"

	"github.com/IBM/sarama"

	"kelp/interop/commands"
)

var assignors = map[string]func() sarama.BalanceStrategy{"range": sarama.NewBalanceStrategyRange,
	"roundrobin": sarama.NewBalanceStrategyRoundRobin, "sticky": sarama.NewBalanceStrategySticky}

type member struct{ group, name string }

func (m member) Setup(session sarama.ConsumerGroupSession) error {
	commands.Say(m.group, m.name, "generation", session.GenerationID())
	commands.Say(m.group, m.name, "assigned", commands.Listed(session.Claims()))
	return nil
}

func (m member) Cleanup(session sarama.ConsumerGroupSession) error {
	commands.Say(m.group, m.name, "revoked", commands.Listed(session.Claims()))
	return nil
}

func (m member) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case message, open := <-claim.Messages():
			if !open {
				return nil
			}
			commands.Say(m.group, m.name, "read", message.Partition)
			session.MarkMessage(message, "")
		case <-session.Context().Done():
			return nil
		}
	}
}

// The returned function leaves the group.
func join(group, name, strategies, _ string) func() {
	settings := sarama.NewConfig()
	settings.ClientID = name
	settings.Version = sarama.MaxVersion
	settings.Metadata.RefreshFrequency = commands.Milliseconds("METADATA_MS")
	settings.Consumer.Offsets.Initial = sarama.OffsetOldest
	settings.Consumer.Group.Session.Timeout = commands.Milliseconds("SESSION_MS")
	settings.Consumer.Group.Heartbeat.Interval = commands.Milliseconds("HEARTBEAT_MS")
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
				commands.Say(group, name, "failed", int(answered), err)
			}
		}
		consumer.Close()
	}()
	return leave
}

func produce(partitions int32) {
	settings := sarama.NewConfig()
	settings.Version = sarama.MaxVersion
	settings.Producer.Partitioner = sarama.NewManualPartitioner
	settings.Producer.Return.Successes = true
	producer, err := sarama.NewSyncProducer([]string{os.Getenv("KELP_BOOTSTRAP")}, settings)
	if err != nil {
		log.Fatal(err)
	}
	defer producer.Close()
	for p := int32(0); p < partitions; p++ {
		message := &sarama.ProducerMessage{Topic: "t", Partition: p, Value: sarama.StringEncoder("v")}
		if _, _, err := producer.SendMessage(message); err != nil {
			log.Fatal(err)
		}
	}
}

func main() { commands.Obey(join, produce) }
