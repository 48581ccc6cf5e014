// The Fargate and the Insights example, in Go: what the code that jsii generates is tried with.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/jsii-runtime-go"
	live "github.com/cdkpostman/cdk-postman-live-collection-go/cdkpostmanlivecollection"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	helloFargate(app)
	helloInsights(app)
	app.Synth(nil)
}

func helloFargate(app awscdk.App) {
	stack := awscdk.NewStack(app, jsii.String("HelloFargate"), nil)
	collectionId := stack.Node().GetContext(jsii.String("collectionId")).(string)
	live.NewPostmanLiveCollectionSidecar(stack, jsii.String("Lca"), &live.PostmanLiveCollectionSidecarProps{
		Service:      webServer(stack, nil),
		CollectionId: jsii.String(collectionId),
	})
}

func helloInsights(app awscdk.App) {
	stack := awscdk.NewStack(app, jsii.String("HelloInsights"), nil)
	insights := live.NewPostmanInsightsSidecar(stack, jsii.String("Insights"), &live.PostmanInsightsSidecarProps{
		Service:   webServer(stack, jsii.String("hello")),
		Discovery: jsii.Bool(true),
	})
	insights.MetricAgentNotCapturing(nil).CreateAlarm(stack, jsii.String("NotCapturing"), &awscloudwatch.CreateAlarmOptions{
		Threshold:         jsii.Number(1),
		EvaluationPeriods: jsii.Number(1),
		TreatMissingData:  awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
}

func webServer(stack awscdk.Stack, family *string) awsecs.FargateService {
	vpc := awsec2.NewVpc(stack, jsii.String("Vpc"), &awsec2.VpcProps{MaxAzs: jsii.Number(2), NatGateways: jsii.Number(1)})
	cluster := awsecs.NewCluster(stack, jsii.String("Cluster"), &awsecs.ClusterProps{Vpc: vpc})
	taskDefinition := awsecs.NewFargateTaskDefinition(stack, jsii.String("TaskDefinition"), &awsecs.FargateTaskDefinitionProps{
		Family:         family,
		Cpu:            jsii.Number(512),
		MemoryLimitMiB: jsii.Number(1024),
	})
	taskDefinition.AddContainer(jsii.String("web"), &awsecs.ContainerDefinitionOptions{
		Image:        awsecs.ContainerImage_FromRegistry(jsii.String("public.ecr.aws/nginx/nginx:stable"), nil),
		PortMappings: &[]*awsecs.PortMapping{{ContainerPort: jsii.Number(80)}},
	})
	return awsecs.NewFargateService(stack, jsii.String("Service"), &awsecs.FargateServiceProps{
		Cluster:           cluster,
		TaskDefinition:    taskDefinition,
		MinHealthyPercent: jsii.Number(100),
		CircuitBreaker:    &awsecs.DeploymentCircuitBreaker{Rollback: jsii.Bool(true)},
	})
}
