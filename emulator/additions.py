"""What the launcher adds to MiniStack."""

import threading
from collections.abc import Callable

from ministack import app

from emulator import ecs, gaps, waits
from emulator.ecs.fakes import Fakes


def add(rollout_seconds: float) -> Callable[[], None]:
    """Returns a function that waits until ECS answers."""
    fakes = Fakes(rollout_seconds)
    ecs.install(fakes)
    threading.Thread(target=fakes.settle_regularly, daemon=True).start()
    for gap in gaps.GAPS:
        gap.fill()
    waits.install()
    upstream = app.SERVICE_HANDLERS["cloudformation"]

    async def first_request(*request):
        # Loading CloudFormation takes longer than the rest of the start, so it is loaded when it is needed.
        from emulator.ecs import cloudformation

        app.SERVICE_HANDLERS["cloudformation"] = upstream
        cloudformation.install(fakes)
        for gap in gaps.cloudformation_gaps():
            gap.fill()
        return await upstream(*request)

    app.SERVICE_HANDLERS["cloudformation"] = first_request
    return fakes.settle
