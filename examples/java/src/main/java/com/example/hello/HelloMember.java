package com.example.hello;

import io.github.cdkpostman.livecollection.PostmanAgentEnrolmentMember;
import software.amazon.awscdk.BootstraplessSynthesizer;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/** What each account of {@link HelloOrganisation} needs. A stack set rolls out its template, which is the same for all. */
public class HelloMember extends Stack {

    public HelloMember(Construct scope, String id) {
        super(scope, id, StackProps.builder().synthesizer(new BootstraplessSynthesizer()).build());

        PostmanAgentEnrolmentMember.Builder.create(this, "Member")
                .enrolmentAccount(context("enrolmentAccount"))
                .enrolmentRegion(context("enrolmentRegion"))
                .homeRegion(context("enrolmentRegion"))
                .externalId(context("externalId"))
                .build();
    }

    private String context(String name) {
        return (String) getNode().getContext(name);
    }
}
