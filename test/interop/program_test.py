#!/usr/bin/env python3
"""A client of another language against a fresh Kelp: program_test.py js|go|sarama records|group|admin"""
import os, pathlib, shutil, subprocess, sys

from kelp_process import BUILD, KelpProcess, check, skip

HERE = pathlib.Path(__file__).resolve().parent


def command(language):
    """What to run, and what it needs in its environment. `./dev clients` has installed the parts."""
    if language == "js":
        modules = BUILD.parent / "js/node_modules"
        if not shutil.which("node") or not modules.is_dir():
            skip("node or kafkajs is not installed: ./dev clients")
        return ["node", HERE / "js/kafkajs_test.js"], {"NODE_PATH": str(modules), "KAFKAJS_NO_PARTITIONER_WARNING": "1"}
    program = BUILD.parent / "go" / ("kelp-interop" if language == "go" else "sarama_records")
    if not program.exists():
        skip("the Go client is not built: ./dev clients, with go")
    return [program], {}


if __name__ == "__main__":
    run, environment = command(sys.argv[1])
    with KelpProcess() as kelp:
        if sys.argv[2] == "group" and not kelp.serves_groups():
            skip("groups are not served")
        ended = subprocess.run([*run, sys.argv[2]], env={**os.environ, **environment, "KELP_BOOTSTRAP": kelp.bootstrap},
                               timeout=55)
        check(ended.returncode == 0, f"{sys.argv[1]} ends with 0, not {ended.returncode}")
