"""Rollouts that take time, with a local process for each container, compared with MiniStack without this launcher."""

import math
import time
from concurrent.futures import ThreadPoolExecutor

from emulator.tests.probes import describe, make_service, register, tasks_of, until
from emulator.tests.server import Server

ROLLS_BACK = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
FAILS = {"deploymentCircuitBreaker": {"enable": True, "rollback": False}}


def primary(ecs, name: str) -> dict:
    return next(each for each in describe(ecs, name)["deployments"] if each["status"] == "PRIMARY")


def until_completed(ecs, name: str) -> dict:
    # MiniStack completes the first deployment of a service before its tasks run.
    return until(lambda: (found := describe(ecs, name))["deployments"][0]["rolloutState"] == "COMPLETED" and found["runningCount"] >= found["desiredCount"] and found)


def roll_out(ecs, name: str, image: str, sidecar: str | None = None) -> dict:
    """Starts a rollout and returns the service of UpdateService."""
    return ecs.update_service(cluster=name, service=name, taskDefinition=register(ecs, name, image, sidecar)["taskDefinitionArn"])["service"]


def records(ecs, name: str) -> list[dict]:
    arns = [each["serviceDeploymentArn"] for each in ecs.list_service_deployments(cluster=name, service=name)["serviceDeployments"]]
    return ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"] if arns else []


def replacing(ecs, seen) -> None:
    """A revision replaces the first one of a service."""
    seen["created"] = make_service(ecs, "replacing", "app:lingers", desiredCount=2, deploymentConfiguration=ROLLS_BACK)
    until_completed(ecs, "replacing")
    seen["updated"] = roll_out(ecs, "replacing", "app:2", "agent:crash")
    seen["completed"] = until(lambda: (found := describe(ecs, "replacing"))["deployments"][0]["rolloutState"] == "COMPLETED" and found)
    until(lambda: len(describe(ecs, "replacing")["deployments"]) == 1)
    time.sleep(0.5)
    seen["running"], seen["stopped"] = tasks_of(ecs, "replacing"), tasks_of(ecs, "replacing", "STOPPED")


def crashing(ecs, seen) -> None:
    """The essential container of a revision ends by itself, and the service is rolled back."""
    make_service(ecs, "crashing", sidecar="agent", desiredCount=1, deploymentConfiguration=ROLLS_BACK)
    until_completed(ecs, "crashing")
    id = roll_out(ecs, "crashing", "app:crash", "agent")["deployments"][0]["id"]
    failed = lambda: next(each for each in describe(ecs, "crashing")["deployments"] if each["id"] == id)
    seen["failed"] = until(lambda: (found := failed())["rolloutState"] == "FAILED" and found)
    seen["record"] = (records(ecs, "crashing") or [None])[0]
    until(lambda: primary(ecs, "crashing")["rolloutState"] == "COMPLETED")
    seen["back"] = describe(ecs, "crashing")
    seen["ended"] = (records(ecs, "crashing") or [None])[0]
    seen["stopped"] = [each for each in tasks_of(ecs, "crashing", "STOPPED") if each["taskDefinitionArn"] == seen["failed"]["taskDefinition"]]
    time.sleep(7)
    seen["later"] = describe(ecs, "crashing")


def failing(ecs, seen) -> None:
    """The same without a rollback."""
    make_service(ecs, "failing", desiredCount=1, deploymentConfiguration=FAILS)
    old = until_completed(ecs, "failing")["taskDefinition"]
    roll_out(ecs, "failing", "app:crash")
    until(lambda: primary(ecs, "failing")["rolloutState"] == "FAILED")
    time.sleep(0.5)
    seen["running"] = [each["taskDefinitionArn"] == old for each in tasks_of(ecs, "failing")]
    seen["record"] = (records(ecs, "failing") or [None])[0]


