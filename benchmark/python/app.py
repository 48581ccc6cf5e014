"""An app with services on Fargate: app.py none|hand|sidecar <services>. The agent is left out, written by hand, or that of the library."""

import sys

from aws_cdk import App, Aws, Duration, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from cdk_postman_live_collection import PostmanLiveCollectionSidecar

COLLECTION_ID = "12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11"


def by_hand(service, secret):
    task_definition = service.task_definition
    task_definition.add_container(
        "postman-lc-agent",
        image=ecs.ContainerImage.from_registry("docker.postman.com/postman-lc-agent:latest"),
        essential=False,
        entry_point=["/postman-lc-agent", "apidump", "--collection", COLLECTION_ID],
        environment={
            "AKITA_AWS_REGION": Aws.REGION,
            "POSTMAN_AWS_REGION": Aws.REGION,
            "AKITA_ECS_TASK": task_definition.family,
            "POSTMAN_ECS_TASK": task_definition.family,
        },
        secrets={"POSTMAN_API_KEY": ecs.Secret.from_secrets_manager(secret)},
        enable_restart_policy=True,
        restart_attempt_period=Duration.seconds(60),
        logging=ecs.LogDrivers.aws_logs(
            log_group=logs.LogGroup(service, "AgentLogs", retention=logs.RetentionDays.ONE_MONTH),
            stream_prefix="postman-lc-agent",
        ),
    )
    policy = task_definition.execution_role.node.find_child("DefaultPolicy").node.default_child
    service.node.default_child.add_dependency(policy)


def sidecar(service, secret):
    PostmanLiveCollectionSidecar(service, "Lca", service=service, collection_id=COLLECTION_ID, api_key_secret=secret)


ADD = {"none": lambda service, secret: None, "hand": by_hand, "sidecar": sidecar}[sys.argv[1]]

app = App()
stack = Stack(app, "Shop")
cluster = ecs.Cluster(stack, "Cluster", vpc=ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=1))
secret = secretsmanager.Secret.from_secret_name_v2(stack, "ApiKey", "postman/api-key")
for number in range(int(sys.argv[2])):
    task_definition = ecs.FargateTaskDefinition(stack, f"Task{number}", cpu=512, memory_limit_mib=1024)
    task_definition.add_container(
        "web",
        image=ecs.ContainerImage.from_registry("public.ecr.aws/nginx/nginx:stable"),
        port_mappings=[ecs.PortMapping(container_port=80)],
    )
    service = ecs.FargateService(stack, f"Service{number}", cluster=cluster, task_definition=task_definition, min_healthy_percent=100)
    ADD(service, secret)
app.synth()
