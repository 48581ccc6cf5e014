"""Route 53 Resolver, with the answers for an account that has never set anything there."""

import json

from ministack import app
from ministack.core import router
from ministack.core.responses import error_response_json, json_response
from ministack.services import ec2

from emulator.gaps.gap import Gap

SERVICE = "route53resolver"
JSON_1_1 = "application/x-amz-json-1.1"
INTERNET_RESOLVER = "rslvr-autodefined-rr-internet-resolver"


def associations(request: dict) -> list:
    """Every VPC has AWS's own rule."""
    wanted = [vpc for each in request.get("Filters", []) if each["Name"] == "VPCId" for vpc in each["Values"]]
    return [
        {
            "Id": f"rslvr-autodefined-assoc-{vpc}-internet-resolver",
            "ResolverRuleId": INTERNET_RESOLVER,
            "Name": "System Rule Association",
            "VPCId": vpc,
            "Status": "COMPLETE",
        }
        for vpc in ec2._vpcs
        if not wanted or vpc in wanted
    ]


RULE = {"Id": INTERNET_RESOLVER, "Name": "Internet Resolver", "DomainName": ".", "RuleType": "RECURSIVE", "OwnerId": "Route 53 Resolver", "Status": "COMPLETE"}

ACTIONS = {
    "ListFirewallRuleGroupAssociations": lambda request: {"FirewallRuleGroupAssociations": []},
    "ListFirewallDomainLists": lambda request: {"FirewallDomainLists": []},
    "ListResolverRuleAssociations": lambda request: {"ResolverRuleAssociations": associations(request)},
    "ListResolverRules": lambda request: {"ResolverRules": [RULE]},
}


async def handle_request(method, path, headers, body, query_params):
    action = headers.get("x-amz-target", "").split(".")[-1]
    if action not in ACTIONS:
        return error_response_json("UnknownOperationException", f"There is no action {action}.", 400, content_type=JSON_1_1)
    return json_response(ACTIONS[action](json.loads(body or b"{}")), content_type=JSON_1_1)


def fill() -> None:
    router.SERVICE_PATTERNS[SERVICE] = {"target_prefixes": ["Route53Resolver"], "credential_scope": SERVICE}
    app.SERVICE_HANDLERS[SERVICE] = handle_request


GAPS = [Gap("Route 53 Resolver", "there is no such service", fill)]
