"""Shorter waits of Step Functions (`--wait-scale`)."""

import time
from datetime import datetime, timezone

from ministack.services import stepfunctions


def install() -> None:
    """Only waits of so many seconds are shorter. A wait until a time of the clock ends at that time, since others know it, too."""

    def sleep_until(timestamp: str) -> None:
        until = datetime.fromisoformat(timestamp.replace("Z", "+00:00"))
        time.sleep(max(0, (until - datetime.now(timezone.utc)).total_seconds()))

    stepfunctions._sleep_until = sleep_until
