"""Runs a command on a pseudo-terminal, types what a script says, and returns what was drawn.

Reads one JSON object from stdin:

    {"command": ["node", "main.mjs"], "env": {}, "cwd": "/tmp", "rows": 40, "columns": 100, "timeout": 20,
     "steps": [{"wait": "text"}, {"match": "regular expression"}, {"send": "y"}, {"pause": 0.3}]}

`wait` and `match` look at what came after the last match, without control sequences, and may have a `timeout` of their own; `timeout` outside of the steps is
for the end of the process, after the last step. Writes one JSON object to stdout:

    {"output": "raw", "exitCode": 0, "signal": null, "fault": null, "done": [{"at": 0.2, "drawn": 340}], "seconds": 1.2, "isRestored": true}

`fault` says which step was not met; the command is killed then. `done` has, for each step, when it was done and how many characters had been drawn by then;
`seconds` is when the process ended. `isRestored` is whether the terminal echoes and edits lines again, as a shell expects it back.
"""
import codecs
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

CONTROL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


def start(request):
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            # Set on the child's side, so the command finds the size when it starts.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", request.get("rows", 40), request.get("columns", 100), 0, 0))
            os.chdir(request.get("cwd", "."))
            os.execvpe(request["command"][0], request["command"], request["env"])
        except BaseException as error:
            os.write(2, f"{error}\n".encode())
            os._exit(127)
    return pid, terminal


class Terminal:
    def __init__(self, pid, fd):
        self.pid, self.fd = pid, fd
        self.decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self.output = ""
        self.seen = 0
        self.has_ended = False

    def read(self, until):
        """Reads the next output. False if none came in time, or the output has ended."""
        if self.has_ended:
            return False
        ready, _, _ = select.select([self.fd], [], [], max(0, until - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # EIO: on Linux, the end
            data = b""
        self.has_ended = data == b""
        self.output += self.decode(data, self.has_ended)
        return not self.has_ended

    def wait(self, pattern, until):
        while True:
            text = CONTROL.sub("", self.output).replace("\r", "")
            found = re.compile(pattern).search(text, min(self.seen, len(text)))
            if found:
                self.seen = found.end()
                return True
            if not self.read(until) and (self.has_ended or time.monotonic() >= until):
                return False

    def pause(self, until):
        while time.monotonic() < until and not self.has_ended:
            self.read(until)

    def is_restored(self):
        flags = termios.tcgetattr(self.fd)[3]
        return bool(flags & termios.ECHO and flags & termios.ICANON and flags & termios.ISIG)


def play(terminal, steps, done, started):
    for number, step in enumerate(steps, 1):
        seconds = step.get("timeout", 60)
        if "pause" in step:
            terminal.pause(time.monotonic() + step["pause"])
        elif "send" in step:
            os.write(terminal.fd, step["send"].encode())
        else:
            pattern = re.escape(step["wait"]) if "wait" in step else step["match"]
            if not terminal.wait(pattern, time.monotonic() + seconds):
                why = "the command ended" if terminal.has_ended else f"{seconds} s passed"
                return f"step {number}: {why} without {json.dumps(step.get('wait', step.get('match')), ensure_ascii=False)}"
        done.append({"at": time.monotonic() - started, "drawn": len(terminal.output)})
    return None


def main():
    request = json.load(sys.stdin)
    started = time.monotonic()
    pid, fd = start(request)
    terminal = Terminal(pid, fd)
    done = []
    fault = play(terminal, request.get("steps", []), done, started)
    until = time.monotonic() + (0 if fault else request.get("timeout", 20))
    while not terminal.has_ended and time.monotonic() < until:
        terminal.read(until)
    if not terminal.has_ended:
        fault = fault or f"the command had not ended {request.get('timeout', 20)} s after the last step"
        os.kill(pid, signal.SIGKILL)
        terminal.pause(time.monotonic() + 2)
    _, status = os.waitpid(pid, 0)
    json.dump({
        "output": terminal.output,
        "exitCode": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        "fault": fault,
        "done": done,
        "seconds": time.monotonic() - started,
        "isRestored": terminal.is_restored(),
    }, sys.stdout)


main()
