"""What members_test.py and its programs in Python say to each other, a line each; see there."""
import os, sys, threading

output = threading.Lock()


def say(*words):
    with output:
        print(*words, flush=True)


def listed(partitions):
    return ",".join(str(p.partition) for p in partitions)


class GroupMember(threading.Thread):
    """A thread that consumes until it `leaves`."""

    def __init__(self, group, name):
        super().__init__(daemon=True)
        self.group, self.name_in_group, self.leaves = group, name, False

    def say(self, *words):
        say(self.group, self.name_in_group, *words)


def obey(join, produce):
    """join(group, name, assignors, instance) makes a GroupMember; produce(partitions) writes one record to each."""
    members = {}
    for line in sys.stdin:
        command, *words = line.split()
        if command == "produce":
            produce(int(words[0]))
            say("- - produced")
        elif command == "join":
            members[words[0], words[1]] = member = join(*words)
            member.start()
        else:
            members.pop((words[0], words[1])).leaves = True
    os._exit(0)
