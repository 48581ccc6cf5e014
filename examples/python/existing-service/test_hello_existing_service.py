from aws_cdk import App
from aws_cdk.assertions import Match, Template
from hello_existing_service import HelloExistingService

CONTEXT = {
    "serviceArn": "arn:aws:ecs:eu-west-1:111122223333:service/shop/orders",
    "executionRoleArn": "arn:aws:iam::111122223333:role/orders-execution",
    "taskRoleArn": "arn:aws:iam::111122223333:role/orders-task",
}
stack = HelloExistingService(App(context=CONTEXT), "Test")


# The network of the service is judged at the deployment, so there is no verdict to test. The stack has it as an output.
def test_the_verdict_of_the_deployment_is_an_output_of_the_stack() -> None:
    Template.from_stack(stack).has_output("EgressVerdict", {})


def test_the_deployment_adds_the_agent_to_the_service_with_the_api_key_from_secrets_manager() -> None:
    parts = ['"discovery":true', ":secret:postman/api-key"]
    agent = {"Fn::Join": ["", Match.array_with([Match.string_like_regexp(part) for part in parts])]}
    Template.from_stack(stack).has_resource_properties(
        "Custom::PostmanAgentExistingService", {"ServiceArn": CONTEXT["serviceArn"], "Agent": agent}
    )


def test_the_execution_role_of_the_service_may_read_the_api_key() -> None:
    statement = {"Effect": "Allow", "Action": Match.array_with(["secretsmanager:GetSecretValue"])}
    Template.from_stack(stack).has_resource_properties(
        "AWS::IAM::Policy",
        {"Roles": ["orders-execution"], "PolicyDocument": {"Statement": [Match.object_like(statement)]}},
    )
