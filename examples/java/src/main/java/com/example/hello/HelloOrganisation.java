package com.example.hello;

import io.github.cdkpostman.livecollection.EnrolmentMode;
import io.github.cdkpostman.livecollection.PostmanAgentEnrolment;
import io.github.cdkpostman.livecollection.PostmanAgentEnrolmentPlace;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import software.amazon.awscdk.App;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

/** The services of several accounts. The accounts, the regions and the mode are in cdk.json. */
public class HelloOrganisation extends Stack {

    public HelloOrganisation(Construct scope, String id) {
        super(scope, id);

        List<String> regions = Arrays.asList(context("regions").split(","));
        List<PostmanAgentEnrolmentPlace> places = Arrays.stream(context("accounts").split(","))
                .map(account -> PostmanAgentEnrolmentPlace.builder().account(account).regions(regions).build())
                .collect(Collectors.toList());

        // Gets a message at the end of each execution.
        Topic topic = Topic.Builder.create(this, "Topic").enforceSsl(true).build();

        // It only plans, until the mode is ENROL.
        PostmanAgentEnrolment enrolment = PostmanAgentEnrolment.Builder.create(this, "Enrolment")
                .places(places)
                .mode(EnrolmentMode.valueOf(context("mode")))
                .discovery(true)
                .externalId(context("externalId"))
                .topic(topic)
                .build();

        CfnOutput.Builder.create(this, "StateMachine").value(enrolment.getStateMachine().getStateMachineArn()).build();
        CfnOutput.Builder.create(this, "Reports").value(enrolment.getBucket().getBucketName()).build();
    }

    private String context(String name) {
        return (String) getNode().getContext(name);
    }

    public static void main(String[] args) {
        App app = new App();
        new HelloOrganisation(app, "HelloOrganisation");
        new HelloMember(app, "HelloMember");
        app.synth();
    }
}
