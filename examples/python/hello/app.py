from aws_cdk import App, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from cdk_postman_live_collection import PostmanInsightsSidecar

app = App()
stack = Stack(app, "Hello")

vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=1)
cluster = ecs.Cluster(stack, "Cluster", vpc=vpc)
task_definition = ecs.FargateTaskDefinition(stack, "Task", family="hello", cpu=512, memory_limit_mib=1024)
task_definition.add_container(
    "web",
    image=ecs.ContainerImage.from_registry("public.ecr.aws/nginx/nginx:stable"),
    port_mappings=[ecs.PortMapping(container_port=80)],
)
service = ecs.FargateService(
    stack, "Service", cluster=cluster, task_definition=task_definition, min_healthy_percent=100
)

PostmanInsightsSidecar(stack, "Insights", service=service, discovery=True)

app.synth()
