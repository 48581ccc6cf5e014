from aws_cdk import App
from aws_cdk.assertions import Match, Template
from hello_ec2 import HelloEc2

COLLECTION = "12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11"
SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key-AbCdEf"
stack = HelloEc2(App(), "Test", collection_id=COLLECTION, api_key_secret_arn=SECRET_ARN)


def test_the_tasks_reach_postman() -> None:
    verdict = stack.agent.egress_verdict()
    assert [(point.finding, point.remedy) for point in verdict.evidence if point.verdict != "reachable"] == []
    assert verdict.verdict == "reachable"


def test_each_task_runs_the_agent_which_fills_the_collection_and_gets_the_api_key_from_the_secret() -> None:
    Template.from_stack(stack).has_resource_properties(
        "AWS::ECS::TaskDefinition",
        {
            "NetworkMode": "awsvpc",
            "ContainerDefinitions": [
                Match.object_like({"Name": "web"}),
                Match.object_like(
                    {
                        "Name": "postman-lc-agent",
                        "Essential": False,
                        "EntryPoint": Match.array_with(["--collection", COLLECTION]),
                        "Secrets": [{"Name": "POSTMAN_API_KEY", "ValueFrom": SECRET_ARN}],
                    }
                ),
            ],
        },
    )
