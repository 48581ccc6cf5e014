import { AgentContainer, keyStoreOf } from '../agent';

/** The container as a call in a class of the AWS CDK in TypeScript, with the imports that it needs. */
export function cdkText(container: AgentContainer): string {
  return `${imports(container).join('\n')}\n\n${containerCall(container)}`;
}

/** The imports of the call. */
export function imports({ restartPolicy, logConfiguration, secrets = [] }: AgentContainer): string[] {
  return [
    ...restartPolicy ? ["import * as cdk from 'aws-cdk-lib';"] : [],
    "import * as ecs from 'aws-cdk-lib/aws-ecs';",
    ...logConfiguration ? ["import * as logs from 'aws-cdk-lib/aws-logs';"] : [],
    ...secrets.length > 0 ? [keyCode(secrets[0].valueFrom).imports] : [],
  ];
}

/** The call, after the secret that it needs. */
export function containerCall(container: AgentContainer): string {
  const { name, image, entryPoint, environment, secrets = [], cpu, memory, memoryReservation } = container;
  const { readonlyRootFilesystem, restartPolicy, logConfiguration } = container;
  const key = keyCode(secrets[0]?.valueFrom ?? '');
  const log = logConfiguration?.options ?? {};
  const members: readonly (readonly [string, string | undefined])[] = [
    ['image', `ecs.ContainerImage.fromRegistry(${text(image)})`],
    ['essential', String(container.essential)],
    ['entryPoint', `[${entryPoint.map(text).join(', ')}]`],
    ['environment', environment.length === 0 ? undefined : block(environment.map(({ name: variable, value }) => [text(variable), text(value)]), '    ')],
    ['secrets', secrets.length === 0 ? undefined : block(secrets.map(({ name: variable }) => [text(variable), key.use]), '    ')],
    ['cpu', cpu?.toString()],
    ['memoryLimitMiB', memory?.toString()],
    ['memoryReservationMiB', memoryReservation?.toString()],
    ['readonlyRootFilesystem', readonlyRootFilesystem?.toString()],
    ['enableRestartPolicy', restartPolicy?.enabled ? 'true' : undefined],
    ['restartAttemptPeriod', restartPolicy && `cdk.Duration.seconds(${restartPolicy.restartAttemptPeriod})`],
    ['logging', logConfiguration && `ecs.LogDrivers.awsLogs(${block([
      ['logGroup', `logs.LogGroup.fromLogGroupName(this, 'PostmanAgentLog', ${text(log['awslogs-group'])})`], ['streamPrefix', text(log['awslogs-stream-prefix'])],
    ], '    ')})`],
  ];
  const declaration = secrets.length === 0 ? '' : `const postmanApiKey = ${key.make}\n`;
  return `${declaration}taskDefinition.addContainer(${text(name)}, ${block(members, '')});\n`;
}

function block(members: readonly (readonly [string, string | undefined])[], indent: string): string {
  const inner = indent === '' ? '  ' : indent;
  return `{\n${members.flatMap(([name, value]) => value === undefined ? [] : `${inner}${name}: ${value},\n`).join('')}${inner.slice(2)}}`;
}

export function text(value: string): string {
  return `'${JSON.stringify(value).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
}

/** How the secret or the parameter of a reference is imported, and used. */
function keyCode(reference: string): { readonly imports: string; readonly make: string; readonly use: string } {
  if (keyStoreOf(reference) === 'ssm') {
    const name = reference.replace(/^arn:.*:parameter\/(?=[^/]+$)/, '').replace(/^arn:.*:parameter/, '');
    return {
      imports: "import * as ssm from 'aws-cdk-lib/aws-ssm';",
      make: `ssm.StringParameter.fromSecureStringParameterAttributes(\n  this, 'PostmanApiKey', { parameterName: ${text(name)} },\n);`,
      use: 'ecs.Secret.fromSsmParameter(postmanApiKey)',
    };
  }
  const [arn, field] = splitReference(reference);
  return {
    imports: "import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';",
    make: `secretsmanager.Secret.fromSecret${/-[A-Za-z0-9]{6}$/.test(arn) ? 'Complete' : 'Partial'}Arn(\n  this, 'PostmanApiKey', ${text(arn)},\n);`,
    use: `ecs.Secret.fromSecretsManager(postmanApiKey${field === undefined ? '' : `, ${text(field)}`})`,
  };
}

/** The ARN of the secret, and the JSON field. */
function splitReference(valueFrom: string): readonly [string, string | undefined] {
  const [, arn = valueFrom, field] = /^((?:[^:]*:){6}[^:]*):([^:]+)::$/.exec(valueFrom) ?? [];
  return [arn, field];
}
