"""A process that runs instead of one container."""

import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from emulator.processes.images import behaviour_of, lines_of

STAND_IN = Path(__file__).with_name("stand_in.py")
DEATH_BY_SIGNAL = 128
"""Docker adds the number of the signal to this for the exit code."""


class Container:
    def __init__(self, image: str, labels: dict, forget: Callable[[str], None]):
        behaviour = behaviour_of(image)
        self.id = secrets.token_hex(32)
        self.image = image
        self.labels = labels
        self._forget = forget
        # No address: the processes bind no ports, and nothing listens.
        self.attrs = {"NetworkSettings": {"Networks": {}}}
        # Without the container's environment, because it has the values of secrets. In its own session, so Ctrl-C
        # reaches only the launcher.
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(STAND_IN), str(behaviour.exit_after_seconds or 0), str(behaviour.exit_code), str(behaviour.linger_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={},
            start_new_session=True,
        )
        with self.process.stdout as ready:
            ready.read(1)

    @property
    def status(self) -> str:
        return "running" if self.process.poll() is None else "exited"

    def reload(self) -> None:
        """Does nothing: the status is always read from the process."""

    def wait(self) -> dict:
        code = self.process.wait()
        return {"StatusCode": code if code >= 0 else DEATH_BY_SIGNAL - code}

    def stop(self, timeout: float) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def remove(self, **_) -> None:
        self.stop(timeout=0)
        self.process.stdin.close()
        self._forget(self.id)

    def logs(self, stream: bool = False, **_) -> bytes | Iterator[bytes]:
        text = "".join(f"{line}\n" for line in lines_of(self.image)).encode()
        return iter([text]) if stream else text
