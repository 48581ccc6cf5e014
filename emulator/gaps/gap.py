"""The description of a gap."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Gap:
    name: str
    upstream: str
    """What MiniStack does without the patch."""
    fill: Callable[[], None]
