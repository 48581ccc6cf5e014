"""Runs a command on a pseudo-terminal, types what a script says, and returns what was drawn.

Reads one line of JSON from stdin:

    {"command": ["node", "main.mjs"], "env": {}, "cwd": "/tmp", "rows": 40, "columns": 100, "timeout": 20,
     "steps": [{"wait": "text"}, {"match": "regular expression"}, {"send": "y"}, {"until": true}, {"then": true}, {"resize": {"rows": 40, "columns": 60}}]}

`wait` and `match` look at what came after the last match or `resize`, without control sequences, and may have a `timeout` of their own; `timeout` outside of
the steps is for the end of the process, after the last step. `until` waits for another line on stdin. `then` says on stdout that it is reached:
{"reached": 4}. To send Ctrl-C twice, wait for the echo of the first, `^C`: the second is sent when the process has got the first. `resize` sets the size of
the terminal. Writes one JSON object to stdout at the end:

    {"output": "raw", "exitCode": 0, "signal": null, "fault": null, "isRestored": true, "resizes": [{"at": 120, "rows": 40, "columns": 60}]}

`fault` says which step was not met; the command is killed then. `at` is how much of the output was drawn before the size was set. `isRestored` is whether the terminal echoes and edits lines again, as a shell expects it back.
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

CTRL_C = "\x03"
CONTROL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


def set_size(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def start(request):
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            # Set on the child's side, so the command finds the size when it starts.
            set_size(0, request.get("rows", 40), request.get("columns", 100))
            # Otherwise Ctrl-C discards what the command has drawn and this program has not read yet.
            attributes = termios.tcgetattr(0)
            attributes[3] |= termios.NOFLSH
            termios.tcsetattr(0, termios.TCSANOW, attributes)
            os.chdir(request.get("cwd", "."))
            os.execvpe(request["command"][0], request["command"], request["env"])
        except BaseException as error:
            os.write(2, f"{error}\n".encode())
            os._exit(127)
    return pid, terminal


class Input:
    """The lines of stdin, without a buffer that hides from `select` what has been read."""

    def __init__(self):
        self.data = b""

    def has_line(self):
        return b"\n" in self.data

    def read(self):
        """Reads what is there. False at the end."""
        data = os.read(0, 65536)
        self.data += data
        return data != b""

    def line(self):
        while not self.has_line() and self.read():
            pass
        line, _, self.data = self.data.partition(b"\n")
        return line


class Terminal:
    def __init__(self, pid, fd):
        self.pid, self.fd = pid, fd
        self.decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self.output = ""
        self.seen = 0
        self.has_ended = False
        self.resizes = []

    def resize(self, rows, columns):
        while self.read(time.monotonic()):
            pass
        self.seen = len(self.text())
        self.resizes.append({"at": len(self.output), "rows": rows, "columns": columns})
        set_size(self.fd, rows, columns)

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

    def text(self):
        """The output without control sequences."""
        return CONTROL.sub("", self.output).replace("\r", "")

    def wait(self, pattern, until):
        while True:
            text = self.text()
            found = re.compile(pattern).search(text, min(self.seen, len(text)))
            if found:
                self.seen = found.end()
                return True
            if not self.read(until) and (self.has_ended or time.monotonic() >= until):
                return False

    def wait_for_line(self, given, until):
        """Waits for the next line of stdin, and reads the output until then."""
        is_open = True
        while not given.has_line() and is_open and not self.has_ended and time.monotonic() < until:
            ready, _, _ = select.select([self.fd, 0], [], [], max(0, until - time.monotonic()))
            if self.fd in ready:
                self.read(until)
            if 0 in ready:
                is_open = given.read()
        return given.has_line() and given.line() is not None

    def send(self, text, until):
        # The kernel keeps one signal of a kind: a second one is lost if the first is still pending.
        while text == CTRL_C and is_pending(self.pid, signal.SIGINT) and time.monotonic() < until:
            self.read(time.monotonic() + 0.01)
        try:
            os.write(self.fd, text.encode())
        except OSError:  # The command has ended.
            pass

    def pause(self, until):
        while time.monotonic() < until and not self.has_ended:
            self.read(until)

    def is_restored(self):
        flags = termios.tcgetattr(self.fd)[3]
        return bool(flags & termios.ECHO and flags & termios.ICANON and flags & termios.ISIG)


def is_pending(pid, number):
    try:
        with open(f"/proc/{pid}/status") as status:
            masks = [int(line.split()[1], 16) for line in status if line.startswith(("SigPnd:", "ShdPnd:"))]
    except OSError:  # It has ended, or this is no Linux.
        return False
    return any(mask >> (number - 1) & 1 for mask in masks)


def play(terminal, steps, given):
    for number, step in enumerate(steps, 1):
        seconds = step.get("timeout", 1200)
        if "until" in step:
            if not terminal.wait_for_line(given, time.monotonic() + seconds):
                return f"step {number}: {'the command ended' if terminal.has_ended else f'{seconds} s passed'}, and what it waits for has not happened"
        elif "then" in step:
            print(json.dumps({"reached": number}), flush=True)
        elif "resize" in step:
            terminal.resize(**step["resize"])
        elif "send" in step:
            terminal.send(step["send"], time.monotonic() + seconds)
        else:
            pattern = re.escape(step["wait"]) if "wait" in step else step["match"]
            if not terminal.wait(pattern, time.monotonic() + seconds):
                why = "the command ended" if terminal.has_ended else f"{seconds} s passed"
                return f"step {number}: {why} without {json.dumps(step.get('wait', step.get('match')), ensure_ascii=False)}"
    return None


def main():
    given = Input()
    request = json.loads(given.line())
    pid, fd = start(request)
    terminal = Terminal(pid, fd)
    fault = play(terminal, request.get("steps", []), given)
    until = time.monotonic() + (0 if fault else request.get("timeout", 1200))
    while not terminal.has_ended and time.monotonic() < until:
        terminal.read(until)
    if not terminal.has_ended:
        fault = fault or f"the command had not ended {request.get('timeout', 1200)} s after the last step"
        os.kill(pid, signal.SIGKILL)
        terminal.pause(time.monotonic() + 2)
    _, status = os.waitpid(pid, 0)
    json.dump({
        "output": terminal.output,
        "exitCode": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        "fault": fault,
        "isRestored": terminal.is_restored(),
        "resizes": terminal.resizes,
    }, sys.stdout)


main()
