/** The examples, by the names of their folders. Each is there in TypeScript, Python and Java. */
export const EXAMPLES = ['hello', 'fargate', 'ec2', 'insights', 'every-service', 'scheduled-task', 'daemon', 'existing-service', 'organisation'] as const;
