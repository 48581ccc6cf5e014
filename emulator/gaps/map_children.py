"""The context object in a child of a Distributed Map."""

from ministack.services import stepfunctions

from emulator.gaps.gap import Gap


def fill() -> None:
    upstream = stepfunctions._run_sub_machine

    def run(states, start_at, input_data, execution, ctx):
        if execution.get("mapRunArn"):
            own = {"Id": execution["executionArn"], "Name": execution["name"], "StartTime": execution["startDate"], "Input": input_data}
            ctx = {**ctx, "Execution": own}
        return upstream(states, start_at, input_data, execution, ctx)

    stepfunctions._run_sub_machine = run


GAPS = [Gap("$$.Execution in a Distributed Map", "in a child it is the parent's; AWS's is the child's own", fill)]
