import pytest
from aws_cdk import App
from aws_cdk.assertions import Match, Template
from hello_insights import HelloInsights

stack = HelloInsights(App(), "Test", nat_gateways=1)

# The secret is known by name, so CloudFormation completes its ARN.
SECRET = {"Fn::Join": ["", Match.array_with([Match.string_like_regexp(":secret:postman/api-key$")])]}


def test_the_tasks_reach_postman() -> None:
    verdict = stack.agent.egress_verdict()
    assert [(point.finding, point.remedy) for point in verdict.evidence if point.verdict != "reachable"] == []
    assert verdict.verdict == "reachable"


def test_each_task_runs_the_agent_which_gets_the_api_key_from_secrets_manager() -> None:
    Template.from_stack(stack).has_resource_properties(
        "AWS::ECS::TaskDefinition",
        {
            "Family": "hello",
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


def test_an_alarm_goes_off_if_an_agent_does_not_capture() -> None:
    Template.from_stack(stack).has_resource_properties(
        "AWS::CloudWatch::Alarm", {"Threshold": 1, "TreatMissingData": "notBreaching"}
    )


def test_without_a_nat_gateway_synthesis_fails_and_says_what_to_change() -> None:
    closed = HelloInsights(App(), "Closed", nat_gateways=0)
    with pytest.raises(RuntimeError, match="Add a NAT gateway in a public subnet"):
        Template.from_stack(closed)
