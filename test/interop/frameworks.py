"""What the tests of Kafka Streams and Kafka Connect share: their programs, and how long a test goes on.

The short form makes each of its rounds once. INTEROP_SECONDS=60 in the environment repeats them for that long.
"""
import atexit, contextlib, itertools, os, pathlib, shutil, signal, subprocess, tempfile, time

from java_tools import JVM, Tools, classpath
from kelp_process import KelpProcess, check

PATIENCE_S = 90  # for what has no deadline of its own: the start of a JVM on a busy machine
GOES_ON_S = float(os.environ.get("INTEROP_SECONDS", "0"))


class Program:
    """A JVM with a main class of the frameworks; what it prints is told if a check fails."""

    def __init__(self, directory, main_class, *arguments):
        self.log = pathlib.Path(directory, f"{main_class}.log")
        with self.log.open("a") as log:
            self.process = subprocess.Popen([*JVM, "-cp", classpath(), main_class, *map(str, arguments)], stdout=log,
                                            stderr=subprocess.STDOUT, cwd=directory)
        atexit.register(self.kill)  # wherever the test ends

    def alive(self):
        return self.process.poll() is None

    def terminate(self):
        self.process.terminate()
        code = self.process.wait(PATIENCE_S)
        check(code in (0, 128 + signal.SIGTERM), f"it ends with 0 or by the signal, not {code}: {self.told()}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def told(self):
        return self.log.read_text()[-4000:]


def properties(directory, name, settings):
    """The path of a new file."""
    path = pathlib.Path(directory, name)
    path.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
    return path


def eventually(condition, rule, program, seen=lambda: ""):
    """seen() tells what there is instead when it fails."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        check(program.alive(), f"the program lives, so that {rule}: {program.told()}")
        check(time.monotonic() < deadline, f"{rule} in {PATIENCE_S} s: {seen()} {program.told()}")
        time.sleep(0.2)  # between two looks


def rounds(*each):
    """Each once; and again and again until the time is over."""
    start = time.monotonic()
    for number, one in enumerate(itertools.cycle(each)):
        if number >= len(each) and time.monotonic() - start >= GOES_ON_S:
            print(f"{number} rounds in {time.monotonic() - start:.0f} s")
            return
        print(f"after {time.monotonic() - start:.1f} s: {one.__name__}", flush=True)
        one()


@contextlib.contextmanager
def kelp_and_tools(*settings):
    """(Kelp, Tools, a directory). Kelp comes back at the same port."""
    classpath()
    directory = tempfile.mkdtemp(prefix="kelp-interop-")
    with KelpProcess(*settings, comes_back=True) as kelp, contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        tools = Tools(kelp.bootstrap, directory)
        stack.callback(tools.end)
        yield kelp, tools, directory
