package com.example.hello;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cdkpostman.livecollection.EgressVerdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

class HelloInsightsTest {

    private final HelloInsights stack = new HelloInsights(new App(), "Test", 1);

    // The secret is known by name, so CloudFormation completes its ARN.
    private static final Map<String, ?> SECRET = Map.of("Fn::Join",
            List.of("", Match.arrayWith(List.of(Match.stringLikeRegexp(":secret:postman/api-key$")))));

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
    void eachTaskRunsTheAgentWhichGetsTheApiKeyFromSecretsManager() {
        Map<String, ?> agent = Map.of(
                "Name", "postman-insights-agent",
                "Essential", false,
                "EntryPoint", Match.arrayWith(List.of("--discovery-mode")),
                "Secrets", Match.arrayWith(List.of(Map.of("Name", "POSTMAN_INSIGHTS_API_KEY", "ValueFrom", SECRET))));
        Template.fromStack(stack).hasResourceProperties("AWS::ECS::TaskDefinition", Map.of(
                "Family", "hello",
                "ContainerDefinitions", List.of(Match.objectLike(Map.of("Name", "web")), Match.objectLike(agent))));
    }

    @Test
    void anAlarmGoesOffIfAnAgentDoesNotCapture() {
        Template.fromStack(stack).hasResourceProperties("AWS::CloudWatch::Alarm", Map.of(
                "Threshold", 1,
                "TreatMissingData", "notBreaching"));
    }

    @Test
    void withoutANatGatewaySynthesisFailsAndSaysWhatToChange() {
        HelloInsights closed = new HelloInsights(new App(), "Closed", 0);
        Exception refused = assertThrows(RuntimeException.class, () -> Template.fromStack(closed));
        assertTrue(refused.getMessage().contains("Add a NAT gateway in a public subnet"), refused.getMessage());
    }
}
