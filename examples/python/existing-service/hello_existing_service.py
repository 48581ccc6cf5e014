from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from cdk_postman_live_collection import PostmanInsightsExistingService
from constructs import Construct


class HelloExistingService(Stack):
    """A service that runs already, and that no stack manages. Its ARN and the ARNs of its roles are in cdk.json."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)

        execution_role = iam.Role.from_role_arn(self, "ExecutionRole", self.node.get_context("executionRoleArn"))
        task_role = iam.Role.from_role_arn(self, "TaskRole", self.node.get_context("taskRoleArn"))

        # The execution role reads the secret before a task starts, so it is allowed to before the agent is added.
        api_key_secret = secretsmanager.Secret.from_secret_name_v2(self, "ApiKey", "postman/api-key")
        may_read = api_key_secret.grant_read(execution_role)

        # The Insights agent, in every task of the service. The deployment waits until the service runs it.
        insights = PostmanInsightsExistingService(
            self,
            "Insights",
            service_arn=self.node.get_context("serviceArn"),
            discovery=True,
            api_key_secret=api_key_secret,
            passable_roles=[execution_role, task_role],
        )
        may_read.apply_before(insights)

        CfnOutput(self, "EgressVerdict", value=insights.egress_verdict)
        CfnOutput(self, "TaskDefinition", value=insights.task_definition_arn)
