"""What follows from waits that are shorter than AWS's (`--wait-scale`)."""

from ministack.core.responses import get_account_id, get_region
from ministack.services import stepfunctions


def install() -> None:
    """An execution that has ended gives its name free: one that waits until a time ends before it, and what has that time in its name begins again."""
    upstream = stepfunctions._start_execution

    def start(data):
        machine = data.get("stateMachineArn", "").rsplit(":", 1)[-1]
        arn = f"arn:aws:states:{get_region()}:{get_account_id()}:execution:{machine}:{data.get('name')}"
        if stepfunctions._executions.get(arn, {}).get("status", "RUNNING") != "RUNNING":
            stepfunctions._executions.pop(arn)
        return upstream(data)

    stepfunctions._start_execution = start
