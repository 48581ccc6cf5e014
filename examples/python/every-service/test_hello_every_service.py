import pytest
from aws_cdk import App
from aws_cdk.assertions import Match, Template
from cdk_postman_live_collection import PostmanInsightsSidecar
from hello_every_service import HelloEveryService

stack = HelloEveryService(App(), "Test")
# The synthesis adds the sidecars.
template = Template.from_stack(stack)
# The secret is known by name, so CloudFormation completes its ARN.
SECRET = {"Fn::Join": ["", Match.array_with([Match.string_like_regexp(":secret:postman/api-key$")])]}


@pytest.mark.parametrize("name", ["Orders", "Cart"])
def test_the_tasks_reach_postman(name: str) -> None:
    agent = stack.node.find_child(name).node.find_child("PostmanInsights")
    assert isinstance(agent, PostmanInsightsSidecar)
    verdict = agent.egress_verdict()
    assert [(point.finding, point.remedy) for point in verdict.evidence if point.verdict != "reachable"] == []
    assert verdict.verdict == "reachable"


@pytest.mark.parametrize("family", ["orders", "cart"])
def test_each_task_runs_the_agent_which_gets_the_api_key_from_secrets_manager(family: str) -> None:
    template.has_resource_properties(
        "AWS::ECS::TaskDefinition",
        {
            "Family": family,
            "ContainerDefinitions": [
                Match.object_like({"Name": "web"}),
                Match.object_like(
                    {
                        "Name": "postman-insights-agent",
                        "Essential": False,
                        "EntryPoint": Match.array_with(["--discovery-mode"]),
                        "Secrets": Match.array_with([{"Name": "POSTMAN_INSIGHTS_API_KEY", "ValueFrom": SECRET}]),
                    }
                ),
            ],
        },
    )


def test_the_batch_job_has_no_agent() -> None:
    template.has_resource_properties(
        "AWS::ECS::TaskDefinition", {"Family": "batch", "ContainerDefinitions": [Match.object_like({"Name": "web"})]}
    )
