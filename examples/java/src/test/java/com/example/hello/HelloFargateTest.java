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

class HelloFargateTest {

    private static final String COLLECTION = "12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11";

    // The secret is known by name, so CloudFormation completes its ARN.
    private static final Map<String, ?> SECRET = Map.of("Fn::Join",
            List.of("", Match.arrayWith(List.of(Match.stringLikeRegexp(":secret:postman/api-key$")))));

    private final HelloFargate stack = new HelloFargate(new App(), "Test", COLLECTION, 1);

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
    void eachTaskRunsTheAgentWhichFillsTheCollectionAndGetsTheApiKeyFromSecretsManager() {
        Map<String, ?> agent = Map.of(
                "Name", "postman-lc-agent",
                "Essential", false,
                "EntryPoint", Match.arrayWith(List.of("--collection", COLLECTION)),
                "Secrets", List.of(Map.of("Name", "POSTMAN_API_KEY", "ValueFrom", SECRET)));
        Template.fromStack(stack).hasResourceProperties("AWS::ECS::TaskDefinition", Map.of(
                "ContainerDefinitions", List.of(Match.objectLike(Map.of("Name", "web")), Match.objectLike(agent))));
    }

    @Test
    void withoutANatGatewaySynthesisFailsAndSaysWhatToChange() {
        HelloFargate closed = new HelloFargate(new App(), "Closed", COLLECTION, 0);
        Exception refused = assertThrows(RuntimeException.class, () -> Template.fromStack(closed));
        assertTrue(refused.getMessage().contains("Add a NAT gateway in a public subnet"), refused.getMessage());
    }
}
