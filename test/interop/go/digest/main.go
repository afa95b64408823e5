// What was sent and what was stored, as SHA-256, with franz-go; test/weed/digest_confluent.py says what of it.
// digest produce|consume COUNT TOPIC[:CODEC]…
package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"log"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kelp/interop/commands"
)

const (
	partitions = 3
	firstMs    = 1_700_000_000_000
	patience   = 60 * time.Second
)

var codecs = map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(),
	"snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()}

func client(options ...kgo.Opt) *kgo.Client {
	made, err := kgo.NewClient(append(options, kgo.SeedBrokers(os.Getenv("KELP_BOOTSTRAP")))...)
	commands.Must("client", err)
	return made
}

// nothing, or the empty text, or the text
func some(n, modulus int, text string) []byte {
	switch n % modulus {
	case 0:
		return nil
	case 1:
		return []byte{}
	}
	return []byte(text)
}

func record(topic string, n int) *kgo.Record {
	made := &kgo.Record{Topic: topic, Partition: int32(n % partitions), Timestamp: time.UnixMilli(firstMs + int64(n)),
		Key: some(n, 7, fmt.Sprint("key-", n)), Value: some(n, 11, strings.Repeat(fmt.Sprint("value-", n, " "), n%50))}
	for h := 0; h < n%3; h++ {
		header := kgo.RecordHeader{Key: fmt.Sprint("h", h), Value: []byte(fmt.Sprint(n))}
		if h == 1 {
			header.Value = nil
		}
		made.Headers = append(made.Headers, header)
	}
	return made
}

func number(to hash.Hash, value any) {
	commands.Must("hash", binary.Write(to, binary.BigEndian, value))
}

func sized(to hash.Hash, data []byte) {
	if data == nil {
		number(to, int32(-1))
		return
	}
	number(to, int32(len(data)))
	to.Write(data)
}

func add(to hash.Hash, r *kgo.Record) {
	number(to, r.Partition)
	number(to, r.Offset)
	sized(to, r.Key)
	sized(to, r.Value)
	number(to, int32(len(r.Headers)))
	for _, header := range r.Headers {
		sized(to, []byte(header.Key))
		sized(to, header.Value)
	}
	number(to, r.Timestamp.UnixMilli())
}

func produce(to hash.Hash, count int, topic, codec string) {
	producer := client(kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerBatchCompression(codecs[codec]),
		kgo.ProducerLinger(5*time.Millisecond))
	defer producer.Close()
	var sent []*kgo.Record
	for n := 0; n < count; n++ {
		sent = append(sent, record(topic, n))
		producer.Produce(context.Background(), sent[n], func(_ *kgo.Record, err error) { commands.Must(topic, err) })
	}
	commands.Must("flush", producer.Flush(context.Background()))
	sort.SliceStable(sent, func(a, b int) bool {
		if sent[a].Partition != sent[b].Partition {
			return sent[a].Partition < sent[b].Partition
		}
		return sent[a].Offset < sent[b].Offset
	})
	for _, r := range sent {
		add(to, r)
	}
}

func consume(to hash.Hash, count int, topic string) {
	for p := range partitions {
		due := int64((count - p + partitions - 1) / partitions)
		from := map[string]map[int32]kgo.Offset{topic: {int32(p): kgo.NewOffset().AtStart()}}
		consumer := client(kgo.ConsumePartitions(from), kgo.FetchMaxWait(10*time.Millisecond))
		for at := int64(0); at < due; {
			turn, end := context.WithTimeout(context.Background(), patience)
			fetches := consumer.PollFetches(turn)
			end()
			commands.Must(topic, fetches.Err())
			fetches.EachPartition(func(fetched kgo.FetchTopicPartition) {
				commands.Expect(fmt.Sprintf("%s-%d: end", topic, p), fetched.HighWatermark, due)
				for _, r := range fetched.Records {
					commands.Expect(fmt.Sprintf("%s-%d: offset", topic, p), r.Offset, at)
					add(to, r)
					at++
				}
			})
		}
		consumer.Close()
	}
}

func main() {
	count, err := strconv.Atoi(os.Args[2])
	commands.Must("count", err)
	for _, word := range os.Args[3:] {
		topic, codec, _ := strings.Cut(word, ":")
		digest := sha256.New()
		switch os.Args[1] {
		case "produce":
			produce(digest, count, topic, codec)
		case "consume":
			consume(digest, count, topic)
		default:
			log.Fatal("produce or consume")
		}
		fmt.Println(topic, hex.EncodeToString(digest.Sum(nil)))
	}
}
