package com.example.hello;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

class HelloExistingServiceTest {

    private static final Map<String, String> CONTEXT = Map.of(
            "serviceArn", "arn:aws:ecs:eu-west-1:111122223333:service/shop/orders",
            "executionRoleArn", "arn:aws:iam::111122223333:role/orders-execution",
            "taskRoleArn", "arn:aws:iam::111122223333:role/orders-task");

    private final App app = new App(AppProps.builder().context(CONTEXT).build());
    private final HelloExistingService stack = new HelloExistingService(app, "Test");

    // The network of the service is judged at the deployment, so there is no verdict to test. The stack has it as an output.
    @Test
    void theVerdictOfTheDeploymentIsAnOutputOfTheStack() {
        Template.fromStack(stack).hasOutput("EgressVerdict", Map.of());
    }

    @Test
    void theDeploymentAddsTheAgentToTheServiceWithTheApiKeyFromSecretsManager() {
        Map<String, ?> agent = Map.of("Fn::Join", List.of("", Match.arrayWith(List.of(
                Match.stringLikeRegexp("\"discovery\":true"), Match.stringLikeRegexp(":secret:postman/api-key")))));
        Template.fromStack(stack).hasResourceProperties("Custom::PostmanAgentExistingService", Map.of(
                "ServiceArn", CONTEXT.get("serviceArn"),
                "Agent", agent));
    }

    @Test
    void theExecutionRoleOfTheServiceMayReadTheApiKey() {
        Map<String, ?> statement = Map.of(
                "Effect", "Allow",
                "Action", Match.arrayWith(List.of("secretsmanager:GetSecretValue")));
        Template.fromStack(stack).hasResourceProperties("AWS::IAM::Policy", Map.of(
                "Roles", List.of("orders-execution"),
                "PolicyDocument", Map.of("Statement", List.of(Match.objectLike(statement)))));
    }
}
