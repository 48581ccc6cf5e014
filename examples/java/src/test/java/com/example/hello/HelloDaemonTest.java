package com.example.hello;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.cdkpostman.livecollection.EgressVerdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

class HelloDaemonTest {

    // The secret is known by name, so CloudFormation completes its ARN.
    private static final Map<String, ?> SECRET = Map.of("Fn::Join",
            List.of("", Match.arrayWith(List.of(Match.stringLikeRegexp(":secret:postman/api-key$")))));

    private final HelloDaemon stack = new HelloDaemon(new App(), "Test");

    @Test
    void theContainerInstancesReachPostman() {
        EgressVerdict verdict = stack.agents.egressVerdict();
        List<String> faults = verdict.getEvidence().stream()
                .filter(point -> !point.getVerdict().equals("reachable"))
                .map(point -> point.getFinding() + " " + point.getRemedy())
                .toList();
        assertEquals(List.of(), faults);
        assertEquals("reachable", verdict.getVerdict());
    }

    @Test
    void oneAgentRunsOnEachContainerInstance() {
        Template.fromStack(stack).hasResourceProperties("AWS::ECS::Service", Map.of("SchedulingStrategy", "DAEMON"));
    }

    @Test
    void theAgentWatchesTheNetworkOfTheInstanceAndGetsTheApiKeyFromSecretsManager() {
        Map<String, ?> agent = Map.of(
                "Name", "postman-insights-agent",
                "EntryPoint", Match.arrayWith(List.of("--discovery-mode")),
                "Secrets", Match.arrayWith(List.of(Map.of("Name", "POSTMAN_INSIGHTS_API_KEY", "ValueFrom", SECRET))));
        Template.fromStack(stack).hasResourceProperties("AWS::ECS::TaskDefinition", Map.of(
                "NetworkMode", "host",
                "ContainerDefinitions", List.of(Match.objectLike(agent))));
    }

    @Test
    void theTaskDefinitionOfTheServiceHasNoAgent() {
        Template.fromStack(stack).hasResourceProperties("AWS::ECS::TaskDefinition", Map.of(
                "ContainerDefinitions", List.of(Match.objectLike(Map.of("Name", "web")))));
    }
}
