export interface Client {
  readonly config: unknown;
  send(command: unknown, options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
  destroy(): void;
}

/** A service's client and commands, loaded at the first call of the service. */
export interface ServiceClient {
  readonly commands: { readonly [name: string]: new (input: never) => unknown };
  client(configuration: object): Client;
}

/** By the prefix of the service's IAM actions. */
export const CLIENTS = {
  dynamodb: async () => import('./dynamodb.js') as unknown as Promise<ServiceClient>,
  ecs: async () => import('./ecs.js') as unknown as Promise<ServiceClient>,
  ec2: async () => import('./ec2.js') as unknown as Promise<ServiceClient>,
  elasticloadbalancing: async () => import('./elasticloadbalancing.js') as unknown as Promise<ServiceClient>,
  iam: async () => import('./iam.js') as unknown as Promise<ServiceClient>,
  kms: async () => import('./kms.js') as unknown as Promise<ServiceClient>,
  logs: async () => import('./logs.js') as unknown as Promise<ServiceClient>,
  route53: async () => import('./route53.js') as unknown as Promise<ServiceClient>,
  route53resolver: async () => import('./route53resolver.js') as unknown as Promise<ServiceClient>,
  s3: async () => import('./s3.js') as unknown as Promise<ServiceClient>,
  secretsmanager: async () => import('./secretsmanager.js') as unknown as Promise<ServiceClient>,
  ssm: async () => import('./ssm.js') as unknown as Promise<ServiceClient>,
  states: async () => import('./states.js') as unknown as Promise<ServiceClient>,
  sts: async () => import('./sts.js') as unknown as Promise<ServiceClient>,
};

export type ServicePrefix = keyof typeof CLIENTS;
