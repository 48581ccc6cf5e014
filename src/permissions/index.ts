export { DEFAULT_SECRET_NAME, keyUser, readApiKey, replaceUnderKey, type ApiKeySource } from './api-key';
export { daemonPolicy, daemonStatements, type DaemonScope } from './daemon-operator';
export { daemonRoleDocument, daemonRoleStatements, tasksTrust } from './daemon-role';
export {
  assumeMembers, enrolmentStatements, followMapRuns, inPolicies, keepEnrolment, noteArrivals, readObjects, sendEvents, type EnrolmentScope,
} from './enrolment';
export { startTasks, takeMessages } from './rotation';
export { keepRuns } from './runs';
export { logGroupArn, pullImage, writeLog } from './execution-role';
export { grantDocument, namesSource, sourceArnIn, sourceGrantedBy } from './grant';
export { EGRESS_READS, operatorStatements, type OperatorScope, type Widening } from './operator';
export { MOST_POLICY_CHARACTERS, operatorPolicy, policyCharacters, WIDENED, type OperatorPolicy } from './operator-policy';
export { policyDocument, statementText, type Statement } from './statement';
