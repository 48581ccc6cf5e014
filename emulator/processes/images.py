"""What an image stands for: its tag says how the container behaves, its repository what it logs. No image is pulled."""

import hashlib
from dataclasses import dataclass

PULL_SECONDS = 0.3
"""Long enough to watch a rollout. A real pull takes longer."""

SLOW_PULL_SECONDS = 30


@dataclass(frozen=True)
class Behaviour:
    exit_after_seconds: float | None = None
    """None if it runs until it is stopped."""
    exit_code: int = 0
    linger_seconds: float = 0
    """The time from SIGTERM to its end."""
    pull_seconds: float = PULL_SECONDS
    is_missing: bool = False
    is_key_rejected: bool = False
    """Whether an Insights agent logs that Postman rejects its key. It waits then, and does not end."""


RUNS = Behaviour()

BY_TAG = {
    "crash": Behaviour(exit_after_seconds=0.3, exit_code=1),
    "missing": Behaviour(is_missing=True),
    "lingers": Behaviour(linger_seconds=0.8),
    "slow": Behaviour(pull_seconds=SLOW_PULL_SECONDS),
    "rejected-key": Behaviour(is_key_rejected=True),
}

CAPTURES = ["[INFO] Running learn mode on interfaces eth0, lo", "[INFO] Send SIGINT (Ctrl-C) to stop..."]
REJECTED = [
    "[ERROR] Error during initiaization: Invalid credentials. Ensure the POSTMAN_INSIGHTS_API_KEY environment variable has a valid API key",
    "This process will not exit, to avoid boot loops.",
]
"""What the real agent logs, in the words of its public sources (src/agent/log-lines.ts)."""

BANNERS = {"postman-insights-agent": "[INFO] Postman Insights Agent 0.40.1", "postman-lc-agent": "[INFO] Postman Live Collections Agent 0.29.3"}
"""The first line of each agent, by the last part of its repository."""


def tag_of(reference: str) -> str:
    last = reference.split("@", 1)[0].rsplit("/", 1)[-1]
    return last.split(":", 1)[1] if ":" in last else "latest"


def behaviour_of(reference: str) -> Behaviour:
    return BY_TAG.get(tag_of(reference), RUNS)


def lines_of(reference: str) -> list[str]:
    """What a container of the image logs when it starts."""
    banner = BANNERS.get(reference.split("@", 1)[0].rsplit("/", 1)[-1].split(":", 1)[0])
    if banner is None:
        return [f"{reference} was not run: a local process stands in for it."]
    return [banner, *(REJECTED if behaviour_of(reference).is_key_rejected else CAPTURES)]


def digest_of(reference: str) -> str:
    """An invented digest, the same for each call."""
    return f"sha256:{hashlib.sha256(reference.encode()).hexdigest()}"
