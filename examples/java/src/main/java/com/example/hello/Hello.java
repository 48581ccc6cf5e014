package com.example.hello;

import io.github.cdkpostman.livecollection.PostmanInsightsSidecar;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.DeploymentCircuitBreaker;
import software.amazon.awscdk.services.ecs.FargateService;
import software.amazon.awscdk.services.ecs.FargateTaskDefinition;
import software.amazon.awscdk.services.ecs.PortMapping;
import software.constructs.Construct;

public class Hello extends Stack {

    final PostmanInsightsSidecar agent;

    public Hello(Construct scope, String id) {
        super(scope, id);

        Vpc vpc = Vpc.Builder.create(this, "Vpc").maxAzs(2).natGateways(1).build();
        Cluster cluster = Cluster.Builder.create(this, "Cluster").vpc(vpc).build();
        FargateTaskDefinition taskDefinition = FargateTaskDefinition.Builder.create(this, "Task")
                .family("hello").cpu(512).memoryLimitMiB(1024).build();
        taskDefinition.addContainer("web", ContainerDefinitionOptions.builder()
                .image(ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:stable"))
                .portMappings(List.of(PortMapping.builder().containerPort(80).build()))
                .build());
        FargateService service = FargateService.Builder.create(this, "Service")
                .cluster(cluster).taskDefinition(taskDefinition).minHealthyPercent(100)
                .circuitBreaker(DeploymentCircuitBreaker.builder().rollback(true).build())
                .build();

        agent = PostmanInsightsSidecar.Builder.create(this, "Insights").service(service).discovery(true).build();
    }

    public static void main(String[] args) {
        App app = new App();
        new Hello(app, "Hello");
        app.synth();
    }
}
