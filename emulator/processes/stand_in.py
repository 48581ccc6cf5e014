"""The program that stands in for a container's.

It ends with 0 on SIGTERM, and when its standard input closes: only the launcher holds the other end, so it never outlives
the launcher, however that ends. (The kernel's PR_SET_PDEATHSIG would not do: it follows the thread that started the process,
and MiniStack starts each task in a thread of its own.)

Usage: python stand_in.py <seconds until it ends by itself, or 0> <exit code then> <seconds from SIGTERM to its end>
"""

import os
import select
import signal
import sys

until_end, code, linger = float(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])


def is_abandoned(seconds: float | None) -> bool:
    return bool(select.select([0], [], [], seconds)[0])


def end(*_) -> None:
    is_abandoned(linger)
    os._exit(0)


signal.signal(signal.SIGTERM, end)
# After this line, the program handles SIGTERM.
os.write(1, b"\n")
os._exit(0 if is_abandoned(until_end or None) else code)
