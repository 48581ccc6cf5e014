package com.example.hello;

import io.github.cdkpostman.livecollection.PostmanInsightsExistingService;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Grant;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.constructs.Construct;

/** A service that runs already, and that no stack manages. Its ARN and the ARNs of its roles are in cdk.json. */
public class HelloExistingService extends Stack {

    public HelloExistingService(Construct scope, String id) {
        super(scope, id);

        IRole executionRole = Role.fromRoleArn(this, "ExecutionRole", context("executionRoleArn"));
        IRole taskRole = Role.fromRoleArn(this, "TaskRole", context("taskRoleArn"));

        // The execution role reads the secret before a task starts, so it is allowed to before the agent is added.
        ISecret apiKeySecret = Secret.fromSecretNameV2(this, "ApiKey", "postman/api-key");
        Grant mayRead = apiKeySecret.grantRead(executionRole);

        // The Insights agent, in every task of the service. The deployment waits until the service runs it.
        PostmanInsightsExistingService insights = PostmanInsightsExistingService.Builder.create(this, "Insights")
                .serviceArn(context("serviceArn"))
                .discovery(true)
                .apiKeySecret(apiKeySecret)
                .passableRoles(List.of(executionRole, taskRole))
                .build();
        mayRead.applyBefore(insights);

        CfnOutput.Builder.create(this, "EgressVerdict").value(insights.getEgressVerdict()).build();
        CfnOutput.Builder.create(this, "TaskDefinition").value(insights.getTaskDefinitionArn()).build();
    }

    private String context(String name) {
        return (String) getNode().getContext(name);
    }

    public static void main(String[] args) {
        App app = new App();
        new HelloExistingService(app, "HelloExistingService");
        app.synth();
    }
}