def restarting(ecs, seen) -> None:
    """The same without a circuit breaker."""
    started = time.monotonic()
    make_service(ecs, "restarting", "app:crash", desiredCount=1)
    time.sleep(3)
    seen["service"], seen["stopped"] = describe(ecs, "restarting"), tasks_of(ecs, "restarting", "STOPPED")
    seen["seconds"] = time.monotonic() - started
    ecs.delete_service(cluster="restarting", service="restarting", force=True)


def stopping(ecs, seen) -> None:
    """A call rolls back a rollout."""
    make_service(ecs, "stopping", desiredCount=1)
    old = until_completed(ecs, "stopping")["taskDefinition"]
    roll_out(ecs, "stopping", "app:slow")
    time.sleep(1)
    seen["pending"] = next(each for each in tasks_of(ecs, "stopping") if each["taskDefinitionArn"] != old)
    seen["pendingCount"] = primary(ecs, "stopping")["pendingCount"]
    if not (running := records(ecs, "stopping")):
        return
    arn = running[0]["serviceDeploymentArn"]
    seen["answer"] = ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")["serviceDeploymentArn"] == arn
    seen["requested"] = records(ecs, "stopping")[0]["status"]
    until(lambda: records(ecs, "stopping")[0]["status"] == "ROLLBACK_SUCCESSFUL")
    seen["back"] = describe(ecs, "stopping")["taskDefinition"] == old
    seen["running"] = [each["taskDefinitionArn"] == old for each in tasks_of(ecs, "stopping")]
    try:
        ecs.stop_service_deployment(serviceDeploymentArn=arn)
    except ecs.exceptions.ConflictException as refusal:
        seen["again"] = str(refusal)


def pulling(ecs, seen) -> None:
    """A task whose image does not exist."""
    ecs.create_cluster(clusterName="pulling")
    ecs.run_task(cluster="pulling", taskDefinition=register(ecs, "pulling", "app", "agent:missing")["taskDefinitionArn"])
    seen["stopped"] = until(lambda: tasks_of(ecs, "pulling", "STOPPED"))


STORIES = [replacing, crashing, failing, restarting, stopping, pulling]


class Stories:
    """Runs all stories at the same time, because they mostly wait."""

    def __init__(self, server: Server):
        self.server = server
        self._pool = ThreadPoolExecutor(len(STORIES))
        self._told = {story.__name__: self._pool.submit(self._tell, story) for story in STORIES}

    def _tell(self, story) -> dict:
        seen = {}
        story(self.server.client("ecs"), seen)
        return seen

    def __getitem__(self, name: str) -> dict:
        return self._told[name].result(timeout=60)

    def containers_that_run(self) -> tuple[int, int]:
        """The number of running containers after all stories, as ECS reports it and as processes."""
        ecs = self.server.client("ecs")
        for name in self._told:
            self._told[name].exception(timeout=60)
        tasks = [task for name in self._told for task in tasks_of(ecs, name)]
        return sum(each["lastStatus"] == "RUNNING" for task in tasks for each in task["containers"]), len(self.server.children())


def first_rollout(stories, check):
    deployment = stories["replacing"]["created"]["deployments"][0]
    check.assertEqual((deployment["rolloutState"], deployment["runningCount"]), ("IN_PROGRESS", 0))
    check.assertEqual(deployment["rolloutStateReason"], f"ECS deployment {deployment['id']} in progress.")


def pending_tasks(stories, check):
    check.assertEqual((stories["stopping"]["pending"]["lastStatus"], stories["stopping"]["pendingCount"]), ("PENDING", 1))


def steady_state(stories, check):
    completed = stories["replacing"]["completed"]
    check.assertEqual((completed["runningCount"], len(completed["deployments"])), (2, 1))


def scheduler_stops(stories, check):
    old = stories["replacing"]["created"]["deployments"][0]["id"]
    told = {(each["stopCode"], each["stoppedReason"]) for each in stories["replacing"]["stopped"]}
    check.assertEqual(told, {("ServiceSchedulerInitiated", f"Scaling activity initiated by (deployment {old})")})
    check.assertEqual([each for each in stories["replacing"]["running"] if "stoppedReason" in each or "stopCode" in each], [])


