"""Probes of the gaps that several accounts meet: sessions of roles, events between accounts, and the children of a Distributed Map."""

import io
import json
import zipfile

from botocore.exceptions import ClientError

from emulator.tests.server import ACCOUNT, Server, until

MEMBER = "210987654321"


def policy(**statement) -> dict:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}


def code(source: str) -> dict:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("index.js", source)
    return {"ZipFile": file.getvalue()}


def function_with_role(server: Server, name: str, permissions: dict) -> dict:
    """The credentials that a Lambda function with a role of its name has."""
    iam, functions = server.client("iam"), server.client("lambda")
    trust = policy(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="permissions", PolicyDocument=json.dumps(permissions))
    source = "exports.handler = async () => ({ key: process.env.AWS_ACCESS_KEY_ID, token: process.env.AWS_SESSION_TOKEN });"
    functions.create_function(FunctionName=name, Runtime="nodejs20.x", Handler="index.handler", Role=role, Code=code(source))
    return json.loads(functions.invoke(FunctionName=name)["Payload"].read())


def of_function(server: Server, check):
    found = function_with_role(server, "who", policy(Action="s3:ListBucket", Resource="*"))
    identity = server.client("sts", found["key"], token=found["token"]).get_caller_identity()
    check.assertEqual((identity["Account"], identity["Arn"]), (ACCOUNT, f"arn:aws:sts::{ACCOUNT}:assumed-role/who/who"))


