import pytest
from aws_cdk import App
from aws_cdk.assertions import Match, Template
from hello_fargate import HelloFargate

COLLECTION = "12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11"
stack = HelloFargate(App(), "Test", collection_id=COLLECTION, nat_gateways=1)

# The secret is known by name, so CloudFormation completes its ARN.
SECRET = {"Fn::Join": ["", Match.array_with([Match.string_like_regexp(":secret:postman/api-key$")])]}


def test_the_tasks_reach_postman() -> None:
    verdict = stack.agent.egress_verdict()
    assert [(point.finding, point.remedy) for point in verdict.evidence if point.verdict != "reachable"] == []
    assert verdict.verdict == "reachable"


def test_each_task_runs_the_agent_which_fills_the_collection_and_gets_the_api_key_from_secrets_manager() -> None:
    Template.from_stack(stack).has_resource_properties(
        "AWS::ECS::TaskDefinition",
        {
            "ContainerDefinitions": [
                Match.object_like({"Name": "web"}),
                Match.object_like(
                    {
                        "Name": "postman-lc-agent",
                        "Essential": False,
                        "EntryPoint": Match.array_with(["--collection", COLLECTION]),
                        "Secrets": [{"Name": "POSTMAN_API_KEY", "ValueFrom": SECRET}],
                    }
                ),
            ],
        },
    )


def test_without_a_nat_gateway_synthesis_fails_and_says_what_to_change() -> None:
    closed = HelloFargate(App(), "Closed", collection_id=COLLECTION, nat_gateways=0)
    with pytest.raises(RuntimeError, match="Add a NAT gateway in a public subnet"):
        Template.from_stack(closed)
