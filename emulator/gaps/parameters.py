"""AWS's public parameters."""

import hashlib

from ministack.services import ssm

from emulator.gaps.gap import Gap

PUBLIC = "/aws/service/"


def fill() -> None:
    upstream = ssm.resolve_parameter_value

    def resolve(name, *rest, **named):
        """An invented image id, the same for each call."""
        value = upstream(name, *rest, **named)
        if value is None and name.startswith(PUBLIC):
            return f"ami-{hashlib.sha256(name.encode()).hexdigest()[:17]}"
        return value

    ssm.resolve_parameter_value = resolve


GAPS = [Gap("SSM public parameters", "the parameters under /aws/service, such as the images of ECS, do not exist", fill)]
