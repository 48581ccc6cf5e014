import { Aws, CfnCondition, CfnParameter, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { fargate, KINDS, warnings } from '../given';

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
