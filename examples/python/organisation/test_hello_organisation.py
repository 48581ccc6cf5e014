from aws_cdk import App
from aws_cdk.assertions import Match, Template
from hello_organisation import HelloMember, HelloOrganisation

CONTEXT = {
    "accounts": "111122223333,444455556666",
    "regions": "eu-west-1",
    "mode": "PLAN",
    "enrolmentAccount": "111122223333",
    "enrolmentRegion": "eu-west-1",
    "externalId": "test",
}
app = App(context=CONTEXT)
organisation = HelloOrganisation(app, "Organisation")
member = HelloMember(app, "Member")


def test_it_only_plans_and_each_service_gets_a_name_of_its_own_in_postman() -> None:
    variables = {"MODE": "PLAN", "AGENT": Match.string_like_regexp('"discovery":true')}
    Template.from_stack(organisation).has_resource_properties(
        "AWS::Lambda::Function", {"Environment": {"Variables": variables}}
    )


def test_the_role_of_a_member_account_trusts_only_the_account_of_the_enrolment_with_the_external_id() -> None:
    condition = Match.object_like({"StringEquals": {"sts:ExternalId": "test"}})
    statement = Match.object_like({"Action": "sts:AssumeRole", "Condition": condition})
    Template.from_stack(member).has_resource_properties(
        "AWS::IAM::Role",
        {"RoleName": "PostmanAgentEnrolmentMember", "AssumeRolePolicyDocument": {"Statement": [statement]}},
    )
