import type { CfnResource } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { userPath } from './references';
import { Fact } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** Whether an instance translates and forwards, as far as its user data tells: that of the CDK's NAT instances makes it do so. */
export function forwardsByUserData(index: StageIndex, instance: CfnResource): Fact<boolean> {
  const { UserData } = index.read(instance);
  const script = UserData?.['Fn::Base64'];
  return typeof script === 'string' && script === index.once('user data of NAT instances', natUserData)
    ? true
    : { unknown: `whether instance ${userPath(instance.node.path)} forwards traffic depends on the program that runs on it` };
}

/** As `NatProvider.instanceV2` writes it. */
function natUserData(): string {
  const userData = ec2.UserData.forLinux();
  userData.addCommands(...ec2.NatInstanceProviderV2.DEFAULT_USER_DATA_COMMANDS);
  return userData.render();
}
