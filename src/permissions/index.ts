export { DEFAULT_SECRET_NAME, readApiKey, type ApiKeySecret } from './api-key';
export { pullImage, writeLog } from './execution-role';
export { EGRESS_READS, operatorStatements, type OperatorScope } from './operator';
export { policyDocument, statementText, type Statement } from './statement';
