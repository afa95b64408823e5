#!/usr/bin/env python3
"""Groups with real clients: members_test.py CLIENT CASE (see ASSIGNORS and the last lines)

Every client has a program which hosts members. It reads commands, one a line:
    join GROUP NAME ASSIGNOR[,ASSIGNOR] INSTANCE|-      leave GROUP NAME      produce PARTITIONS
and tells what happens to its members, one event a line, always topic t:
    GROUP NAME assigned|revoked|lost P,P…     GROUP NAME generation N     GROUP NAME read P     GROUP NAME failed CODE …
"""
import contextlib, os, shutil, subprocess, sys, threading, time

from kelp_process import BUILD, KelpProcess, check, skip

PARTITIONS = 12
CONVERGED_S = 5     # after the last join or leave
ROUNDS = 2          # of killing the broker
CROWD_S = 15        # after the last join or leave, of fifty members with the defaults
PATIENCE_S = 90     # for what has no deadline of its own: a start of a JVM on a machine that builds
SESSION_MS = 2_000
HEARTBEAT_MS = 300
METADATA_MS = 300_000   # how old a client's view of the topics may be; Java's default
LATE_S = 2.5        # a survivor's heartbeat and the rebalance, on a busy machine

EAGER = ["range", "roundrobin", "sticky"]
ALL = EAGER + ["cooperative-sticky"]
ASSIGNORS = {"java": ALL, "franz_go": ALL, "confluent": ["range", "roundrobin", "cooperative-sticky"],
             "kafka_python": ALL, "kafkajs": ["roundrobin"], "sarama": EAGER}
# kafka-python tells it, but its leader joins twice when a poll times out while it waits for the answer to a join.
TELLS_NO_GENERATION = {"kafkajs", "kafka_python"}


def command(client):
    """What to run, and what it needs in its environment. `./dev clients` has installed the parts."""
    clients = BUILD.parent
    if client == "java":
        needed, run = clients / "java/Members.class", ["java", "-XX:TieredStopAtLevel=1", "-cp"]
        if needed.exists():
            run += [f"{clients / 'java'}:{(clients / 'java/classpath').read_text().strip()}", "Members"]
        return needed, run, {}
    if client in ("confluent", "kafka_python"):
        needed = clients / "venv/bin/python"
        return needed, [needed, "-B", f"members_{client}.py"], {}
    if client == "kafkajs":
        needed = clients / "js/node_modules"
        return needed, ["node", "js/members.js"], {"NODE_PATH": str(needed), "KAFKAJS_NO_PARTITIONER_WARNING": "1"}
    needed = clients / {"franz_go": "go/members", "sarama": "go/sarama_members"}[client]
    return needed, [needed], {}


