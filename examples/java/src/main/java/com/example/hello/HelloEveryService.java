package com.example.hello;

import io.github.cdkpostman.livecollection.AddInsightsToServicesOptions;
import io.github.cdkpostman.livecollection.PostmanAgentAlarms;
import io.github.cdkpostman.livecollection.PostmanAgentDashboard;
import io.github.cdkpostman.livecollection.PostmanInsights;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.ContainerInsights;
import software.amazon.awscdk.services.ecs.DeploymentCircuitBreaker;
import software.amazon.awscdk.services.ecs.FargateService;
import software.amazon.awscdk.services.ecs.FargateTaskDefinition;
import software.amazon.awscdk.services.ecs.PortMapping;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

/** Two web servers and a batch job on Fargate, in private subnets, with a dashboard and alarms of their agents. */
public class HelloEveryService extends Stack {

    public HelloEveryService(Construct scope, String id) {
        super(scope, id);

        Vpc vpc = Vpc.Builder.create(this, "Vpc").maxAzs(2).natGateways(1).build();
        Cluster cluster = Cluster.Builder.create(this, "Cluster")
                .vpc(vpc)
                .containerInsightsV2(ContainerInsights.ENHANCED)
                .build();
        for (String name : List.of("Orders", "Cart", "Batch")) {
            FargateTaskDefinition taskDefinition = FargateTaskDefinition.Builder.create(this, name + "Task")
                    .family(name.toLowerCase())
                    .cpu(512)
                    .memoryLimitMiB(1024)
                    .build();
            taskDefinition.addContainer("web", ContainerDefinitionOptions.builder()
                    .image(ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:stable"))
                    .portMappings(List.of(PortMapping.builder().containerPort(80).build()))
                    .build());
            FargateService.Builder.create(this, name)
                    .cluster(cluster)
                    .taskDefinition(taskDefinition)
                    .minHealthyPercent(100)
                    .circuitBreaker(DeploymentCircuitBreaker.builder().rollback(true).build())
                    .build();
        }

        // They find the agents of this stack at synthesis. Subscribe to the topic to be notified.
        Topic topic = Topic.Builder.create(this, "AgentTrouble").enforceSsl(true).build();
        PostmanAgentAlarms alarms = PostmanAgentAlarms.Builder.create(this, "AgentAlarms").topic(topic).build();
        PostmanAgentDashboard.Builder.create(this, "AgentDashboard").alarms(alarms).build();

        // The Insights agent in every service of this stack, now or later; PostmanInsights.of(app) is every service of the app.
        // In Postman, they are found as `<cluster>/<cluster>/orders` and so on. The API key is read from the secret `postman/api-key`.
        PostmanInsights.of(this).addToServices(AddInsightsToServicesOptions.builder()
                .discovery(true)
                .exclude(List.of("*/Batch"))
                // If the API key changes, new tasks of the services start, which read it.
                .rotateTasks(true)
                .build());
    }

    public static void main(String[] args) {
        App app = new App();
        new HelloEveryService(app, "HelloEveryService");
        app.synth();
    }
}
