from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_applicationautoscaling as applicationautoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_ecs_patterns as patterns
from aws_cdk import aws_ssm as ssm
from cdk_postman_live_collection import PostmanInsightsTaskSidecar
from constructs import Construct


class HelloScheduledTask(Stack):
    """A task that EventBridge starts each hour on Fargate, in private subnets. It has no service."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)

        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc)
        job = patterns.ScheduledFargateTask(
            self,
            "Job",
            cluster=cluster,
            schedule=applicationautoscaling.Schedule.rate(Duration.hours(1)),
            scheduled_fargate_task_image_options=patterns.ScheduledFargateTaskImageOptions(
                image=ecs.ContainerImage.from_registry("public.ecr.aws/nginx/nginx:stable"),
                cpu=512,
                memory_limit_mib=1024,
            ),
        )

        # The Insights agent, in every task of the task definition. The network of the rule is checked.
        # The API key is read from a SecureString of Parameter Store, which CloudFormation cannot create.
        self.agent = PostmanInsightsTaskSidecar(
            self,
            "Insights",
            task_definition=job.task_definition,
            discovery=True,
            cluster=cluster,
            api_key_parameter=ssm.StringParameter.from_secure_string_parameter_attributes(
                self, "ApiKey", parameter_name="/postman/api-key"
            ),
        )
