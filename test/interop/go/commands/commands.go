// Package commands is what members_test.py and its programs in Go say to each other, a line each; see there.
package commands

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

var output sync.Mutex

func Say(words ...any) {
	output.Lock()
	defer output.Unlock()
	fmt.Println(words...)
}

// Listed is the partitions of topic "t".
func Listed(partitions map[string][]int32) string {
	var numbers []string
	for _, p := range partitions["t"] {
		numbers = append(numbers, fmt.Sprint(p))
	}
	return strings.Join(numbers, ",")
}

// Milliseconds reads an environment variable.
func Milliseconds(name string) time.Duration {
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		log.Fatal(err)
	}
	return time.Duration(n) * time.Millisecond
}

// Obey ends with the commands. The function that join returns leaves the group; produce writes a record to each partition.
func Obey(join func(group, name, strategies, instance string) func(), produce func(partitions int32)) {
	members := map[string]func(){}
	for commands := bufio.NewScanner(os.Stdin); commands.Scan(); {
		words := strings.Fields(commands.Text())
		switch words[0] {
		case "produce":
			n, err := strconv.Atoi(words[1])
			if err != nil {
				log.Fatal(err)
			}
			produce(int32(n))
			Say("- - produced")
		case "join":
			members[words[1]+" "+words[2]] = join(words[1], words[2], words[3], words[4])
		default:
			members[words[1]+" "+words[2]]()
		}
	}
}
