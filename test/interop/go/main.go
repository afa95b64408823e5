// franz-go: main records|group|admin, against KELP_BOOTSTRAP.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const records = 1000

func client(options ...kgo.Opt) *kgo.Client {
	options = append(options, kgo.SeedBrokers(os.Getenv("KELP_BOOTSTRAP")))
	made, err := kgo.NewClient(options...)
	if err != nil {
		log.Fatal(err)
	}
	return made
}

func produce(ctx context.Context) {
	producer := client(kgo.AllowAutoTopicCreation(), kgo.DefaultProduceTopic("t"))
	defer producer.Close()
	for i := 0; i < records; i++ {
		record := kgo.KeySliceRecord([]byte(fmt.Sprint("k", i)), []byte(fmt.Sprint("v", i)))
		record.Headers = []kgo.RecordHeader{{Key: "h", Value: []byte{byte(i)}}}
		producer.Produce(ctx, record, func(_ *kgo.Record, err error) {
			if err != nil {
				log.Fatal(err)
			}
		})
	}
	if err := producer.Flush(ctx); err != nil {
		log.Fatal(err)
	}
}

// All records, in order, at dense offsets.
func consume(ctx context.Context, consumer *kgo.Client) {
	for next := 0; next < records; {
		fetches := consumer.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			log.Fatal(err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if r.Offset != int64(next) || string(r.Key) != fmt.Sprint("k", next) ||
				string(r.Value) != fmt.Sprint("v", next) || r.Headers[0].Value[0] != byte(next) {
				log.Fatalf("record %d came back as %v", next, r)
			}
			next++
		})
	}
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Second)
	defer cancel()
	if os.Args[1] == "admin" {
		administer(ctx)
		return
	}
	produce(ctx)
	start := kgo.NewOffset().AtStart()
	if os.Args[1] == "records" {
		consumer := client(kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{"t": {0: start}}))
		defer consumer.Close()
		consume(ctx, consumer)
		return
	}
	consumer := client(kgo.ConsumeTopics("t"), kgo.ConsumerGroup("readers"), kgo.ConsumeResetOffset(start))
	defer consumer.Close()
	consume(ctx, consumer)
	if err := consumer.CommitUncommittedOffsets(ctx); err != nil {
		log.Fatal(err)
	}
}
