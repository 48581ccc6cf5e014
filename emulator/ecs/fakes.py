"""The process with the fakes. Requests and answers are lines of JSON, one at a time. It ends when its standard input closes, so it never outlives the launcher."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import cloudwatch_logs, eventbridge

TICK_SECONDS = 0.5

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
        """A call of AWS itself, which uses none of the account's rates."""
        return self._answer(action=action, body=json.dumps({key: value for key, value in data.items() if value is not None}), byAws=True)

    def tag(self, arn: str, tags: dict[str, str]) -> None:
        """Adds tags that only AWS itself can give."""
        self._answer(tags={arn: tags})

    def settle(self) -> None:
        """Lets everything happen that is due, in all accounts."""
        self._answer()

    def settle_regularly(self) -> None:
        """So events are sent without a call."""
        while self._process.poll() is None:
            time.sleep(TICK_SECONDS)
            # If the process has ended, so does the launcher.
            with contextlib.suppress(OSError, ValueError):
                self.settle()

    def _answer(self, **request) -> tuple:
        with self._lock:
            self._process.stdin.write(json.dumps({"account": get_account_id(), "region": get_region(), **request}) + "\n")
            self._process.stdin.flush()
            answer = json.loads(self._process.stdout.readline())
        for account in answer["happened"]:
            for stream in account["logs"]:
                with request_scope(account["account"], stream["region"]):
                    write(stream["group"], stream["stream"], stream["events"])
            for event in account["events"]:
                with request_scope(account["account"], event["region"]):
                    send(event)
        return answer.get("status"), {"Content-Type": "application/x-amz-json-1.1"}, answer.get("body", "").encode()


def write(group: str, stream: str, events: list[dict]) -> None:
    # They may be there already.
    cloudwatch_logs._create_log_group({"logGroupName": group})
    cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
    cloudwatch_logs._put_log_events({"logGroupName": group, "logStreamName": stream, "logEvents": events})


def send(event: dict) -> None:
    """Sends an `ECS Deployment State Change` event to the default bus, as ECS does. PutEvents refuses the sources of AWS."""
    detail = {
        "eventType": "ERROR" if event["eventName"].endswith("_FAILED") else "INFO",
        "eventName": event["eventName"],
        "deploymentId": event["deploymentId"],
        "updatedAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(event["updatedAt"] / 1000)),
        "reason": event["reason"],
    }
    entry = {"Source": "aws.ecs", "DetailType": "ECS Deployment State Change", "Resources": [event["serviceArn"]], "Detail": json.dumps(detail)}
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
