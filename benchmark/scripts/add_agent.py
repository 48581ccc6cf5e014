"""Adds a container to services, or removes it, with the calls that the guides of ECS and boto3 describe.

A script of the kind that is written for one afternoon, for comparison: it reads the task definition, copies the members that it knows, changes
the containers, registers the copy, updates the service, and waits until the service is stable. Retries are those of boto3.
"""

import argparse
import json
from concurrent.futures import ThreadPoolExecutor

import boto3

# The members that the examples of RegisterTaskDefinition have.
MEMBERS = (
    "family", "taskRoleArn", "executionRoleArn", "networkMode", "containerDefinitions", "volumes", "placementConstraints",
    "requiresCompatibilities", "cpu", "memory", "runtimePlatform",
)

parser = argparse.ArgumentParser()
parser.add_argument("--cluster", required=True)
parser.add_argument("--container", required=True, help="the container as JSON")
parser.add_argument("--remove", action="store_true", help="remove the container with this name instead")
parser.add_argument("--order", choices=("one-by-one", "wait-last", "at-once"), default="one-by-one")
parser.add_argument("services", nargs="+")
arguments = parser.parse_args()
container = json.loads(arguments.container)
ecs = boto3.client("ecs")


def change(service):
    described = ecs.describe_services(cluster=arguments.cluster, services=[service])["services"][0]
    current = ecs.describe_task_definition(taskDefinition=described["taskDefinition"])["taskDefinition"]
    body = {name: current[name] for name in MEMBERS if name in current}
    others = [one for one in body["containerDefinitions"] if one["name"] != container["name"]]
    body["containerDefinitions"] = others if arguments.remove else [*others, container]
    registered = ecs.register_task_definition(**body)["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster=arguments.cluster, service=service, taskDefinition=registered)


def wait(services):
    ecs.get_waiter("services_stable").wait(cluster=arguments.cluster, services=services)


def change_and_wait(service):
    change(service)
    wait([service])


if arguments.order == "at-once":
    with ThreadPoolExecutor(max_workers=len(arguments.services)) as pool:
        for ended in [pool.submit(change_and_wait, service) for service in arguments.services]:
            ended.result()
elif arguments.order == "wait-last":
    for service in arguments.services:
        change(service)
    # The waiter takes ten services.
    for first in range(0, len(arguments.services), 10):
        wait(arguments.services[first:first + 10])
else:
    for service in arguments.services:
        change_and_wait(service)
