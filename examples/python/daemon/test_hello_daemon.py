from aws_cdk import App
from aws_cdk.assertions import Match, Template
from hello_daemon import HelloDaemon

stack = HelloDaemon(App(), "Test")

# The secret is known by name, so CloudFormation completes its ARN.
SECRET = {"Fn::Join": ["", Match.array_with([Match.string_like_regexp(":secret:postman/api-key$")])]}


def test_the_container_instances_reach_postman() -> None:
    verdict = stack.agents.egress_verdict()
    assert [(point.finding, point.remedy) for point in verdict.evidence if point.verdict != "reachable"] == []
    assert verdict.verdict == "reachable"


def test_one_agent_runs_on_each_container_instance() -> None:
    Template.from_stack(stack).has_resource_properties("AWS::ECS::Service", {"SchedulingStrategy": "DAEMON"})


def test_the_agent_watches_the_network_of_the_instance_and_gets_the_api_key_from_secrets_manager() -> None:
    Template.from_stack(stack).has_resource_properties(
        "AWS::ECS::TaskDefinition",
        {
            "NetworkMode": "host",
            "ContainerDefinitions": [
                Match.object_like(
                    {
                        "Name": "postman-insights-agent",
                        "EntryPoint": Match.array_with(["--discovery-mode"]),
                        "Secrets": Match.array_with([{"Name": "POSTMAN_INSIGHTS_API_KEY", "ValueFrom": SECRET}]),
                    }
                ),
            ],
        },
    )


def test_the_task_definition_of_the_service_has_no_agent() -> None:
    Template.from_stack(stack).has_resource_properties(
        "AWS::ECS::TaskDefinition", {"ContainerDefinitions": [Match.object_like({"Name": "web"})]}
    )
