package com.example.hello;

import io.github.cdkpostman.livecollection.PostmanInsightsSidecar;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.CreateAlarmOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.DeploymentCircuitBreaker;
import software.amazon.awscdk.services.ecs.FargateService;
import software.amazon.awscdk.services.ecs.FargateTaskDefinition;
import software.amazon.awscdk.services.ecs.PortMapping;
import software.constructs.Construct;

/** A web server on Fargate, in private subnets, with the Insights agent as a sidecar. */
public class HelloInsights extends Stack {

    final PostmanInsightsSidecar agent;

    public HelloInsights(Construct scope, String id, int natGateways) {
        super(scope, id);

        Vpc vpc = Vpc.Builder.create(this, "Vpc").maxAzs(2).natGateways(natGateways).build();
        Cluster cluster = Cluster.Builder.create(this, "Cluster").vpc(vpc).build();

        FargateTaskDefinition taskDefinition = FargateTaskDefinition.Builder.create(this, "TaskDefinition")
                .family("hello")
                .cpu(512)
                .memoryLimitMiB(1024)
                .build();
        taskDefinition.addContainer("web", ContainerDefinitionOptions.builder()
                .image(ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:stable"))
                .portMappings(List.of(PortMapping.builder().containerPort(80).build()))
                .build());
        FargateService service = FargateService.Builder.create(this, "Service")
                .cluster(cluster)
                .taskDefinition(taskDefinition)
                .minHealthyPercent(100)
                .circuitBreaker(DeploymentCircuitBreaker.builder().rollback(true).build())
                .build();

        // In Postman, the service is found as `<cluster>/<cluster>/hello`. The API key is read from the secret `postman/api-key`.
        agent = PostmanInsightsSidecar.Builder.create(this, "Insights")
                .service(service)
                .discovery(true)
                .build();

        // With a wrong key, for example, the agent runs and waits. Its log says so.
        agent.metricAgentNotCapturing().createAlarm(this, "NotCapturing", CreateAlarmOptions.builder()
                .threshold(1)
                .evaluationPeriods(1)
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .build());
    }

    public static void main(String[] args) {
        App app = new App();
        Object natGateways = app.getNode().tryGetContext("natGateways");
        new HelloInsights(app, "HelloInsights", natGateways == null ? 1 : Integer.parseInt(natGateways.toString()));
        app.synth();
    }
}
