"""Times in the answers of ECS."""

from datetime import datetime

from ministack.services import ecs

from emulator.gaps.patching import Gap


def fill() -> None:
    def to_number(value):
        try:
            return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else value
        except ValueError:
            return value

    ecs._ts_to_epoch = to_number


GAPS = [Gap("timestamps", "they are whole seconds, so a later event seems to be earlier", fill)]
