package com.example.hello;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.cdkpostman.livecollection.EgressVerdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

class HelloEc2Test {

    private static final String COLLECTION = "12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11";
    private static final String SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key-AbCdEf";

    private final HelloEc2 stack = new HelloEc2(new App(), "Test", COLLECTION, SECRET);

    @Test
    void theTasksReachPostman() {
        EgressVerdict verdict = stack.agent.egressVerdict();
        List<String> faults = verdict.getEvidence().stream()
                .filter(point -> !point.getVerdict().equals("reachable"))
                .map(point -> point.getFinding() + " " + point.getRemedy())
                .toList();
        assertEquals(List.of(), faults);
        assertEquals("reachable", verdict.getVerdict());
    }

    @Test
    void eachTaskRunsTheAgentWhichFillsTheCollectionAndGetsTheApiKeyFromTheSecret() {
        Map<String, ?> agent = Map.of(
                "Name", "postman-lc-agent",
                "Essential", false,
                "EntryPoint", Match.arrayWith(List.of("--collection", COLLECTION)),
                "Secrets", List.of(Map.of("Name", "POSTMAN_API_KEY", "ValueFrom", SECRET)));
        Template.fromStack(stack).hasResourceProperties("AWS::ECS::TaskDefinition", Map.of(
                "NetworkMode", "awsvpc",
                "ContainerDefinitions", List.of(Match.objectLike(Map.of("Name", "web")), Match.objectLike(agent))));
    }
}
