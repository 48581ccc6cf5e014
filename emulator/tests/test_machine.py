"""What an enrolment's state machine needs of Step Functions, in the form that the CDK gives it."""

import io
import json
import time
import unittest
import zipfile

from emulator.tests.server import ACCOUNT, Server, until

HANDLER_ERROR = "Runtime.HandlerError"
"""The local AWS gives each error of a function this type; AWS's is the error's name."""

TRANSIENT = ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.TooManyRequestsException", "Sandbox.Timedout", "States.Timeout"]
RETRIES = [{"ErrorEquals": [*TRANSIENT, HANDLER_ERROR], "IntervalSeconds": 2, "MaxAttempts": 2, "BackoffRate": 2, "MaxDelaySeconds": 60, "JitterStrategy": "FULL"}]

PLAYER = """
exports.handler = async ({ task, place, iteration, attempt, execution, input, stopped }) => {
  switch (task) {
    case 'begin': return { bucket: process.env.BUCKET, key: input.key ?? 'places.json', count: 2 };
    case 'discover': return { services: 1, failed: false, execution };
    case 'step':
      if (attempt < (place.failures ?? 0)) throw new Error('busy');
      return { again: iteration < (place.iterations ?? 0), waitSeconds: 1, iteration: iteration + 1, failed: place.failed === true };
    case 'finish': return { subject: 'Enrolment', message: JSON.stringify({ execution, stopped }), failed: stopped !== undefined };
  }
};
"""


def invoke(next: str | None, payload: dict, **more) -> dict:
    """What `LambdaInvoke` makes."""
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Retry": RETRIES, "Parameters": {"FunctionName": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:player", "Payload": payload}}
    return {**task, "OutputPath": "$.Payload", **({"Next": next} if next else {"End": True}), **more}


def places(next: str, start: str, states: dict) -> dict:
    """What `DistributedMap` makes."""
    return {
        "Type": "Map",
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket.$": "$.bucket", "Key.$": "$.key"}},
        "ItemSelector": {"execution.$": "$$.Execution.Name", "place.$": "$$.Map.Item.Value"},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": start, "States": states},
        "MaxConcurrency": 4,
        "ToleratedFailurePercentage": 50,
        "ResultPath": None,
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.stopped", "Next": "FinishStopped"}],
        "Next": next,
    }


OF_PLACE = {"execution.$": "$.execution", "place.$": "$.place"}
STEP = {"again.$": "$.Payload.again", "failed.$": "$.Payload.failed", "waitSeconds.$": "$.Payload.waitSeconds", "iteration.$": "$.Payload.iteration"}
LOOP = {
    "First": {"Type": "Pass", "Parameters": {**OF_PLACE, "iteration": 0}, "Next": "Step"},
    "Step": invoke("Again", {"task": "step", **OF_PLACE, "iteration.$": "$.iteration", "attempt.$": "$$.State.RetryCount"}, ResultSelector=STEP, ResultPath="$.step", OutputPath="$"),
    "Again": {
        "Type": "Choice",
        "Choices": [{"Variable": "$.step.again", "BooleanEquals": True, "Next": "Wait"}, {"Variable": "$.step.failed", "BooleanEquals": True, "Next": "PlaceFailed"}],
        "Default": "PlaceDone",
    },
    "Wait": {"Type": "Wait", "SecondsPath": "$.step.waitSeconds", "Next": "Next"},
    "Next": {"Type": "Pass", "Parameters": {**OF_PLACE, "iteration.$": "$.step.iteration"}, "Next": "Step"},
    "PlaceFailed": {"Type": "Fail", "Error": "PlaceFailed"},
    "PlaceDone": {"Type": "Succeed"},
}
STATES = {
    "Start": {"Type": "Choice", "Choices": [{"Variable": "$.waitUntil", "IsPresent": True, "Next": "Window"}], "Default": "Begin"},
    "Window": {"Type": "Wait", "TimestampPath": "$.waitUntil", "Next": "Begin"},
    "Begin": invoke("Discover", {"task": "begin", "execution.$": "$$.Execution.Name", "input.$": "$"}),
    "Discover": places("Enrol", "DiscoverPlace", {"DiscoverPlace": invoke(None, {"task": "discover", **OF_PLACE})}),
    "Enrol": places("Finish", "First", LOOP),
    "Finish": invoke("Tell", {"task": "finish", "execution.$": "$$.Execution.Name"}),
    "FinishStopped": invoke("Tell", {"task": "finish", "execution.$": "$$.Execution.Name", "stopped.$": "$.stopped.Error"}),
    "Tell": {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Parameters": {"TopicArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:ended", "Message.$": "$.message", "Subject.$": "$.subject"},
        "ResultPath": None,
        "Next": "End",
    },
    "End": {"Type": "Choice", "Choices": [{"Variable": "$.failed", "BooleanEquals": True, "Next": "EnrolmentFailed"}], "Default": "Enrolled"},
    "EnrolmentFailed": {"Type": "Fail", "Error": "EnrolmentFailed"},
    "Enrolled": {"Type": "Succeed"},
}


