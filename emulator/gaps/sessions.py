"""Sessions of roles: who gets one, and as whom a Lambda function calls AWS."""

import hashlib
from urllib.parse import parse_qs

from ministack import app
from ministack.core import lambda_runtime
from ministack.core.iam_evaluator import EvalContext, evaluate, evaluate_trust_policy, resolve_caller_identity, resolve_principal
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import extract_access_key_id
from ministack.services import iam, lambda_svc, sts

from emulator.gaps.gap import Gap


def account_of(arn: str) -> str:
    return arn.split(":")[4]


def role_named(account: str, name: str) -> dict | None:
    return iam._roles.get_scoped(account, None, name)


def may_assume(access_key: str, caller: str, role: dict, external_id: str | None) -> bool:
    """Whether the role trusts the caller, and, if the caller is a role of another account, its own policies allow it, too."""
    is_session = ":assumed-role/" in caller
    own_role = role_named(account_of(caller), caller.split("/")[1]) if is_session else None
    context = EvalContext(
        # AWS's `aws:PrincipalArn` of a session is the ARN of its role.
        principal_arn=own_role["Arn"] if own_role else caller,
        principal_type="AssumedRole" if is_session else "Root",
        principal_account=account_of(caller),
        action="sts:AssumeRole",
        resource_arn=role["Arn"],
        region=get_region(),
        service_context={"sts:externalid": external_id},
    )
    if not evaluate_trust_policy(role["AssumeRolePolicyDocument"], caller, context):
        return False
    if not own_role or account_of(caller) == account_of(role["Arn"]):
        return True
    principal = resolve_principal(access_key, account_of(caller))
    return evaluate(context, principal.policies, *principal.limits).decision == "Allow"


def fill_assume_role() -> None:
    upstream = app.SERVICE_HANDLERS["sts"]

    async def with_trust(method, path, headers, body, query_params):
        asked = parse_qs((body or b"").decode())
        role_arn = sts._p(asked, "RoleArn")
        _, malformed = sts._assumed_role_arn(role_arn, "")
        if sts._p(asked, "Action") == "AssumeRole" and not malformed:
            access_key = extract_access_key_id(headers, query_params)
            identity = resolve_caller_identity(access_key)
            caller = identity["userArn"] if identity else f"arn:aws:iam::{get_account_id()}:root"
            role = role_named(account_of(role_arn), role_arn.rsplit("/", 1)[-1])
            if not role or role["Arn"] != role_arn or not may_assume(access_key, caller, role, sts._p(asked, "ExternalId", None)):
                return sts._error(403, "AccessDenied", f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role_arn}", ns="sts")
        return await upstream(method, path, headers, body, query_params)

    app.SERVICE_HANDLERS["sts"] = with_trust


def fill_function() -> None:
    upstream = lambda_runtime.execution_credentials

    def of_role(config: dict) -> dict[str, str]:
        account, role_name = account_of(config["FunctionArn"]), config.get("Role", "").rsplit("/", 1)[-1]
        role = role_named(account, role_name)
        if not role:
            return upstream(config)
        access_key = f"ASIA{hashlib.sha256(config['FunctionArn'].encode()).hexdigest()[:16].upper()}"
        arn = f"arn:aws:sts::{account}:assumed-role/{role_name}/{config['FunctionName']}"
        session = {"AccountId": account, "SecretAccessKey": "test", "SessionToken": "test", "PrincipalType": "AssumedRole"}
        sts.register_session(access_key, {"Arn": arn, "UserId": f"{role['RoleId']}:{config['FunctionName']}", **session})
        return {"AWS_ACCESS_KEY_ID": access_key, "AWS_SECRET_ACCESS_KEY": "test", "AWS_SESSION_TOKEN": "test"}

    # The second module has imported the function by its name.
    lambda_runtime.execution_credentials = of_role
    lambda_svc.execution_credentials = of_role


GAPS = [
    Gap("AssumeRole", "whoever asks gets a session of a role, also of one that does not exist or does not trust the caller", fill_assume_role),
    Gap("Credentials of Lambda functions", "they are those of the account's root user; AWS's are a session of the function's role", fill_function),
]
