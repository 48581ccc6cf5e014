from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_sns as sns
from cdk_postman_live_collection import PostmanAgentAlarms, PostmanAgentDashboard, PostmanInsights
from constructs import Construct


class HelloEveryService(Stack):
    """Two web servers and a batch job on Fargate, in private subnets, with a dashboard and alarms of their agents."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)

        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.ENHANCED)
        for name in ["Orders", "Cart", "Batch"]:
            task_definition = ecs.FargateTaskDefinition(
                self, f"{name}Task", family=name.lower(), cpu=512, memory_limit_mib=1024
            )
            task_definition.add_container(
                "web",
                image=ecs.ContainerImage.from_registry("public.ecr.aws/nginx/nginx:stable"),
                port_mappings=[ecs.PortMapping(container_port=80)],
            )
            ecs.FargateService(
                self,
                name,
                cluster=cluster,
                task_definition=task_definition,
                min_healthy_percent=100,
                circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            )

        # They find the agents of this stack at synthesis. Subscribe to the topic to be notified.
        topic = sns.Topic(self, "AgentTrouble", enforce_ssl=True)
        alarms = PostmanAgentAlarms(self, "AgentAlarms", topic=topic)
        PostmanAgentDashboard(self, "AgentDashboard", alarms=alarms)

        # The Insights agent in every service of this stack, now or later; `PostmanInsights.of(app)` is every service of the app.
        # In Postman, they are found as `<cluster>/<cluster>/orders` and so on. The API key is read from the secret `postman/api-key`.
        # If the API key changes, new tasks of the services start, which read it.
        PostmanInsights.of(self).add_to_services(discovery=True, exclude=["*/Batch"], rotate_tasks=True)
