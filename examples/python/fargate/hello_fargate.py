from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from cdk_postman_live_collection import PostmanLiveCollectionSidecar
from constructs import Construct


class HelloFargate(Stack):
    """A web server on Fargate, in private subnets, with the agent as a sidecar."""

    def __init__(self, scope: Construct, construct_id: str, *, collection_id: str, nat_gateways: int, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)

        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=nat_gateways)
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc)

        task_definition = ecs.FargateTaskDefinition(self, "TaskDefinition", cpu=512, memory_limit_mib=1024)
        task_definition.add_container(
            "web",
            image=ecs.ContainerImage.from_registry("public.ecr.aws/nginx/nginx:stable"),
            port_mappings=[ecs.PortMapping(container_port=80)],
        )
        service = ecs.FargateService(
            self,
            "Service",
            cluster=cluster,
            task_definition=task_definition,
            min_healthy_percent=100,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
        )

        # The API key is read from the secret `postman/api-key`.
        self.agent = PostmanLiveCollectionSidecar(self, "Lca", service=service, collection_id=collection_id)
