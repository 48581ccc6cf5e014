from aws_cdk import App
from aws_cdk.assertions import Match, Template
from hello_scheduled_task import HelloScheduledTask

stack = HelloScheduledTask(App(), "Test")

# CloudFormation completes the ARN of the parameter.
PARAMETER = {"Fn::Join": ["", Match.array_with([Match.string_like_regexp(":parameter/postman/api-key$")])]}


def test_the_tasks_reach_postman() -> None:
    verdict = stack.agent.egress_verdict()
    assert [(point.finding, point.remedy) for point in verdict.evidence if point.verdict != "reachable"] == []
    assert verdict.verdict == "reachable"


def test_each_task_runs_the_agent_which_gets_the_api_key_from_parameter_store() -> None:
    Template.from_stack(stack).has_resource_properties(
        "AWS::ECS::TaskDefinition",
        {
            "ContainerDefinitions": [
                Match.object_like({"Name": "ScheduledContainer"}),
                Match.object_like(
                    {
                        "Name": "postman-insights-agent",
                        "Essential": False,
                        "EntryPoint": Match.array_with(["--discovery-mode"]),
                        "Secrets": Match.array_with([{"Name": "POSTMAN_INSIGHTS_API_KEY", "ValueFrom": PARAMETER}]),
                    }
                ),
            ],
        },
    )