def assume_role(server: Server, check):
    """A role of another account, made by its stack, that wants an external id and one caller."""
    conditions = {"StringEquals": {"sts:ExternalId": "external"}, "ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/caller"}}
    trust = policy(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Action="sts:AssumeRole", Condition=conditions)
    server.deploy("member", {"Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "member", "AssumeRolePolicyDocument": trust}}}, MEMBER)
    server.deploy("open", {"Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "open", "AssumeRolePolicyDocument": policy(Principal={"AWS": ACCOUNT}, Action="sts:AssumeRole")}}}, MEMBER)
    arn = f"arn:aws:iam::{MEMBER}:role/member"
    key, token = function_with_role(server, "caller", policy(Action="sts:AssumeRole", Resource=[arn, f"arn:aws:iam::{MEMBER}:role/none"])).values()
    sts = server.client("sts", key, token=token)
    session = sts.assume_role(RoleArn=arn, RoleSessionName="session", ExternalId="external")["Credentials"]
    identity = server.client("sts", session["AccessKeyId"], token=session["SessionToken"]).get_caller_identity()
    check.assertEqual((identity["Account"], identity["Arn"]), (MEMBER, f"arn:aws:sts::{MEMBER}:assumed-role/member/session"))

    other = server.client("sts")
    for client, role, more in [
        (sts, "member", {"ExternalId": "other"}),
        (sts, "member", {}),
        (sts, "none", {"ExternalId": "external"}),
        # It is not the caller that the trust policy names.
        (other, "member", {"ExternalId": "external"}),
        # Its own policy does not allow it.
        (sts, "open", {}),
    ]:
        with check.assertRaises(ClientError) as denied:
            client.assume_role(RoleArn=f"arn:aws:iam::{MEMBER}:role/{role}", RoleSessionName="session", **more)
        check.assertEqual(denied.exception.response["Error"]["Code"], "AccessDenied", (role, more))
        check.assertEqual(denied.exception.response["ResponseMetadata"]["HTTPStatusCode"], 403)
    other.assume_role(RoleArn=f"arn:aws:iam::{MEMBER}:role/open", RoleSessionName="session")


def bus(name: str, statement: dict) -> dict:
    return {
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": name}},
        "Policy": {"Type": "AWS::Events::EventBusPolicy", "Properties": {"EventBusName": {"Ref": "Bus"}, "StatementId": "members", "Statement": statement}},
    }


def bus_policy(server: Server, check):
    resource = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/with-policy"
    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{MEMBER}:root"}, "Action": "events:PutEvents", "Resource": resource}
    server.deploy("with-policy", bus("with-policy", statement))
    events = server.client("events")
    found = json.loads(events.describe_event_bus(Name="with-policy")["Policy"])["Statement"]
    check.assertEqual(found, [{**statement, "Sid": "members"}])
    server.destroy("with-policy")
    check.assertNotIn("with-policy", [each["Name"] for each in events.list_event_buses()["EventBuses"]])


def input_path(server: Server, check):
    events, sqs = server.client("events"), server.client("sqs")
    queue = sqs.create_queue(QueueName="paths")["QueueUrl"]
    events.put_rule(Name="paths", EventPattern=json.dumps({"source": ["paths"]}))
    paths = {"second": "$.resources[1]", "inner": "$.detail.list[0].name", "none": "$.resources[2]"}
    transformer = {"InputPathsMap": paths, "InputTemplate": '{"second": <second>, "inner": <inner>, "none": <none>}'}
    events.put_targets(Rule="paths", Targets=[{"Id": "queue", "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:paths", "InputTransformer": transformer}])
    events.put_events(Entries=[{"Source": "paths", "DetailType": "Paths", "Detail": json.dumps({"list": [{"name": "a"}]}), "Resources": ["x", "y"]}])
    (received,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    check.assertEqual(json.loads(received["Body"]), {"second": "y", "inner": "a", "none": ""})


def bus_of_another_account(server: Server, check):
    """A rule of a member's region sends to the bus of the organisation's account, and a rule of this bus to a queue."""
    events, sqs = server.client("events"), server.client("sqs")
    queue = sqs.create_queue(QueueName="arrivals")["QueueUrl"]
    arn = events.create_event_bus(Name="organisation")["EventBusArn"]
    events.put_permission(EventBusName="organisation", StatementId="members", Principal=MEMBER, Action="events:PutEvents")
    events.put_rule(Name="arrivals", EventBusName="organisation", EventPattern=json.dumps({"source": ["shop"]}))
    paths = {"account": "$.account", "region": "$.region", "deployment": "$.detail.id"}
    template = json.dumps({name: f"<{name}>" for name in paths})
    target = {"Id": "queue", "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:arrivals", "InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}
    events.put_targets(Rule="arrivals", EventBusName="organisation", Targets=[target])

    iam = server.client("iam", MEMBER)
    trust = lambda account: json.dumps(policy(Principal={"Service": "events.amazonaws.com"}, Action="sts:AssumeRole", Condition={"StringEquals": {"aws:SourceAccount": account}}))
    role = iam.create_role(RoleName="sender", AssumeRolePolicyDocument=trust(MEMBER))["Role"]["Arn"]
    member = server.client("events", MEMBER, "eu-west-1")
    member.put_rule(Name="deployments", EventPattern=json.dumps({"source": ["shop"]}))
    member.put_targets(Rule="deployments", Targets=[{"Id": "bus", "Arn": arn, "RoleArn": role}])
    send = lambda id: member.put_events(Entries=[{"Source": "shop", "DetailType": "Deployment", "Detail": json.dumps({"id": id})}])
    send("without-permission")
    iam.put_role_policy(RoleName="sender", PolicyName="send", PolicyDocument=json.dumps(policy(Action="events:PutEvents", Resource=arn)))
    events.remove_permission(EventBusName="organisation", StatementId="members")
    send("without-policy-of-the-bus")
    events.put_permission(EventBusName="organisation", StatementId="members", Principal=MEMBER, Action="events:PutEvents")
    iam.update_assume_role_policy(RoleName="sender", PolicyDocument=trust(ACCOUNT))
    send("without-trust")
    iam.update_assume_role_policy(RoleName="sender", PolicyDocument=trust(MEMBER))
    send("allowed")
    # Events are delivered before PutEvents answers.
    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    expected = {"account": MEMBER, "region": "eu-west-1", "deployment": "allowed"}
    check.assertEqual([json.loads(each["Body"]) for each in received], [expected])


def ended(states, name: str, definition: dict, input: object) -> dict:
    """An execution of a state machine that has one state."""
    arn = states.create_state_machine(
        name=name, roleArn=f"arn:aws:iam::{ACCOUNT}:role/any", definition=json.dumps({"StartAt": "State", "States": {"State": {**definition, "End": True}}})
    )["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=arn, name=f"of-{name}", input=json.dumps(input))["executionArn"]
    return until(lambda: (found := states.describe_execution(executionArn=execution))["status"] != "RUNNING" and found)


def map_children(server: Server, check):
    """The execution of a child is not that of its parent."""
    states = server.client("stepfunctions")
    item = {"Type": "Pass", "Parameters": {"own.$": "$$.Execution.Name", "parent.$": "$.parent"}, "End": True}
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Item", "States": {"Item": item}}
    found = ended(states, "children", {"Type": "Map", "ItemSelector": {"parent.$": "$$.Execution.Name"}, "ItemProcessor": processor}, [1, 2])
    children = json.loads(found["output"])
    check.assertEqual([each["parent"] for each in children], ["of-children", "of-children"])
    runs = states.list_map_runs(executionArn=found["executionArn"])["mapRuns"]
    names = {each["name"] for run in runs for each in states.list_executions(mapRunArn=run["mapRunArn"])["executions"]}
    check.assertEqual({each["own"] for each in children}, names)


def result_selector(server: Server, check):
    selector = {"name.$": "$$.Execution.Name", "state.$": "$$.State.Name", "first.$": "$[0]"}
    branch = {"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "End": True}}}
    found = ended(server.client("stepfunctions"), "selector", {"Type": "Parallel", "Branches": [branch], "ResultSelector": selector}, {"a": 1})
    check.assertEqual(json.loads(found["output"]), {"name": "of-selector", "state": "State", "first": {"a": 1}})


def conditions(server: Server, check):
    topic = lambda condition: {"Type": "AWS::SNS::Topic", "Condition": condition}
    same = {"Here": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}, "Mine": {"Fn::Equals": [MEMBER, {"Ref": "AWS::AccountId"}]}}
    made = server.deploy("conditions", {"Region": topic("Here"), "Account": topic("Mine"), "Elsewhere": topic("There")}, MEMBER, Conditions={**same, "There": {"Fn::Not": [{"Condition": "Here"}]}})
    check.assertEqual(sorted(made), ["Account", "Region"])


def events_of_ecs(server: Server, check):
    events, sqs, ecs = (server.client(name) for name in ("events", "sqs", "ecs"))
    queue = sqs.create_queue(QueueName="ecs")["QueueUrl"]
    events.put_rule(Name="ecs", EventPattern=json.dumps({"source": ["aws.ecs"], "detail-type": ["ECS Deployment State Change"]}))
    events.put_targets(Rule="ecs", Targets=[{"Id": "queue", "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:ecs"}])
    ecs.create_cluster(clusterName="events")
    ecs.register_task_definition(family="events", memory="512", containerDefinitions=[{"name": "web", "image": "nginx"}])
    ecs.create_service(cluster="events", serviceName="events", taskDefinition="events", desiredCount=1)
    # It is sent before CreateService answers.
    (received,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    check.assertEqual(json.loads(received["Body"])["detail"]["eventName"], "SERVICE_DEPLOYMENT_IN_PROGRESS")


PROBES = {
    "Events of ECS": events_of_ecs,
    "AssumeRole": assume_role,
    "Credentials of Lambda functions": of_function,
    "Pseudo parameters in conditions": conditions,
    "AWS::Events::EventBusPolicy": bus_policy,
    "Indexes in InputPathsMap": input_path,
    "Event buses of other accounts and regions": bus_of_another_account,
    "$$.Execution in a Distributed Map": map_children,
    "$$ in a ResultSelector": result_selector,
}
