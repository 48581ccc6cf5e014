package com.example.hello;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

class HelloOrganisationTest {

    private static final Map<String, String> CONTEXT = Map.of(
            "accounts", "111122223333,444455556666",
            "regions", "eu-west-1",
            "mode", "PLAN",
            "enrolmentAccount", "111122223333",
            "enrolmentRegion", "eu-west-1",
            "externalId", "test");

    private final App app = new App(AppProps.builder().context(CONTEXT).build());

    @Test
    void itOnlyPlansAndEachServiceGetsANameOfItsOwnInPostman() {
        HelloOrganisation stack = new HelloOrganisation(app, "Organisation");
        Template.fromStack(stack).hasResourceProperties("AWS::Lambda::Function", Map.of(
                "Environment", Map.of("Variables", Map.of(
                        "MODE", "PLAN",
                        "AGENT", Match.stringLikeRegexp("\"discovery\":true")))));
    }

    @Test
    void theRoleOfAMemberAccountTrustsOnlyTheAccountOfTheEnrolmentWithTheExternalId() {
        HelloMember stack = new HelloMember(app, "Member");
        Map<String, ?> statement = Map.of(
                "Action", "sts:AssumeRole",
                "Condition", Match.objectLike(Map.of("StringEquals", Map.of("sts:ExternalId", "test"))));
        Template.fromStack(stack).hasResourceProperties("AWS::IAM::Role", Map.of(
                "RoleName", "PostmanAgentEnrolmentMember",
                "AssumeRolePolicyDocument", Map.of("Statement", List.of(Match.objectLike(statement)))));
    }
}
