"""What an image stands for: its tag says how the container behaves. No image is pulled."""

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


RUNS = Behaviour()

BY_TAG = {
    "crash": Behaviour(exit_after_seconds=0.3, exit_code=1),
    "missing": Behaviour(is_missing=True),
    "lingers": Behaviour(linger_seconds=0.8),
    "slow": Behaviour(pull_seconds=SLOW_PULL_SECONDS),
}


def tag_of(reference: str) -> str:
    last = reference.split("@", 1)[0].rsplit("/", 1)[-1]
    return last.split(":", 1)[1] if ":" in last else "latest"


def behaviour_of(reference: str) -> Behaviour:
    return BY_TAG.get(tag_of(reference), RUNS)


def digest_of(reference: str) -> str:
    """An invented digest, the same for each call."""
    return f"sha256:{hashlib.sha256(reference.encode()).hexdigest()}"
