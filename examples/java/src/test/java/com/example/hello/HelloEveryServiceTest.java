package com.example.hello;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.cdkpostman.livecollection.EgressVerdict;
import io.github.cdkpostman.livecollection.PostmanInsightsSidecar;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.App;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

class HelloEveryServiceTest {

    // The secret is known by name, so CloudFormation completes its ARN.
    private static final Map<String, ?> SECRET = Map.of("Fn::Join",
            List.of("", Match.arrayWith(List.of(Match.stringLikeRegexp(":secret:postman/api-key$")))));

    private final HelloEveryService stack = new HelloEveryService(new App(), "Test");
    // The synthesis adds the sidecars.
    private final Template template = Template.fromStack(stack);

    @ParameterizedTest
    @ValueSource(strings = {"Orders", "Cart"})
    void theTasksReachPostman(String name) {
        PostmanInsightsSidecar agent = (PostmanInsightsSidecar) stack.getNode().findChild(name).getNode().findChild("PostmanInsights");
        EgressVerdict verdict = agent.egressVerdict();
        List<String> faults = verdict.getEvidence().stream()
                .filter(point -> !point.getVerdict().equals("reachable"))
                .map(point -> point.getFinding() + " " + point.getRemedy())
                .toList();
        assertEquals(List.of(), faults);
        assertEquals("reachable", verdict.getVerdict());
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "cart"})
    void eachTaskRunsTheAgentWhichGetsTheApiKeyFromSecretsManager(String family) {
        Map<String, ?> agent = Map.of(
                "Name", "postman-insights-agent",
                "Essential", false,
                "EntryPoint", Match.arrayWith(List.of("--discovery-mode")),
                "Secrets", Match.arrayWith(List.of(Map.of("Name", "POSTMAN_INSIGHTS_API_KEY", "ValueFrom", SECRET))));
        template.hasResourceProperties("AWS::ECS::TaskDefinition", Map.of(
                "Family", family,
                "ContainerDefinitions", List.of(Match.objectLike(Map.of("Name", "web")), Match.objectLike(agent))));
    }

    @Test
    void theBatchJobHasNoAgent() {
        template.hasResourceProperties("AWS::ECS::TaskDefinition", Map.of(
                "Family", "batch",
                "ContainerDefinitions", List.of(Match.objectLike(Map.of("Name", "web")))));
    }
}
