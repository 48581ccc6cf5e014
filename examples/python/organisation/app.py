from aws_cdk import App, BootstraplessSynthesizer, CfnOutput, Stack
from aws_cdk import aws_sns as sns
from cdk_postman_live_collection import (
    EnrolmentMode,
    PostmanAgentEnrolment,
    PostmanAgentEnrolmentMember,
    PostmanAgentEnrolmentPlace,
)
from constructs import Construct


class HelloOrganisation(Stack):
    """The services of several accounts. The accounts, the regions and the mode are in cdk.json."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)

        regions = self.node.get_context("regions").split(",")
        accounts = self.node.get_context("accounts").split(",")

        # Gets a message at the end of each execution.
        topic = sns.Topic(self, "Topic", enforce_ssl=True)

        # It only plans, until the mode is ENROL.
        enrolment = PostmanAgentEnrolment(
            self,
            "Enrolment",
            places=[PostmanAgentEnrolmentPlace(account=account, regions=regions) for account in accounts],
            mode=EnrolmentMode[self.node.get_context("mode")],
            discovery=True,
            external_id=self.node.get_context("externalId"),
            topic=topic,
        )

        CfnOutput(self, "StateMachine", value=enrolment.state_machine.state_machine_arn)
        CfnOutput(self, "Reports", value=enrolment.bucket.bucket_name)


class HelloMember(Stack):
    """What each of these accounts needs. A stack set rolls out its template, which is the same for all."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, synthesizer=BootstraplessSynthesizer())

        PostmanAgentEnrolmentMember(
            self,
            "Member",
            enrolment_account=self.node.get_context("enrolmentAccount"),
            enrolment_region=self.node.get_context("enrolmentRegion"),
            home_region=self.node.get_context("enrolmentRegion"),
            external_id=self.node.get_context("externalId"),
        )


app = App()
HelloOrganisation(app, "HelloOrganisation")
HelloMember(app, "HelloMember")
app.synth()
