"""Event buses: who may send events to one, and rules that send them to the bus of another account or region."""

import json

from ministack.core.iam_evaluator import EvalContext, _gather_role_policies, evaluate, evaluate_resource_policy
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge, iam

from emulator.gaps.gap import Gap

EVENTS = "events.amazonaws.com"


def role_may_send(role_arn: str, rule_arn: str, bus_arn: str) -> bool:
    """Whether the role trusts EventBridge for this rule, and may send to the bus."""
    role = iam._roles.get(role_arn.rsplit("/", 1)[-1])
    if not role or role["Arn"] != role_arn:
        return False
    of_rule = {"aws:sourceaccount": get_account_id(), "aws:sourcearn": rule_arn}
    assuming = EvalContext(EVENTS, "Service", "", "sts:AssumeRole", role_arn, get_region(), service_context=of_rule)
    # A trust policy names no resource.
    trust = {"Statement": [{**each, "Resource": "*"} for each in json.loads(role["AssumeRolePolicyDocument"])["Statement"]]}
    return evaluate_resource_policy(trust, assuming, EVENTS).decision == "Allow" and evaluate(sending(role_arn, bus_arn), _gather_role_policies(role["RoleName"], get_account_id())).decision == "Allow"


def sending(role_arn: str, bus_arn: str, event: dict | None = None) -> EvalContext:
    of_event = {"events:source": event["Source"], "events:detail-type": event["DetailType"]} if event else {}
    account = role_arn.split(":")[4]
    return EvalContext(role_arn, "AssumedRole", account, "events:PutEvents", bus_arn, get_region(), service_context=of_event)


def bus_allows(bus: str, role_arn: str, event: dict) -> bool:
    """Whether the policy of a bus of this account allows the role of another account."""
    bus_arn = eventbridge._event_buses[bus]["Arn"]
    # PutPermission keeps an account as its id.
    statements = [
        {**each, "Principal": {"AWS": each["Principal"]} if isinstance(each["Principal"], str) else each["Principal"]}
        for each in eventbridge._event_bus_policies.get(bus, {}).get("Statement", [])
    ]
    return evaluate_resource_policy({"Statement": statements}, sending(role_arn, bus_arn, event)).decision == "Allow"


def fill_other_buses() -> None:
    upstream = eventbridge._dispatch_to_event_bus

    def dispatch(spec, event, rule, event_path, target_input_payload=None):
        sender = get_account_id()
        if (spec.account_id, spec.region) == (sender, get_region()):
            upstream(spec, event, rule, event_path, target_input_payload)
            return
        arn, bus = str(spec), spec.resource.removeprefix("event-bus/")
        # PutTargets has checked that the target has a role.
        role_arn = next(each["RoleArn"] for each in eventbridge._targets[eventbridge._rule_key(rule["Name"], rule["EventBusName"])] if each["Arn"] == arn)
        if not role_may_send(role_arn, rule["Arn"], arn):
            return
        with request_scope(spec.account_id, spec.region):
            if bus in eventbridge._event_buses and (spec.account_id == sender or bus_allows(bus, role_arn, event)):
                detail = {} if target_input_payload is None else {"Detail": target_input_payload}
                # The account and the region are still those in which the event began.
                eventbridge._dispatch_event({**event, **detail, "EventBusName": bus})

    eventbridge._dispatch_to_event_bus = dispatch


GAPS = [Gap("Event buses of other accounts and regions", "a rule with such a target sends nothing", fill_other_buses)]
