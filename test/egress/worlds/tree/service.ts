/** The service of a world and what runs its tasks. */
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Network } from './network';
import { Template } from './template';
import { ContainerInstance, isHidden } from '../../model/world';

/** The L2 service makes the resources, and what a world may hide goes into them as overrides do. */
export function addService(network: Network, vpc: ec2.IVpc): ecs.BaseService {
  const { template, world: { task } } = network;
  const { stack } = template;
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
  const isFargate = task.hostKind === 'FARGATE';
  const isOwn = task.networkMode === 'awsvpc';
  const taskDefinition = isFargate
    ? new ecs.FargateTaskDefinition(stack, 'TaskDefinition')
    : new ecs.Ec2TaskDefinition(stack, 'TaskDefinition', { networkMode: isOwn ? ecs.NetworkMode.AWS_VPC : ecs.NetworkMode.HOST });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx'), memoryLimitMiB: 256 });
  const group = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-any');
  const service = isFargate
    ? new ecs.FargateService(stack, 'Service', { cluster, taskDefinition, securityGroups: [group] })
    : new ecs.Ec2Service(stack, 'Service', { cluster, taskDefinition, ...isOwn ? { securityGroups: [group] } : {} });
  const resource = service.node.defaultChild as ecs.CfnService;
  const definition = taskDefinition.node.defaultChild as ecs.CfnTaskDefinition;
  definition.networkMode = template.value(task.networkMode, mode => mode);
  resource.networkConfiguration = isOwn || isHidden(task.networkMode) ? { awsvpcConfiguration: awsvpcConfiguration(network) } : undefined;
  new Hosts(network, cluster, resource).place();
  return service;
}

function awsvpcConfiguration(network: Network): ecs.CfnService.AwsVpcConfigurationProperty {
  const { template, world: { task: { Subnets, SecurityGroups, AssignPublicIp } } } = network;
  const isOmitted = AssignPublicIp === 'DISABLED' && template.random.chance(0.3);
  return {
    subnets: template.value(Subnets, ids => ids.map(id => network.ref(id))),
    securityGroups: template.value(SecurityGroups, ids => ids.map(id => network.ref(id))),
    ...isOmitted ? {} : { assignPublicIp: template.value(AssignPublicIp, value => value) },
  };
}

/** What runs the tasks, and the container instances. */
class Hosts {
  private readonly template: Template;

  constructor(private readonly network: Network, private readonly cluster: ecs.Cluster, private readonly service: ecs.CfnService) {
    this.template = network.template;
  }

  public place(): void {
    const { hostKind, containerInstances: instances } = this.network.world.task;
    if (isHidden(hostKind)) {
      this.service.launchType = undefined;
      this.strategy([this.template.value(hostKind, kind => this.providerOf(kind, instances)[0])]);
      return;
    }
    switch (hostKind) {
      case 'FARGATE': {
        if (this.template.random.chance(0.7)) return;
        this.strategy(['FARGATE_SPOT', 'FARGATE']);
        return;
      }
      case 'EC2': {
        if (this.template.random.chance(0.5)) this.strategy(this.providerOf('EC2', instances));
        else this.launchOnEc2(instances);
        return;
      }
      case 'MANAGED_INSTANCES': {
        this.strategy(this.providerOf('MANAGED_INSTANCES', instances));
        return;
      }
      case 'EXTERNAL': this.service.launchType = 'EXTERNAL';
    }
  }

  private strategy(providers: readonly string[]): void {
    this.service.launchType = undefined;
    this.service.capacityProviderStrategy = providers.map(capacityProvider => ({ capacityProvider, weight: 1 }));
  }

  private launchOnEc2(instances: readonly ContainerInstance[]): void {
    this.service.launchType = 'EC2';
    if (this.template.random.chance(0.5)) {
      instances.forEach(instance => this.group(instance, `#!/bin/bash\necho ECS_CLUSTER=${this.cluster.clusterName} >> /etc/ecs/ecs.config`));
      return;
    }
    const CapacityProviders = instances.map(instance => this.asgProvider(instance));
    this.template.add('AWS::ECS::ClusterCapacityProviderAssociations', {
      CapacityProviders, Cluster: this.cluster.clusterName, DefaultCapacityProviderStrategy: [],
    });
  }

  private providerOf(kind: string, instances: readonly ContainerInstance[]): readonly string[] {
    if (kind === 'FARGATE') return ['FARGATE'];
    const some = instances.length > 0 ? instances : [undefined];
    return some.map(instance => kind === 'EC2' ? this.asgProvider(instance) : this.managedProvider(instance));
  }

  private asgProvider(instance: ContainerInstance | undefined): string {
    const AutoScalingGroupArn = instance ? this.group(instance, '#!/bin/bash') : 'group-of-others';
    return this.template.add('AWS::ECS::CapacityProvider', { AutoScalingGroupProvider: { AutoScalingGroupArn } }).ref;
  }

  private managedProvider(instance: ContainerInstance | undefined): string {
    const ref = (id: string) => this.network.ref(id);
    return this.template.add('AWS::ECS::CapacityProvider', {
      ManagedInstancesProvider: {
        InfrastructureRoleArn: 'arn:aws:iam::111122223333:role/infrastructure',
        InstanceLaunchTemplate: {
          Ec2InstanceProfileArn: 'arn:aws:iam::111122223333:instance-profile/ecsInstanceProfile',
          NetworkConfiguration: instance
            ? { Subnets: [ref(instance.SubnetId)], SecurityGroups: instance.SecurityGroupIds.map(ref) }
            : { Subnets: ['subnet-of-others'], SecurityGroups: ['sg-of-others'] },
        },
      },
    }, undefined, true).ref;
  }

  private group({ SubnetId, SecurityGroupIds, PublicIpAddress, Ipv6Address }: ContainerInstance, script: string): string {
    const { template } = this;
    const ref = (id: string) => this.network.ref(id);
    const none = template.random.chance(0.5) ? 0 : undefined;
    const launchTemplate = template.add('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        ImageId: 'ami-1',
        UserData: { 'Fn::Base64': script },
        NetworkInterfaces: [{
          DeviceIndex: 0,
          Groups: SecurityGroupIds.map(ref),
          AssociatePublicIpAddress: template.value(PublicIpAddress, address => address !== null),
          Ipv6AddressCount: template.value(Ipv6Address, address => address === null ? none : 1),
        }],
      },
    });
    return template.add('AWS::AutoScaling::AutoScalingGroup', {
      MinSize: '1', MaxSize: '1', VPCZoneIdentifier: [ref(SubnetId)], LaunchTemplate: { LaunchTemplateId: launchTemplate.ref, Version: '1' },
    }).ref;
  }
}
