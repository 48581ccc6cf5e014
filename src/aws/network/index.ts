export { EC2_ACTIONS, type Ec2Action, type Ec2Call } from './reads';
export { NetworkReader, type Placement } from './reader';
