package com.example.hello;

import io.github.cdkpostman.livecollection.PostmanInsightsDaemon;
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
import software.amazon.awscdk.services.ecs.PortMapping;
import software.constructs.Construct;

/** A web server in network mode {@code bridge}, which is the CDK's default on container instances, and one agent on each instance. */
public class HelloDaemon extends Stack {

    final PostmanInsightsDaemon agents;

    public HelloDaemon(Construct scope, String id) {
        super(scope, id);

        Vpc vpc = Vpc.Builder.create(this, "Vpc").maxAzs(2).natGateways(1).build();
        Cluster cluster = Cluster.Builder.create(this, "Cluster").vpc(vpc).build();
        AutoScalingGroup instances = AutoScalingGroup.Builder.create(this, "Instances")
                .vpc(vpc)
                .instanceType(new InstanceType("t3.medium"))
                .machineImage(EcsOptimizedImage.amazonLinux2023())
                .minCapacity(2)
                .maxCapacity(4)
                .build();
        AsgCapacityProvider capacity = AsgCapacityProvider.Builder.create(this, "Capacity")
                .autoScalingGroup(instances)
                .build();
        cluster.addAsgCapacityProvider(capacity);

        Ec2TaskDefinition taskDefinition = new Ec2TaskDefinition(this, "TaskDefinition");
        taskDefinition.addContainer("web", ContainerDefinitionOptions.builder()
                .image(ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:stable"))
                .memoryReservationMiB(256)
                .portMappings(List.of(PortMapping.builder().containerPort(80).build()))
                .build());
        Ec2Service.Builder.create(this, "Service")
                .cluster(cluster)
                .taskDefinition(taskDefinition)
                .minHealthyPercent(100)
                .circuitBreaker(DeploymentCircuitBreaker.builder().rollback(true).build())
                .capacityProviderStrategies(List.of(CapacityProviderStrategy.builder()
                        .capacityProvider(capacity.getCapacityProviderName())
                        .weight(1)
                        .build()))
                .build();

        // The port of the container, since the agent listens on Docker's bridge.
        agents = PostmanInsightsDaemon.Builder.create(this, "Agents")
                .cluster(cluster)
                .discovery(true)
                .ports(List.of(80))
                .build();
    }

    public static void main(String[] args) {
        App app = new App();
        new HelloDaemon(app, "HelloDaemon");
        app.synth();
    }
}
