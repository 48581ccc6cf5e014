package com.example.hello;

import io.github.cdkpostman.livecollection.PostmanLiveCollectionSidecar;
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

/** A web server on Fargate, in private subnets, with the agent as a sidecar. */
public class HelloFargate extends Stack {

    final PostmanLiveCollectionSidecar agent;

    public HelloFargate(Construct scope, String id, String collectionId, int natGateways) {
        super(scope, id);

        Vpc vpc = Vpc.Builder.create(this, "Vpc").maxAzs(2).natGateways(natGateways).build();
        Cluster cluster = Cluster.Builder.create(this, "Cluster").vpc(vpc).build();

        FargateTaskDefinition taskDefinition = FargateTaskDefinition.Builder.create(this, "TaskDefinition")
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

        // The API key is read from the secret `postman/api-key`.
        agent = PostmanLiveCollectionSidecar.Builder.create(this, "Lca")
                .service(service)
                .collectionId(collectionId)
                .build();
    }

    public static void main(String[] args) {
        App app = new App();
        String collectionId = (String) app.getNode().getContext("collectionId");
        Object natGateways = app.getNode().tryGetContext("natGateways");
        new HelloFargate(app, "HelloFargate", collectionId, natGateways == null ? 1 : Integer.parseInt(natGateways.toString()));
        app.synth();
    }
}
