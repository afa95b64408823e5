// sarama: sarama_records records|group|admin, against KELP_BOOTSTRAP. Each codec in turn, from an idempotent producer.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/IBM/sarama"
)

const recordsOfCodec = 200

var codecs = []sarama.CompressionCodec{sarama.CompressionNone, sarama.CompressionGZIP, sarama.CompressionSnappy,
	sarama.CompressionLZ4, sarama.CompressionZSTD}
var records = recordsOfCodec * len(codecs)

func settings() *sarama.Config {
	made := sarama.NewConfig()
	made.Version = sarama.MaxVersion
	made.Consumer.Offsets.Initial = sarama.OffsetOldest
	made.Consumer.Offsets.AutoCommit.Enable = false
	return made
}

func bootstrap() []string { return []string{os.Getenv("KELP_BOOTSTRAP")} }

func produce() {
	next := 0
	for _, codec := range codecs {
		with := settings()
		with.Producer.Compression = codec
		with.Producer.Idempotent = true
		with.Producer.RequiredAcks = sarama.WaitForAll
		with.Producer.Return.Successes = true
		with.Net.MaxOpenRequests = 1
		producer, err := sarama.NewSyncProducer(bootstrap(), with)
		if err != nil {
			log.Fatal(err)
		}
		var batch []*sarama.ProducerMessage
		for i := 0; i < recordsOfCodec; i++ {
			batch = append(batch, &sarama.ProducerMessage{Topic: "t", Key: sarama.StringEncoder(fmt.Sprint("k", next)),
				Value:   sarama.StringEncoder(fmt.Sprint("v", next)),
				Headers: []sarama.RecordHeader{{Key: []byte("h"), Value: []byte{byte(next)}}}})
			next++
		}
		if err := producer.SendMessages(batch); err != nil {
			log.Fatal(codec, ": ", err)
		}
		producer.Close()
	}
}

// The record that has to come next.
type expected struct{ offset int }

func (e *expected) take(message *sarama.ConsumerMessage) {
	if message.Offset != int64(e.offset) || string(message.Key) != fmt.Sprint("k", e.offset) ||
		string(message.Value) != fmt.Sprint("v", e.offset) || len(message.Headers) != 1 ||
		message.Headers[0].Value[0] != byte(e.offset) {
		log.Fatalf("record %d came back as %v", e.offset, message)
	}
	e.offset++
}

func (e *expected) consume() {
	consumer, err := sarama.NewConsumer(bootstrap(), settings())
	if err != nil {
		log.Fatal(err)
	}
	defer consumer.Close()
	partition, err := consumer.ConsumePartition("t", 0, sarama.OffsetOldest)
	if err != nil {
		log.Fatal(err)
	}
	defer partition.Close()
	for e.offset < records {
		e.take(<-partition.Messages())
	}
}

// A group of one that commits when it has all records.
type reader struct {
	expected
	done context.CancelFunc
}

func (*reader) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (*reader) Cleanup(sarama.ConsumerGroupSession) error { return nil }
func (r *reader) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		r.take(message)
		session.MarkMessage(message, "")
		if r.offset == records {
			session.Commit()
			r.done()
		}
	}
	return nil
}

func consumeInGroup(ctx context.Context) {
	group, err := sarama.NewConsumerGroup(bootstrap(), "readers", settings())
	if err != nil {
		log.Fatal(err)
	}
	defer group.Close()
	reading, done := context.WithCancel(ctx)
	r := &reader{done: done}
	if err := group.Consume(reading, []string{"t"}, r); err != nil || r.offset != records {
		log.Fatal("read ", r.offset, " records: ", err)
	}
	admin, err := sarama.NewClusterAdmin(bootstrap(), settings())
	if err != nil {
		log.Fatal(err)
	}
	defer admin.Close()
	committed, err := admin.ListConsumerGroupOffsets("readers", map[string][]int32{"t": {0}})
	if err != nil || committed.GetBlock("t", 0).Offset != int64(records) {
		log.Fatal("committed: ", committed, err)
	}
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Second)
	defer cancel()
	time.AfterFunc(50*time.Second, func() { log.Fatal("not done in time") })
	if os.Args[1] == "admin" {
		administer()
		return
	}
	produce()
	if os.Args[1] == "records" {
		(&expected{}).consume()
	} else {
		consumeInGroup(ctx)
	}
}
