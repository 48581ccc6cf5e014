from aws_cdk import Stack
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from cdk_postman_live_collection import PostmanInsightsDaemon
from constructs import Construct


class HelloDaemon(Stack):
    """A web server in network mode `bridge`, which is the CDK's default on container instances, and one agent on each instance."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)

        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc)
        instances = autoscaling.AutoScalingGroup(
            self,
            "Instances",
            vpc=vpc,
            instance_type=ec2.InstanceType("t3.medium"),
            machine_image=ecs.EcsOptimizedImage.amazon_linux2023(),
            min_capacity=2,
            max_capacity=4,
        )
        capacity = ecs.AsgCapacityProvider(self, "Capacity", auto_scaling_group=instances)
        cluster.add_asg_capacity_provider(capacity)

        task_definition = ecs.Ec2TaskDefinition(self, "TaskDefinition")
        task_definition.add_container(
            "web",
            image=ecs.ContainerImage.from_registry("public.ecr.aws/nginx/nginx:stable"),
            memory_reservation_mib=256,
            port_mappings=[ecs.PortMapping(container_port=80)],
        )
        ecs.Ec2Service(
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

        # The port of the container, since the agent listens on Docker's bridge.
        self.agents = PostmanInsightsDaemon(self, "Agents", cluster=cluster, discovery=True, ports=[80])
