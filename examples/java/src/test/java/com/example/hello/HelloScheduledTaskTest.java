package com.example.hello;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.cdkpostman.livecollection.EgressVerdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

class HelloScheduledTaskTest {

    // CloudFormation completes the ARN of the parameter.
    private static final Map<String, ?> PARAMETER = Map.of("Fn::Join",
            List.of("", Match.arrayWith(List.of(Match.stringLikeRegexp(":parameter/postman/api-key$")))));

    private final HelloScheduledTask stack = new HelloScheduledTask(new App(), "Test");

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
    void eachTaskRunsTheAgentWhichGetsTheApiKeyFromParameterStore() {
        Map<String, ?> agent = Map.of(
                "Name", "postman-insights-agent",
                "Essential", false,
                "EntryPoint", Match.arrayWith(List.of("--discovery-mode")),
                "Secrets", Match.arrayWith(List.of(Map.of("Name", "POSTMAN_INSIGHTS_API_KEY", "ValueFrom", PARAMETER))));
        Template.fromStack(stack).hasResourceProperties("AWS::ECS::TaskDefinition", Map.of(
                "ContainerDefinitions", Match.arrayWith(List.of(Match.objectLike(agent)))));
    }
}
