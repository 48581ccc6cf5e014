"""Amazon ECS: the fakes of `test/fakes/ecs`, which the command line is tested with, instead of MiniStack's own."""

from functools import partial

from ministack import app
from ministack.core.concurrency import run_reentrant
from ministack.services import cloudwatch_logs, ecs

from emulator.ecs.fakes import Fakes


def install(fakes: Fakes) -> None:
    async def ecs_request(method, path, headers, body, query_params):
        action = headers.get("x-amz-target", "").split(".")[-1]
        return await run_reentrant(fakes.request, action, (body or b"{}").decode(), thread_name="emulator-ecs")

    async def logs_request(*request):
        # What containers have logged since the last call.
        await run_reentrant(fakes.settle, thread_name="emulator-logs")
        return await cloudwatch_logs.handle_request(*request)

    app.SERVICE_HANDLERS.update(ecs=ecs_request, logs=logs_request)
    # Other services of MiniStack, such as CloudFormation, call these functions.
    for action, function in ecs._ACTION_MAP.items():
        setattr(ecs, function.__name__, partial(fakes.call, action))
