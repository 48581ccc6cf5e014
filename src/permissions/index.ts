export { DEFAULT_SECRET_NAME, readApiKey, type ApiKeySecret } from './api-key';
export { EGRESS_READS, operatorStatements, type OperatorScope } from './operator';
export { policyDocument, type Statement } from './statement';
