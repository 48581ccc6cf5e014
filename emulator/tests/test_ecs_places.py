"""Several accounts and regions at once: each has its own clusters, services, rates and events."""

import json
import unittest

from botocore.exceptions import ClientError

from emulator.tests.server import ACCOUNT, Server, until

MEMBER = "210987654321"
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


class Places(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--rollout-seconds", "0.2").ready()
        cls.addClassCleanup(cls.server.stop)

    def make_service(self, ecs, name: str, **members) -> str:
        ecs.create_cluster(clusterName=name)
        ecs.register_task_definition(family=name, memory="512", containerDefinitions=[{"name": "web", "image": "nginx"}])
        return ecs.create_service(cluster=name, serviceName=name, taskDefinition=name, desiredCount=1, **members)["service"]["serviceArn"]

    def queue_of_events(self, account: str, region: str, pattern: dict):
        """A function that takes the events of a place that match, each with its detail."""
        events, sqs = self.server.client("events", account, region), self.server.client("sqs", account, region)
        queue = sqs.create_queue(QueueName="events")["QueueUrl"]
        events.put_rule(Name="events", EventPattern=json.dumps(pattern))
        events.put_targets(Rule="events", Targets=[{"Id": "queue", "Arn": f"arn:aws:sqs:{region}:{account}:events"}])
        return lambda: [json.loads(each["Body"]) for each in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=3600).get("Messages", [])]

    def test_each_account_and_region_has_its_own_clusters_and_services(self):
        places = [(ACCOUNT, "us-east-1"), (ACCOUNT, "eu-west-1"), (MEMBER, "us-east-1"), (MEMBER, "eu-west-1")]
        for account, region in places[1:]:
            self.assertEqual(self.make_service(self.server.client("ecs", account, region), "own"), f"arn:aws:ecs:{region}:{account}:service/own/own")
        for account, region in places:
            clusters = self.server.client("ecs", account, region).list_clusters()["clusterArns"]
            self.assertEqual(f"arn:aws:ecs:{region}:{account}:cluster/own" in clusters, (account, region) != places[0])

    def test_the_session_of_a_role_acts_in_the_account_of_the_role(self):
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}]}
        role = self.server.client("iam", MEMBER).create_role(RoleName="session", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        session = self.server.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
        ecs = self.server.client("ecs", session["AccessKeyId"], "ap-south-1", session["SessionToken"])
        self.assertEqual(self.make_service(ecs, "session"), f"arn:aws:ecs:ap-south-1:{MEMBER}:service/session/session")

    def test_the_calls_of_one_place_use_no_rates_of_another(self):
        ecs = self.server.client("ecs", "333333333333", "us-west-1")

        def calls_until_throttled() -> int:
            for count in range(1000):
                try:
                    ecs.register_task_definition(family="many", memory="512", containerDefinitions=[{"name": "web", "image": "nginx"}])
                except ClientError as error:
                    self.assertEqual(error.response["Error"]["Code"], "ThrottlingException")
                    return count

        self.assertGreaterEqual(calls_until_throttled(), 20)
        for account, region in [("333333333333", "us-west-2"), ("444444444444", "us-west-1")]:
            self.make_service(self.server.client("ecs", account, region), "other")

    def test_a_template_uses_no_rates(self):
        definition = {"Type": "AWS::ECS::TaskDefinition", "Properties": {"Memory": "512", "ContainerDefinitions": [{"Name": "web", "Image": "nginx"}]}}
        self.server.deploy("many", {f"Definition{index}": definition for index in range(40)}, "555555555555")

    def test_ecs_sends_an_event_of_each_state_of_a_deployment_in_its_place(self):
        received: list[dict] = []
        take = self.queue_of_events(MEMBER, "eu-central-1", {"source": ["aws.ecs"], "detail-type": ["ECS Deployment State Change"]})
        elsewhere = self.queue_of_events(ACCOUNT, "eu-central-1", {"source": ["aws.ecs"]})
        ecs = self.server.client("ecs", MEMBER, "eu-central-1")

        def told(*states: str) -> list[dict]:
            """Nothing calls ECS meanwhile."""
            until(lambda: received.extend(take()) or len(received) >= len(states))
            self.assertEqual([each["detail"]["eventName"] for each in received], [f"SERVICE_DEPLOYMENT_{state}" for state in states])
            found, received[:] = list(received), []
            return found

        service = self.make_service(ecs, "told", deploymentConfiguration=BREAKER)
        started, completed = told("IN_PROGRESS", "COMPLETED")
        deployment = ecs.describe_services(cluster="told", services=["told"])["services"][0]["deployments"][0]["id"]
        self.assertEqual(
            {key: value for key, value in started.items() if key not in ("id", "time", "detail")},
            {"version": "0", "source": "aws.ecs", "detail-type": "ECS Deployment State Change", "account": MEMBER, "region": "eu-central-1", "resources": [service]},
        )
        self.assertEqual((started["detail"]["eventType"], started["detail"]["deploymentId"], started["detail"]["reason"]), ("INFO", deployment, f"ECS deployment {deployment} in progress."))
        self.assertRegex(completed["detail"]["updatedAt"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

        ecs.register_task_definition(family="told", memory="512", containerDefinitions=[{"name": "web", "image": "nginx:crash"}])
        ecs.update_service(cluster="told", service="told", taskDefinition="told:2")
        _, failed, back, _ = told("IN_PROGRESS", "FAILED", "IN_PROGRESS", "COMPLETED")
        self.assertEqual(failed["detail"]["eventType"], "ERROR")
        self.assertIn("rolling back to deploymentId", back["detail"]["reason"])
        self.assertEqual(elsewhere(), [])
