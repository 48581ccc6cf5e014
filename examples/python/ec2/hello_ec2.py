from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_secretsmanager as secretsmanager
from cdk_postman_live_collection import PostmanLiveCollectionSidecar
from constructs import Construct


class HelloEc2(Stack):
    """A web server on container instances, with the agent as a sidecar. Each task has its own network interface (`awsvpc`).

    `api_key_secret_arn` is the complete ARN, with the six characters that Secrets Manager adds to the name.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, collection_id: str, api_key_secret_arn: str, **kwargs: Any
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)

        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc)
        instances = autoscaling.AutoScalingGroup(
            self,
            "Instances",
            vpc=vpc,
            instance_type=ec2.InstanceType("t3.medium"),
            machine_image=ecs.EcsOptimizedImage.amazon_linux2023(),
            max_capacity=2,
        )
        capacity = ecs.AsgCapacityProvider(self, "Capacity", auto_scaling_group=instances)
        cluster.add_asg_capacity_provider(capacity)

        # ECS gives these interfaces no public address, so the tasks use private subnets and the NAT gateway.
        task_definition = ecs.Ec2TaskDefinition(self, "TaskDefinition", network_mode=ecs.NetworkMode.AWS_VPC)
        task_definition.add_container(
            "web",
            image=ecs.ContainerImage.from_registry("public.ecr.aws/nginx/nginx:stable"),
            memory_reservation_mib=256,
            port_mappings=[ecs.PortMapping(container_port=80)],
        )
        service = ecs.Ec2Service(
            self,
            "Service",
            cluster=cluster,
            task_definition=task_definition,
            min_healthy_percent=100,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            capacity_provider_strategies=[
                ecs.CapacityProviderStrategy(capacity_provider=capacity.capacity_provider_name, weight=1)
            ],
        )

        api_key_secret = secretsmanager.Secret.from_secret_complete_arn(self, "ApiKey", api_key_secret_arn)
        self.agent = PostmanLiveCollectionSidecar(
            self, "Lca", service=service, collection_id=collection_id, api_key_secret=api_key_secret
        )
