"""Pseudo parameters in the conditions of a template."""

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import changesets, engine, handlers, stacks

from emulator.gaps.gap import Gap


def fill() -> None:
    upstream = engine._evaluate_conditions

    def evaluate(template: dict, params: dict) -> dict:
        pseudo = {"AWS::Region": get_region(), "AWS::AccountId": get_account_id(), "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}
        return upstream(template, {**params, **{name: {"Value": value} for name, value in pseudo.items()}})

    # The other modules have imported the function by its name.
    for module in (engine, changesets, handlers, stacks):
        module._evaluate_conditions = evaluate


GAPS = [Gap("Pseudo parameters in conditions", "a condition with Ref AWS::Region compares this text itself", fill)]
