import { App, Aws, CfnCondition, CfnParameter, CfnResource, Fn, NestedStack, Stack, Tags } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { ENV, fargate, KINDS, warnings } from '../given';

type Given = ReturnType<typeof fargate>;

function resourceOf(service: ecs.BaseService): CfnResource {
  return service.node.defaultChild as CfnResource;
}

const unchanged = () => {};

function parameter(stack: Stack, type = 'String'): CfnParameter {
  return new CfnParameter(stack, 'Parameter', { type, default: 'x' });
}

function condition(stack: Stack): CfnCondition {
  return new CfnCondition(stack, 'Condition', { expression: Fn.conditionEquals(Aws.REGION, 'eu-west-1') });
}

describe.each(KINDS)('what $construct says of Service Connect', kind => {
  const NAMESPACE = { cluster: { defaultCloudMapNamespace: { name: 'shop' } }, container: { portMappings: [{ containerPort: 80, name: 'http' }] } };
  const SERVER: ecs.ServiceConnectProps = { services: [{ portMappingName: 'http' }] };
  const PORT = { PortName: 'http', ClientAliases: [{ Port: 80 }] };

  const warned = (make: () => Given, afterwards: (given: Given) => void) => {
    const given = make();
    kind.add(given.service);
    afterwards(given);
    return warnings(given.app);
  };
  const override = (configuration: unknown) => ({ service }: Given) => resourceOf(service).addPropertyOverride('ServiceConnectConfiguration', configuration);

  test.each<[string, () => Given, (given: Given) => void]>([
    ['publishes a port', () => fargate({ ...NAMESPACE, service: { serviceConnectConfiguration: SERVER } }), unchanged],
    ['publishes a port after the sidecar was added', () => fargate(NAMESPACE), ({ service }) => service.enableServiceConnect(SERVER)],
    ['publishes a port by an override', () => fargate(NAMESPACE), override({ Enabled: true, Namespace: 'shop', Services: [PORT] })],
    ['publishes a port under a name that only CloudFormation knows', () => fargate(NAMESPACE),
      given => override({ Enabled: true, Services: [{ ...PORT, PortName: parameter(given.stack).valueAsString }] })(given)],
    ['publishes a port with TLS and one without', () => fargate(NAMESPACE),
      override({ Enabled: true, Services: [{ ...PORT, Tls: { IssuerCertificateAuthority: {} } }, { PortName: 'admin' }] })],
  ])('synthesis warns that requests may be seen twice if a service %s', (_, make, afterwards) => {
    expect(warned(make, afterwards)).toEqual(['serviceConnect']);
  });

  test.each<[string, () => Given, (given: Given) => void]>([
    ['does not use it', () => fargate(NAMESPACE), unchanged],
    ['is only a client', () => fargate({ ...NAMESPACE, service: { serviceConnectConfiguration: {} } }), unchanged],
    ['is only a client by an override', () => fargate(NAMESPACE), override({ Enabled: true, Namespace: 'shop', Services: [] })],
    ['turns it off', () => fargate({ ...NAMESPACE, service: { serviceConnectConfiguration: SERVER } }), override({ Enabled: false })],
    ['publishes only a port with TLS', () => fargate(NAMESPACE),
      override({ Enabled: true, Services: [{ ...PORT, Tls: { IssuerCertificateAuthority: { AwsPcaAuthorityArn: 'arn' } } }] })],
    ['uses it only under a condition', () => fargate(NAMESPACE),
      given => override(Fn.conditionIf(condition(given.stack).logicalId, { Enabled: true, Services: [PORT] }, Aws.NO_VALUE))(given)],
    ['turns it on by a parameter', () => fargate(NAMESPACE),
      given => override({ Enabled: parameter(given.stack).valueAsString, Services: [PORT] })(given)],
    ['publishes a port only under a condition', () => fargate(NAMESPACE),
      given => override({ Enabled: true, Services: [Fn.conditionIf(condition(given.stack).logicalId, PORT, Aws.NO_VALUE)] })(given)],
  ])('synthesis says nothing of Service Connect if a service %s', (_, make, afterwards) => {
    expect(warned(make, afterwards)).toEqual([]);
  });
});

describe.each(KINDS)('what $construct says of tags', kind => {
  const TAG = { Key: 'managed_by', Value: 'terraform' };

  test.each<[string, (given: Given) => void]>([
    ['of the app', ({ app }) => Tags.of(app).add('ManagedBy', 'Terraform')],
    ['of the service', ({ service }) => Tags.of(service).add('pulumi:stack', 'prod')],
    ['beside one that only CloudFormation knows', ({ stack, service }) => {
      Tags.of(service).add('Owner', parameter(stack).valueAsString);
      Tags.of(service).add('ManagedBy', 'Terraform');
    }],
    ['of an override', ({ service }) => resourceOf(service).addPropertyOverride('Tags', [{ Key: 'team', Value: 'web' }, TAG])],
    ['of an override at an index', ({ service }) => {
      Tags.of(service).add('team', 'web');
      resourceOf(service).addPropertyOverride('Tags.0', TAG);
    }],
  ])('synthesis warns that another tool may manage the service, by a tag %s', (_, tag) => {
    const given = fargate();
    kind.add(given.service);
    tag(given);
    expect(warnings(given.app)).toEqual(['managedByOtherTool']);
  });

  test('synthesis warns of the tag of a service in a nested stack', () => {
    const app = new App();
    const outer = new Stack(app, 'Outer', { env: ENV });
    const given = fargate({ app, stack: new NestedStack(outer, 'Inner') });
    kind.add(given.service);
    Tags.of(outer).add('ManagedBy', 'Terraform');
    expect(warnings(app)).toEqual(['managedByOtherTool']);
  });

  test.each<[string, (given: Given) => void]>([
    ['without tags', unchanged],
    ['with tags of its own', ({ app }) => Tags.of(app).add('ManagedBy', 'CDK')],
    ['from which the tag is removed', ({ app, service }) => {
      Tags.of(app).add('ManagedBy', 'Terraform');
      Tags.of(service).remove('ManagedBy', { priority: 400 });
    }],
    ['whose tag only CloudFormation knows', ({ stack, service }) => Tags.of(service).add('ManagedBy', parameter(stack).valueAsString)],
    ['whose tag is partly known', ({ stack, service }) => Tags.of(service).add('ManagedBy', `${parameter(stack).valueAsString} terraform`)],
    ['whose tag is under a condition', ({ stack, service }) => resourceOf(service).addPropertyOverride('Tags', [
      Fn.conditionIf(condition(stack).logicalId, TAG, Aws.NO_VALUE),
    ])],
  ])('synthesis says nothing of other tools for a service %s', (_, tag) => {
    const given = fargate();
    kind.add(given.service);
    tag(given);
    expect(warnings(given.app)).toEqual([]);
  });
});
