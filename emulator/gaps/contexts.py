"""The context object of a state machine, `$$`."""

import contextvars

from ministack.services import stepfunctions

from emulator.gaps.gap import Gap

OF_STATE: contextvars.ContextVar[dict] = contextvars.ContextVar("context object", default={})


def fill_children() -> None:
    upstream = stepfunctions._run_sub_machine

    def run(states, start_at, input_data, execution, ctx):
        if execution.get("mapRunArn"):
            own = {"Id": execution["executionArn"], "Name": execution["name"], "StartTime": execution["startDate"], "Input": input_data}
            ctx = {**ctx, "Execution": own}
        return upstream(states, start_at, input_data, execution, ctx)

    stepfunctions._run_sub_machine = run


def fill_result_selector() -> None:
    def in_state(upstream):
        def execute(state_def, raw_input, execution, ctx):
            # What runs in the state leaves its own `State` in `ctx`.
            token = OF_STATE.set(dict(ctx))
            try:
                return upstream(state_def, raw_input, execution, ctx)
            finally:
                OF_STATE.reset(token)

        return execute

    for name in ("_execute_task", "_execute_parallel", "_execute_map"):
        setattr(stepfunctions, name, in_state(getattr(stepfunctions, name)))

    def select(state_def, data):
        selector = state_def.get("ResultSelector")
        return data if selector is None else stepfunctions._resolve_params_obj(selector, data, OF_STATE.get())

    stepfunctions._apply_result_selector = select


GAPS = [
    Gap("$$.Execution in a Distributed Map", "in a child it is the parent's; AWS's is the child's own", fill_children),
    Gap("$$ in a ResultSelector", "its values are null", fill_result_selector),
]
