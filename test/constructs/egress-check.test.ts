import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { EgressCheck } from '../../src';
import { fargate, Kind, KINDS, synthesize } from '../given';

/** What synthesis reports about egress: errors, and ids of warnings. */
function reported(
  kind: Kind, network: 'closed' | 'unknown' | 'open', egressCheck?: EgressCheck,
): { readonly errors: string; readonly warnings: readonly string[] } {
  const given = network === 'unknown' ? fargate({ vpc: imported() }) : fargate({ vpcProps: { natGateways: network === 'open' ? 1 : 0 } });
  kind.add(given.service, { egressCheck });
  const { errors, messages } = synthesize(given.app);
  const ids = messages.filter(({ level }) => level === 'warning').map(({ text }) => /cdk-postman-live-collection:(\w+)/.exec(text)![1]);
  return { errors, warnings: ids.filter(id => id.startsWith('egress')) };

  function imported(): ec2.IVpc {
    const { stack } = fargate();
    return ec2.Vpc.fromVpcAttributes(stack, 'Imported', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-1'] });
  }
}

describe.each(KINDS)('EgressCheck of $construct', kind => {
  test.each<[EgressCheck | undefined, 'closed' | 'unknown' | 'open', RegExp, string[]]>([
    [
      undefined, 'closed',
      /have no way out to the internet.*To deploy it nevertheless, set `egressCheck` to `EgressCheck\.WARN`\.\s+See .*#egressunreachable/s, [],
    ],
    [undefined, 'unknown', /^$/, ['egressUnknown']],
    [EgressCheck.ERROR, 'closed', /have no way out to the internet/, []],
    [EgressCheck.ERROR, 'unknown', /^$/, ['egressUnknown']],
    [EgressCheck.WARN, 'closed', /^$/, ['egressUnreachable']],
    [EgressCheck.WARN, 'unknown', /^$/, ['egressUnknown']],
    [EgressCheck.OFF, 'closed', /^$/, []],
    [EgressCheck.OFF, 'unknown', /^$/, []],
    [EgressCheck.STRICT, 'closed', /have no way out to the internet/, []],
    [
      EgressCheck.STRICT, 'unknown',
      /It is unknown whether the tasks of service .* reach the internet.*`EgressCheck\.STRICT` makes this an error\..*#egressunknown/s, [],
    ],
    [EgressCheck.STRICT, 'open', /^$/, []],
  ])('the check %s gives, for a network that is %s, the error %s and the warnings %j', (check, network, errors, warnings) => {
    const found = reported(kind, network, check);
    expect(found.errors).toMatch(errors);
    expect(found.warnings).toEqual(warnings);
  });
});
