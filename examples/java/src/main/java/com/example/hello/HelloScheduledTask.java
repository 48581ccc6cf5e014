package com.example.hello;

import io.github.cdkpostman.livecollection.PostmanInsightsTaskSidecar;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.applicationautoscaling.Schedule;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.patterns.ScheduledFargateTask;
import software.amazon.awscdk.services.ecs.patterns.ScheduledFargateTaskImageOptions;
import software.amazon.awscdk.services.ssm.IStringParameter;
import software.amazon.awscdk.services.ssm.SecureStringParameterAttributes;
import software.amazon.awscdk.services.ssm.StringParameter;
import software.constructs.Construct;

/** A task that EventBridge starts each hour on Fargate, in private subnets. It has no service. */
public class HelloScheduledTask extends Stack {

    final PostmanInsightsTaskSidecar agent;

    public HelloScheduledTask(Construct scope, String id) {
        super(scope, id);

        Vpc vpc = Vpc.Builder.create(this, "Vpc").maxAzs(2).natGateways(1).build();
        Cluster cluster = Cluster.Builder.create(this, "Cluster").vpc(vpc).build();
        ScheduledFargateTask job = ScheduledFargateTask.Builder.create(this, "Job")
                .cluster(cluster)
                .schedule(Schedule.rate(Duration.hours(1)))
                .scheduledFargateTaskImageOptions(ScheduledFargateTaskImageOptions.builder()
                        .image(ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:stable"))
                        .cpu(512)
                        .memoryLimitMiB(1024)
                        .build())
                .build();

        // The Insights agent, in every task of the task definition. The network of the rule is checked.
        // The API key is read from a SecureString of Parameter Store, which CloudFormation cannot create.
        IStringParameter apiKey = StringParameter.fromSecureStringParameterAttributes(this, "ApiKey",
                SecureStringParameterAttributes.builder().parameterName("/postman/api-key").build());
        agent = PostmanInsightsTaskSidecar.Builder.create(this, "Insights")
                .taskDefinition(job.getTaskDefinition())
                .discovery(true)
                .cluster(cluster)
                .apiKeyParameter(apiKey)
                .build();
    }

    public static void main(String[] args) {
        App app = new App();
        new HelloScheduledTask(app, "HelloScheduledTask");
        app.synth();
    }
}