def reasons_of_failure(stories, check):
    failed = stories["crashing"]["failed"]
    check.assertEqual(failed["rolloutStateReason"], "ECS deployment circuit breaker: tasks failed to start.")


def essential_reason(stories, check):
    check.assertEqual({(each["stopCode"], each["stoppedReason"]) for each in stories["crashing"]["stopped"]}, {("EssentialContainerExited", "Essential container in task exited")})


def exit_codes(stories, check):
    codes = {tuple((each["name"], each.get("exitCode")) for each in task["containers"]) for task in stories["crashing"]["stopped"]}
    check.assertEqual(codes, {(("web", 1), ("agent", 0))})


def failed_deployment_goes(stories, check):
    check.assertEqual([each["rolloutState"] for each in stories["crashing"]["later"]["deployments"]], ["COMPLETED"])


def rollback_record(stories, check):
    # On a busy machine, the rollback may have ended before this read.
    check.assertIn(stories["crashing"]["record"]["status"], ("ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL"))
    check.assertEqual(stories["crashing"]["ended"]["status"], "ROLLBACK_SUCCESSFUL")
    ended = stories["crashing"]["ended"]
    check.assertEqual(ended["statusReason"], "Service deployment rolled back because the circuit breaker threshold was exceeded.")
    check.assertEqual(ended["deploymentCircuitBreaker"], {"status": "TRIGGERED", "failureCount": 3, "threshold": 3})
    check.assertEqual(ended["rollback"]["serviceRevisionArn"], ended["sourceServiceRevisions"][0]["arn"])


def failure_record(stories, check):
    check.assertEqual(stories["failing"]["record"]["status"], "STOPPED")


def old_revision_stays(stories, check):
    check.assertEqual(stories["failing"]["running"], [True])


def throttled_restarts(stories, check):
    (deployment,) = stories["restarting"]["service"]["deployments"]
    # Restarts wait half a second, a second, two and so on. A busy machine reads later and finds more of them.
    most = 1 + math.floor(math.log2(2 * stories["restarting"]["seconds"] + 1))
    check.assertIn(deployment["failedTasks"], range(1, most + 1))
    check.assertLessEqual(len(stories["restarting"]["stopped"]), most)


def rolled_back_by_call(stories, check):
    # The first status changes into the second within a moment. On a busy machine, the rollback may have ended before this read.
    check.assertIn(stories["stopping"]["requested"], ("ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL"))
    check.assertEqual((stories["stopping"]["answer"], stories["stopping"]["back"], stories["stopping"]["running"]), (True, True, [True]))
    check.assertIn("ROLLBACK_SUCCESSFUL", stories["stopping"]["again"])


def missing_image(stories, check):
    (task,) = stories["pulling"]["stopped"]
    check.assertEqual((task["stopCode"], task["stoppedReason"]), ("TaskFailedToStart", task["containers"][1].get("reason")))
    check.assertRegex(task["stoppedReason"], "^CannotPullContainerError: .* agent:missing: not found$")


def siblings_end(stories, check):
    told, processes = stories.containers_that_run()
    check.assertEqual(processes, told)


PROBES = {
    "rolloutState": first_rollout,
    "rolloutState, steady": steady_state,
    "rolloutStateReason, failed": reasons_of_failure,
    "pendingCount": pending_tasks,
    "stopCode and stoppedReason": scheduler_stops,
    "stopCode and stoppedReason, essential": essential_reason,
    "exitCode": exit_codes,
    "exitCode, essential": siblings_end,
    "CannotPullContainerError": missing_image,
    "deployments": failed_deployment_goes,
    "deploymentCircuitBreaker without rollback": old_revision_stays,
    "failedTasks without deploymentCircuitBreaker": throttled_restarts,
    "ListServiceDeployments and DescribeServiceDeployments, rollback": rollback_record,
    "ListServiceDeployments and DescribeServiceDeployments, failure": failure_record,
    "StopServiceDeployment": rolled_back_by_call,
}
