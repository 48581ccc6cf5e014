export { DEFAULT_SECRET_NAME, readApiKey, type ApiKeySecret } from './api-key';
export { EGRESS_READS, operatorStatements, policyDocument, type OperatorScope } from './operator';
export type { Statement } from './statements';
