"""The policy of an event bus, as a resource of a template."""

import json

from ministack.services import eventbridge

from emulator.gaps.cloudformation import Created, Properties, cloudformation_type


def statement_of(props: Properties) -> dict:
    given = props.get("Statement")
    if given:
        return {**(json.loads(given) if isinstance(given, str) else given), "Sid": props["StatementId"]}
    bus = eventbridge._event_buses[props.get("EventBusName", "default")]
    principal = props["Principal"] if props["Principal"] == "*" else {"AWS": f"arn:aws:iam::{props['Principal']}:root"}
    return {"Sid": props["StatementId"], "Effect": "Allow", "Principal": principal, "Action": props["Action"], "Resource": bus["Arn"]}


def create(logical_id: str, props: Properties, stack: str) -> Created:
    bus = props.get("EventBusName", "default")
    if bus not in eventbridge._event_buses:
        raise ValueError(f"Event bus {bus} does not exist.")
    delete("", props)
    policy = eventbridge._event_bus_policies.setdefault(bus, {"Version": "2012-10-17", "Statement": []})
    policy["Statement"].append(statement_of(props))
    return f"{bus}|{props['StatementId']}", {}


def delete(physical_id: str, props: Properties) -> None:
    eventbridge._remove_permission({"EventBusName": props.get("EventBusName", "default"), "StatementId": props["StatementId"]})


GAPS = [cloudformation_type("AWS::Events::EventBusPolicy", create, delete)]