class Ledger:
    """Who owns what, from the events of all programs. Two owners of a partition at a time are a failure at once."""

    def __init__(self, partitions=PARTITIONS):
        self.partitions = partitions
        self.changed = threading.Condition()
        self.owned = {}         # {group: {name: {partition}}}
        self.taken = {}         # {(group, name): [partitions revoked or lost, in order]}
        self.generation = {}    # {(group, name): the last}
        self.read = {}          # {group: {partition}}
        self.failures = []      # (group, name, code, text)
        self.produced = False
        self.broken = None      # what can never be right again

    def note(self, line):
        group, name, event, *words = line.split(None, 4)
        with self.changed:
            if event in ("assigned", "revoked", "lost"):
                self._move(group, name, event, {int(p) for p in words[0].split(",")} if words else set())
            elif event == "generation":
                self.generation[group, name] = int(words[0])
            elif event == "read":
                self.read.setdefault(group, set()).add(int(words[0]))
            elif event == "failed":
                self.failures.append((group, name, int(words[0]), " ".join(words[1:])))
            elif event == "produced":
                self.produced = True
            self.changed.notify_all()

    def _move(self, group, name, event, partitions):
        members = self.owned.setdefault(group, {})
        mine = members.setdefault(name, set())
        if event != "assigned":
            mine -= partitions
            self.taken.setdefault((group, name), []).extend(partitions)
            return
        for other, theirs in members.items():
            if other != name and theirs & partitions:
                self.broken = f"{group}: {theirs & partitions} belong to {other} and {name}"
        mine |= partitions

    def gone(self, group, name):
        with self.changed:
            self.owned[group].pop(name)

    def forget_taken(self):
        with self.changed:
            taken, self.taken = self.taken, {}
            return taken

    def wait(self, condition, rule, patience_s=PATIENCE_S):
        """Until the condition; returns the time it took. What does not belong to the condition is told if it fails."""
        start = time.monotonic()
        with self.changed:
            held = self.changed.wait_for(lambda: self.broken or condition(), patience_s)
            check(not self.broken, self.broken)
            check(held, f"{rule} in {patience_s} s: owned {self.owned}, generations {self.generation}, "
                        f"failures {self.failures}")
        return time.monotonic() - start

    def covers(self, group, names):
        """The members, and nobody else, have all partitions, each the same number."""
        members = {name: len(owned) for name, owned in self.owned.get(group, {}).items() if owned}
        return members == dict.fromkeys(names, self.partitions // len(names))

    def agree(self, group, names):
        """The generation that all members are in, or None."""
        generations = {self.generation.get((group, name)) for name in names}
        return generations.pop() if len(generations) == 1 else None


class Program:
    def __init__(self, client, kelp, ledger, session_ms, heartbeat_ms=HEARTBEAT_MS, metadata_ms=METADATA_MS):
        _, run, environment = command(client)
        self.process = subprocess.Popen(
            run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=os.path.dirname(__file__) or ".",
            env={**os.environ, **environment, "KELP_BOOTSTRAP": kelp.bootstrap, "SESSION_MS": str(session_ms),
                 "HEARTBEAT_MS": str(heartbeat_ms), "METADATA_MS": str(metadata_ms)})
        self.ledger, self.killed = ledger, False
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.ledger.note(line)
        with self.ledger.changed:
            if not self.killed:
                self.ledger.broken = "a program of members ended by itself"
            self.ledger.changed.notify_all()

    def say(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")

    def join(self, group, name, assignors, instance="-"):
        self.say("join", group, name, assignors, instance)

    def leave(self, group, name):
        self.say("leave", group, name)

    def kill(self):
        self.killed = True
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdin.close()
        self.process.stdout.close()


@contextlib.contextmanager
def stage(client, programs=1, brokers=1, partitions=PARTITIONS, initial_delay_ms=1000, session_ms=SESSION_MS,
          heartbeat_ms=HEARTBEAT_MS, metadata_ms=METADATA_MS):
    """Kelp, a ledger, programs which run, and a record in every partition of t."""
    if not command(client)[0].exists():
        skip(f"{client} is not installed: ./dev clients")
    settings = (f"num.partitions={partitions}", f"group.initial.rebalance.delay.ms={initial_delay_ms}",
                "group.min.session.timeout.ms=1000")
    with KelpProcess("--brokers", str(brokers), *(word for setting in settings for word in ("--set", setting))) as kelp:
        ledger = Ledger(partitions)
        running = [Program(client, kelp, ledger, session_ms, heartbeat_ms, metadata_ms) for _ in range(programs)]
        try:
            running[0].say("produce", partitions)
            ledger.wait(lambda: ledger.produced, "a record in every partition")
            yield (kelp, ledger, *running)
        finally:
            for program in running:
                program.kill()


def converge(ledger, client, members, generations):
    """All groups, at the same time; {group: generation} may grow by as many as the group's assignor needs."""
    def done(group):
        expected = generations.get(group)
        agreed = ledger.agree(group, members)
        told = client in TELLS_NO_GENERATION or agreed == (expected or agreed) is not None
        return ledger.covers(group, members) and told

    took = 0
    for group in ASSIGNORS[client]:
        took += ledger.wait(lambda: done(group), f"{group}: {members} cover, in generation {generations.get(group)}",
                            max(CONVERGED_S - took, 0.1))
    print(f"{members}: {took:.1f} s")
    return {group: ledger.agree(group, members) for group in ASSIGNORS[client]}


def matrix(client):
    """A group for each assignor, coordinated by one of three brokers; all go through the same changes at the same time."""
    groups = ASSIGNORS[client]
    rebalances = {group: 2 if group == "cooperative-sticky" else 1 for group in groups}  # one to give up, one to take

    with stage(client, session_ms=10_000, brokers=3) as (kelp, ledger, program):
        for group in groups:
            for name in "ab":
                program.join(group, name, group)
        ledger.wait(lambda: all(ledger.covers(group, "ab") for group in groups), "the first members cover")
        first = converge(ledger, client, "ab", {})
        check(client in TELLS_NO_GENERATION or all(first.values()), f"every member tells its generation: {first}")
        before = {group: {name: set(owned) for name, owned in ledger.owned[group].items()} for group in groups}
        ledger.forget_taken()

        for group in groups:
            program.join(group, "c", group)
        told = client not in TELLS_NO_GENERATION
        second = converge(ledger, client, "abc", {g: first[g] + rebalances[g] for g in groups} if told else {})
        if "cooperative-sticky" in groups:
            taken = ledger.forget_taken()
            for name in "ab":
                stayed = before["cooperative-sticky"][name] & ledger.owned["cooperative-sticky"][name]
                check(len(stayed) == PARTITIONS // 3, f"{name} keeps as many as it may: {stayed}")
                check(not stayed & set(taken.get(("cooperative-sticky", name), [])), f"what {name} keeps is not revoked")
        ledger.wait(lambda: all(len(ledger.read.get(g, ())) == PARTITIONS for g in groups), "every partition is read")
        ledger.forget_taken()

        for group in groups:
            program.leave(group, "c")
        third = converge(ledger, client, "ab", {g: second[g] + 1 for g in groups} if told else {})
        taken = ledger.forget_taken()
        check(not any(taken.get(("cooperative-sticky", name)) for name in "ab"), "a leave takes nothing from the others")
        check(not ledger.failures, f"no failures: {ledger.failures}")
        print(f"generations: {first}, {second}, {third}")


def votes(client):
    """All members' choices count: the one that all have is taken, and a member without it is refused."""
    with stage(client) as (kelp, ledger, program):
        program.join("mixed", "a", "range,roundrobin")
        program.join("apart", "x", "range")
        ledger.wait(lambda: ledger.covers("mixed", "a") and ledger.covers("apart", "x"), "one member has everything")
        check(kelp.describe_group("mixed")[:3] == ("Stable", "consumer", "range"), "the first choice of a single member")
        program.join("mixed", "b", "roundrobin")
        program.join("apart", "y", "roundrobin")
        ledger.wait(lambda: ledger.covers("mixed", "ab"), "two members cover")
        check(kelp.describe_group("mixed")[:3] == ("Stable", "consumer", "roundrobin"), "what both have is taken")
        ledger.wait(lambda: ledger.failures, "a member without a common protocol is refused")
        check({f[:3] for f in ledger.failures} == {("apart", "y", 23)}, f"INCONSISTENT_GROUP_PROTOCOL: {ledger.failures}")
        state, _, protocol, members = kelp.describe_group("apart")
        check((state, protocol, len(members)) == ("Stable", "range", 1), "the refused one disturbs nobody")


def killed(client):
    """A member's process dies without a word: its partitions wait for the end of its session, and not longer."""
    with stage(client, programs=2) as (kelp, ledger, one, two):
        one.join("g", "a", "range")
        two.join("g", "b", "range")
        ledger.wait(lambda: ledger.covers("g", "ab") and ledger.agree("g", "ab"), "two members cover")
        generation = ledger.agree("g", "ab")
        died = time.monotonic()
        two.kill()
        ledger.gone("g", "b")
        ledger.wait(lambda: ledger.covers("g", "a"), "the survivor has everything")
        took = time.monotonic() - died
        print(f"{took:.2f} s after the kill; session {SESSION_MS} ms, heartbeats every {HEARTBEAT_MS} ms")
        check(took >= (SESSION_MS - HEARTBEAT_MS - 100) / 1000, f"not before the session ends: {took} s")
        check(took <= SESSION_MS / 1000 + LATE_S, f"soon after the session ends: {took} s")
        ledger.wait(lambda: ledger.agree("g", "a") == generation + 1, "one generation more")
        check(len(kelp.describe_group("g")[3]) == 1, "one member is left")


def static(client):
    """A static member that comes back within its session disturbs nobody; its double takes its place."""
    with stage(client, programs=3, session_ms=60_000) as (kelp, ledger, one, two, three):
        one.join("g", "a", "range", "i1")
        two.join("g", "b", "range", "i2")
        ledger.wait(lambda: ledger.covers("g", "ab") and ledger.agree("g", "ab"), "two members cover")
        generation, owned = ledger.agree("g", "ab"), {name: set(p) for name, p in ledger.owned["g"].items()}
        ids = {m["instance"]: m["member"] for m in kelp.describe_group("g")[3]}
        two.kill()
        ledger.gone("g", "b")
        ledger.forget_taken()
        three.join("g", "b", "range", "i2")
        # Any time within its session will do: the generation tells whether it was missed.
        ledger.wait(lambda: ledger.covers("g", "ab"), "the restarted member has its partitions", 45)
        check(ledger.owned["g"] == owned, f"everybody has what he had: {ledger.owned['g']}, {owned}")
        ledger.wait(lambda: ledger.agree("g", "ab") == generation, "the generation stays")
        check(not ledger.forget_taken(), "nothing was taken from anybody")
        again = {m["instance"]: m["member"] for m in kelp.describe_group("g")[3]}
        check(again["i1"] == ids["i1"] and again["i2"] != ids["i2"], f"a new member id: {ids}, {again}")

        # The fenced one tells that it lost its partitions when it learns so, after the double has them.
        ledger.owned["g"].pop("b")
        one.join("g", "double", "range", "i2")
        ledger.wait(lambda: any(f[1:3] == ("b", 82) for f in ledger.failures), "the first is fenced")
        ledger.wait(lambda: ledger.owned["g"].get("double") == owned["b"], "the double has its partitions")
        check(ledger.owned["g"]["a"] == owned["a"] and ledger.generation["g", "a"] == generation, "no rebalance")


def grown(client):
    """A topic gets more partitions: as soon as a member sees it, the group shares them too."""
    with stage(client, metadata_ms=1_000, session_ms=10_000, brokers=3) as (kelp, ledger, program):
        for group in ASSIGNORS[client]:
            for name in "ab":
                program.join(group, name, group)
        ledger.wait(lambda: all(ledger.covers(group, "ab") for group in ASSIGNORS[client]), "two members cover")
        ledger.partitions = 2 * PARTITIONS
        kelp.grow_topic("t", ledger.partitions)
        took = ledger.wait(lambda: all(ledger.covers(group, "ab") for group in ASSIGNORS[client]), "the new partitions too")
        print(f"{took:.1f} s")


def restarted(client):
    """Kelp is killed and comes back: with a stable group nobody notices; in the middle of a rebalance all is settled after it."""
    with stage(client, session_ms=3_000) as (kelp, ledger, program):
        for name in "ab":
            program.join("g", name, "range")
        ledger.wait(lambda: ledger.covers("g", "ab") and ledger.agree("g", "ab"), "two members cover")
        generation, ids = ledger.agree("g", "ab"), member_ids(kelp)
        kelp.kill()
        kelp.start()
        check(member_ids(kelp) == ids, "the members are known again")
        program.join("g", "c", "range")
        ledger.wait(lambda: ledger.covers("g", "abc") and ledger.agree("g", "abc"), "three members cover")
        check(ledger.agree("g", "abc") == generation + 1, "only the new member made a rebalance")
        check(set(ids) < set(member_ids(kelp)), "the members are still those")
        for _ in range(ROUNDS):
            program.leave("g", "c")
            until(lambda: len(member_ids(kelp)) == 2, "c has left")
            kelp.kill()
            kelp.start()
            ledger.wait(lambda: ledger.covers("g", "ab") and ledger.agree("g", "ab"), "two members cover again")
            program.join("g", "c", "range")
            until(lambda: len(member_ids(kelp)) == 3, "c is joining")
            kelp.kill()
            kelp.start()
            ledger.wait(lambda: ledger.covers("g", "abc") and ledger.agree("g", "abc"), "three members cover again")
        check(not ledger.failures, f"no failures: {ledger.failures}")
        print(f"generation {ledger.agree('g', 'abc')} after {2 * ROUNDS} kills in the middle of rebalances")


def member_ids(kelp):
    return sorted(member["member"] for member in kelp.describe_group("g")[3])


def until(condition, rule):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        check(time.monotonic() < deadline, rule)
        time.sleep(0.005)


def crowd(client):
    """Fifty members with the defaults of Java's consumer and of the broker share 200 partitions; then ten of them leave."""
    names = [f"m{n}" for n in range(50)]
    with stage(client, partitions=200, initial_delay_ms=3000, session_ms=45_000, heartbeat_ms=3000) as (_, ledger, program):
        def settle(members, what, after):
            took = ledger.wait(lambda: ledger.covers("g", members) and (ledger.agree("g", members) or 0) > after,
                               f"{what} settle", CROWD_S)
            print(f"{what}: {took:.1f} s, generation {ledger.agree('g', members)}")

        for name in names:
            program.join("g", name, "range,cooperative-sticky")
        settle(names, "fifty members", 0)
        before = ledger.agree("g", names)
        for name in names[40:]:
            program.leave("g", name)
        settle(names[:40], "forty members", before)


if __name__ == "__main__":
    {"matrix": matrix, "votes": votes, "killed": killed, "static": static, "grown": grown,
     "restarted": restarted, "crowd": crowd}[sys.argv[2]](sys.argv[1])
