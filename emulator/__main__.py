"""python -m emulator [--port N] [--until-stdin-closes] [--rollout-seconds N] [--wait-scale N] [--plain]: prints `ready http://127.0.0.1:<port>` when it serves."""

import argparse
import atexit
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Callable

LOOPBACK = "127.0.0.1"
READY_LIMIT_SECONDS = 600
"""Far above what a busy machine takes."""


def main() -> None:
    arguments = parse()
    refuse_other_hosts()
    port = arguments.port or free_port()
    # MiniStack reads its settings from the environment when it is imported. By default it binds every interface.
    os.environ.update(BIND_HOST=LOOPBACK, GATEWAY_PORT=str(port), MINISTACK_HOST="localhost", LOG_LEVEL="WARNING", PERSIST_STATE="0", SFN_WAIT_SCALE=str(arguments.wait_scale))
    # No container engine is used.
    os.environ["DOCKER_HOST"] = "unix:///nonexistent"
    sys.argv = sys.argv[:1]

    from ministack import app

    settle = lambda: None
    if not arguments.plain:
        from emulator import additions

        settle = additions.add(arguments.rollout_seconds)
    if arguments.until_stdin_closes:
        threading.Thread(target=end_with_stdin, daemon=True).start()
    threading.Thread(target=announce, args=(port, settle), daemon=True).start()
    atexit.register(remove_functions)
    app.main()


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="a port of 127.0.0.1; default: a free one")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end when standard input closes, so it never outlives the process that started it")
    parser.add_argument("--rollout-seconds", type=float, default=3, help="how long a rollout of ECS takes; default: %(default)s")
    parser.add_argument("--wait-scale", type=float, default=1, help="how long waits of Step Functions for so many seconds, also between retries, last in relation to AWS's; default: %(default)s")
    parser.add_argument("--plain", action="store_true", help="MiniStack as it is, with its gaps and its own ECS: what the gaps' tests compare with")
    return parser.parse_args()


def refuse_other_hosts() -> None:
    host = os.environ.get("BIND_HOST", LOOPBACK)
    if host != LOOPBACK:
        sys.exit(f"BIND_HOST is {host}, but this server serves only {LOOPBACK}, because it has no passwords. Unset BIND_HOST.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def end_with_stdin() -> None:
    # `sys.stdin` has a lock, which a thread must not hold when the interpreter ends.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def remove_functions() -> None:
    """Ends the processes of Lambda functions, and removes the folders of their code, which MiniStack leaves."""
    from ministack.core import lambda_runtime

    lambda_runtime.reset()


def announce(port: int, settle: Callable[[], None]) -> None:
    endpoint = f"http://{LOOPBACK}:{port}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + READY_LIMIT_SECONDS
    while time.monotonic() < deadline:
        try:
            opener.open(f"{endpoint}/_ministack/health", timeout=10).read()
        except OSError:
            time.sleep(0.05)
        else:
            settle()
            print(f"ready {endpoint}", flush=True)
            return
    os.kill(os.getpid(), signal.SIGTERM)


main()