class Machine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--wait-scale", "0.02").ready()
        cls.addClassCleanup(cls.server.stop)
        cls.s3, cls.states, functions, sqs = (cls.server.client(name) for name in ("s3", "stepfunctions", "lambda", "sqs"))
        cls.s3.create_bucket(Bucket="enrolment")
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("index.js", PLAYER)
        role = f"arn:aws:iam::{ACCOUNT}:role/any"
        variables = {"Variables": {"BUCKET": "enrolment"}}
        functions.create_function(FunctionName="player", Runtime="nodejs20.x", Handler="index.handler", Role=role, Code={"ZipFile": archive.getvalue()}, Timeout=60, Environment=variables)
        topic = cls.server.client("sns").create_topic(Name="ended")["TopicArn"]
        cls.queue = sqs.create_queue(QueueName="ended")["QueueUrl"]
        cls.server.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{ACCOUNT}:ended")
        cls.machine = cls.states.create_state_machine(name="enrolment", roleArn=role, definition=json.dumps({"StartAt": "Start", "States": STATES}))["stateMachineArn"]

    def run_machine(self, name: str, places: list[dict], **input) -> dict:
        self.s3.put_object(Bucket="enrolment", Key=f"{name}.json", Body=json.dumps(places).encode())
        execution = self.states.start_execution(stateMachineArn=self.machine, name=name, input=json.dumps({"key": f"{name}.json", **input}))["executionArn"]
        return until(lambda: (found := self.states.describe_execution(executionArn=execution))["status"] != "RUNNING" and found)

    def message(self) -> dict:
        sqs = self.server.client("sqs")
        (received,) = until(lambda: sqs.receive_message(QueueUrl=self.queue).get("Messages"))
        sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=received["ReceiptHandle"])
        envelope = json.loads(received["Body"])
        self.assertEqual(envelope["Subject"], "Enrolment")
        return json.loads(envelope["Message"])

    def children(self, ended: dict) -> list[str]:
        """How the children of both maps ended."""
        runs = self.states.list_map_runs(executionArn=ended["executionArn"])["mapRuns"]
        return sorted(each["status"] for run in runs for each in self.states.list_executions(mapRunArn=run["mapRunArn"])["executions"])

    def test_each_place_loops_until_it_is_done_and_the_end_is_told(self):
        ended = self.run_machine("all", [{"iterations": 5}, {"iterations": 0}, {"failures": 2}], waitUntil="2020-01-01T00:00:00.000Z")
        self.assertEqual((ended["status"], self.children(ended)), ("SUCCEEDED", ["SUCCEEDED"] * 6))
        self.assertEqual(self.message(), {"execution": "all"})

    def test_a_tolerated_failure_of_a_place_does_not_stop_the_others(self):
        ended = self.run_machine("tolerated", [{"failed": True}, {"iterations": 1}])
        self.assertEqual((ended["status"], self.children(ended)), ("SUCCEEDED", ["FAILED", *["SUCCEEDED"] * 3]))
        self.assertEqual(self.message(), {"execution": "tolerated"})

    def test_too_many_failures_are_caught_and_told(self):
        ended = self.run_machine("stopped", [{"failed": True}, {"failures": 3}, {}])
        self.assertEqual((ended["status"], ended["error"]), ("FAILED", "EnrolmentFailed"))
        self.assertEqual(self.message(), {"execution": "stopped", "stopped": "States.ExceedToleratedFailureThreshold"})

    def test_an_execution_waits_until_a_time_and_has_its_name_once(self):
        self.s3.put_object(Bucket="enrolment", Key="waits.json", Body=b"[]")
        until_time = time.time() + 3
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(until_time)) + f".{int(until_time % 1 * 1000):03}Z"
        waiting = {"stateMachineArn": self.machine, "name": "waits", "input": json.dumps({"key": "waits.json", "waitUntil": stamp})}
        self.states.start_execution(**waiting)
        with self.assertRaises(self.states.exceptions.ExecutionAlreadyExists):
            self.states.start_execution(**waiting)
        self.assertEqual(self.message(), {"execution": "waits"})
        self.assertGreaterEqual(time.time(), int(until_time * 1000) / 1000)

    def test_a_schedule_of_a_template_starts_it(self):
        self.s3.put_object(Bucket="enrolment", Key="scheduled.json", Body=b"[]")
        # Schedules are looked at every ten seconds.
        now = time.strftime("at(%Y-%m-%dT%H:%M:%S)", time.gmtime())
        target = {"Arn": self.machine, "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/any", "Input": json.dumps({"key": "scheduled.json"})}
        properties = {"FlexibleTimeWindow": {"Mode": "OFF"}, "ScheduleExpression": now, "Target": target}
        self.server.deploy("schedule", {"Schedule": {"Type": "AWS::Scheduler::Schedule", "Properties": properties}})
        name = self.message()["execution"]
        execution = self.states.describe_execution(executionArn=f"arn:aws:states:us-east-1:{ACCOUNT}:execution:enrolment:{name}")
        self.assertEqual(execution["input"], target["Input"])
