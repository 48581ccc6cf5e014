from aws_cdk import App
from aws_cdk.assertions import Match, Template
from app import Hello

stack = Hello(App(), "Test")

# The secret is known by name, so CloudFormation completes its ARN.
SECRET = {"Fn::Join": ["", Match.array_with([Match.string_like_regexp(":secret:postman/api-key$")])]}


def test_the_tasks_reach_postman() -> None:
    verdict = stack.agent.egress_verdict()
    assert [(point.finding, point.remedy) for point in verdict.evidence if point.verdict != "reachable"] == []
    assert verdict.verdict == "reachable"


def test_each_task_runs_the_agent_which_registers_the_service_in_the_api_catalog() -> None:
    agent = {"Name": "postman-insights-agent", "Essential": False, "EntryPoint": Match.array_with(["--discovery-mode"])}
    Template.from_stack(stack).has_resource_properties(
        "AWS::ECS::TaskDefinition",
        {"Family": "hello", "ContainerDefinitions": [Match.object_like({"Name": "web"}), Match.object_like(agent)]},
    )


def test_the_agent_gets_the_api_key_from_secrets_manager() -> None:
    key = {"Name": "POSTMAN_INSIGHTS_API_KEY", "ValueFrom": SECRET}
    agent = {"Name": "postman-insights-agent", "Secrets": Match.array_with([key])}
    Template.from_stack(stack).has_resource_properties(
        "AWS::ECS::TaskDefinition", {"ContainerDefinitions": Match.array_with([Match.object_like(agent)])}
    )
