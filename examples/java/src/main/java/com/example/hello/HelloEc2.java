package com.example.hello;

import io.github.cdkpostman.livecollection.PostmanLiveCollectionSidecar;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecs.AsgCapacityProvider;
import software.amazon.awscdk.services.ecs.CapacityProviderStrategy;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.DeploymentCircuitBreaker;
import software.amazon.awscdk.services.ecs.Ec2Service;
import software.amazon.awscdk.services.ecs.Ec2TaskDefinition;
import software.amazon.awscdk.services.ecs.EcsOptimizedImage;
import software.amazon.awscdk.services.ecs.NetworkMode;
import software.amazon.awscdk.services.ecs.PortMapping;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.constructs.Construct;

/** A web server on container instances, with the agent as a sidecar. Each task has its own network interface ({@code awsvpc}). */
public class HelloEc2 extends Stack {

    final PostmanLiveCollectionSidecar agent;

    /**
     * @param apiKeySecretArn the complete ARN, with the six characters that Secrets Manager adds to the name
     */
    public HelloEc2(Construct scope, String id, String collectionId, String apiKeySecretArn) {
        super(scope, id);

        Vpc vpc = Vpc.Builder.create(this, "Vpc").maxAzs(2).natGateways(1).build();
        Cluster cluster = Cluster.Builder.create(this, "Cluster").vpc(vpc).build();
        AutoScalingGroup instances = AutoScalingGroup.Builder.create(this, "Instances")
                .vpc(vpc)
                .instanceType(new InstanceType("t3.medium"))
                .machineImage(EcsOptimizedImage.amazonLinux2023())
                .maxCapacity(2)
                .build();
        AsgCapacityProvider capacity = AsgCapacityProvider.Builder.create(this, "Capacity")
                .autoScalingGroup(instances)
                .build();
        cluster.addAsgCapacityProvider(capacity);

        // ECS gives these interfaces no public address, so the tasks use private subnets and the NAT gateway.
        Ec2TaskDefinition taskDefinition = Ec2TaskDefinition.Builder.create(this, "TaskDefinition")
                .networkMode(NetworkMode.AWS_VPC)
                .build();
        taskDefinition.addContainer("web", ContainerDefinitionOptions.builder()
                .image(ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:stable"))
                .memoryReservationMiB(256)
                .portMappings(List.of(PortMapping.builder().containerPort(80).build()))
                .build());
        Ec2Service service = Ec2Service.Builder.create(this, "Service")
                .cluster(cluster)
                .taskDefinition(taskDefinition)
                .minHealthyPercent(100)
                .circuitBreaker(DeploymentCircuitBreaker.builder().rollback(true).build())
                .capacityProviderStrategies(List.of(CapacityProviderStrategy.builder()
                        .capacityProvider(capacity.getCapacityProviderName())
                        .weight(1)
                        .build()))
                .build();

        ISecret apiKeySecret = Secret.fromSecretCompleteArn(this, "ApiKey", apiKeySecretArn);
        agent = PostmanLiveCollectionSidecar.Builder.create(this, "Lca")
                .service(service)
                .collectionId(collectionId)
                .apiKeySecret(apiKeySecret)
                .build();
    }

    public static void main(String[] args) {
        App app = new App();
        String collectionId = (String) app.getNode().getContext("collectionId");
        String apiKeySecretArn = (String) app.getNode().getContext("apiKeySecretArn");
        new HelloEc2(app, "HelloEc2", collectionId, apiKeySecretArn);
        app.synth();
    }
}
