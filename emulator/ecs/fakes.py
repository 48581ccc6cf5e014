"""The process with the fakes. Requests and answers are lines of JSON, one at a time. It ends when its standard input closes, so it never outlives the launcher."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import cloudwatch_logs

START = pathlib.Path(__file__).with_name("start.mjs")


class Fakes:
    def __init__(self, rollout_seconds: float):
        node = shutil.which("node") or sys.exit("The local AWS needs Node.js: there is no program `node` on the PATH.")
        # In its own session, so Ctrl-C reaches only the launcher.
        self._process = subprocess.Popen(
            [node, str(START), str(rollout_seconds)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True
        )
        self._lock = threading.Lock()
        threading.Thread(target=self._end_launcher, daemon=True).start()

    def _end_launcher(self) -> None:
        code = self._process.wait()
        print(f"The process of ECS has ended with exit code {code}.", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGTERM)

    def request(self, action: str, body: str) -> tuple:
        """Sends the body of a request, and returns MiniStack's form of an answer."""
        return self._answer(action=action, body=body)

    def call(self, action: str, data: dict) -> tuple:
        return self.request(action, json.dumps({key: value for key, value in data.items() if value is not None}))

    def tag(self, arn: str, tags: dict[str, str]) -> None:
        """Adds tags that only AWS itself can give."""
        self._answer(tags={arn: tags})

    def settle(self) -> None:
        """Lets everything happen that is due."""
        self._answer()

    def _answer(self, **request) -> tuple:
        account = get_account_id()
        with self._lock:
            self._process.stdin.write(json.dumps({"account": account, "region": get_region(), **request}) + "\n")
            self._process.stdin.flush()
            answer = json.loads(self._process.stdout.readline())
        for stream in answer["logs"]:
            with request_scope(account, stream["region"]):
                write(stream["group"], stream["stream"], stream["events"])
        return answer.get("status"), {"Content-Type": "application/x-amz-json-1.1"}, answer.get("body", "").encode()


def write(group: str, stream: str, events: list[dict]) -> None:
    # They may be there already.
    cloudwatch_logs._create_log_group({"logGroupName": group})
    cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
    cloudwatch_logs._put_log_events({"logGroupName": group, "logStreamName": stream, "logEvents": events})
