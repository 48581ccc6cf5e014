import { FindingId } from './findings';

/** `error`: synthesis fails, or the service is refused. `info`: a note. */
export type Severity = 'error' | 'warning' | 'info';

/** Where findings are reported: at the construct's synthesis, or by the command line. */
export type Mode = 'construct' | 'commandLine';

export interface CatalogEntry {
  readonly title: string;
  /** One for both modes, or one for each. */
  readonly severity: Severity | { readonly [mode in Mode]: Severity };
  /** The mode that can know the facts, if only one can. */
  readonly onlyIn?: Mode;
  /** Why it matters and how to fix it, in Markdown, for the page `docs/findings.md`. */
  readonly help: string;
}

/**
 * Every finding, once. The ids are part of the contract: warnings are acknowledged by them. `docs/findings.md` is made from this
 * table, with an anchor for each id.
 */
export const CATALOG: { readonly [id in FindingId]: CatalogEntry } = {
  // Options
  invalidOption: {
    title: 'An option has a value that the agent, ECS or Secrets Manager does not accept',
    severity: 'error',
    help: 'The message names the option, the value that was found and the values that are accepted. The agent exits at once on most of these values, so they are refused before anything is deployed.',
  },
  destination: {
    title: 'The agent needs exactly one destination',
    severity: 'error',
    help: 'The Live Collection agent fills a collection. The Insights agent sends to a project (`svc_…`), to a workspace with its system environment (both are UUIDs), or registers the service by discovery.\n\n'
      + 'With none or with two the Insights agent starts, logs an error, and captures nothing. So this is checked before anything else.',
  },
  otherGeneration: {
    title: 'The option belongs to the other generation of the agent',
    severity: 'error',
    help: 'The destination selects the agent: a collection is filled by the Live Collection agent, everything else by the Insights agent. Some options exist only in one of them. The Live Collection agent, for example, has no data region: it always sends to the US.',
  },
  imageOfOtherGeneration: {
    title: 'The image holds the other generation of the agent',
    severity: 'error',
    help: 'The entry point names the program of one agent, and the image has only the program of the other. ECS could not start the container, and the service would run without an agent.\n\n'
      + 'An image is recognized by the name of its repository, in any registry. Use the construct or the destination of the agent that the image holds.',
  },
  payloadsSent: {
    title: 'Payloads of requests and responses are sent to Postman',
    severity: 'warning',
    help: 'By default the agent sends the shape of the traffic: methods, paths, status codes, and the names and types of fields. With repro mode it also sends the values in headers and bodies of requests and responses. '
      + 'In the sources of 2026 these are the requests that were answered with a status of 4xx or 5xx. `Authorization`, cookies, known field names such as `password`, and values that look like secrets are replaced by `*REDACTED*`. Everything else is sent as it is.\n\n'
      + 'Check that your rules for data allow this, and limit it with the filters for hosts and paths. Acknowledge the warning if that is what you want.',
  },
  payloadsNotSent: {
    title: 'Paths for payloads have no effect without repro mode',
    severity: 'warning',
    help: 'The agent looks at these paths only in repro mode. What a match does has changed between versions of the agent, and Postman does not document it: try it with the version that you run.',
  },
  unpinnedImage: {
    title: 'The image names no version',
    severity: 'info',
    help: 'ECS pulls what the tag names when a task starts. Set the image to a digest to run the same agent in every task: `<image>@sha256:<digest>`.',
  },
  hostExpressionEndsBeforePort: {
    title: 'A host expression matches no host that carries a port',
    severity: 'warning',
    help: 'A `Host` header has a port unless it is the default port of the scheme, and the agent compares the whole header. Write `^api\\.example\\.com(:\\d+)?$` to match with and without a port.',
  },
  proxyCredentialsInClear: {
    title: 'The proxy\'s URL has a user or a password',
    severity: 'warning',
    help: 'The agent takes its proxy as an argument, and arguments are part of the task definition. Let the proxy admit the tasks by their subnets or security group, and leave the password out.',
  },
  agentMemoryLow: {
    title: 'The agent\'s own memory limit is low',
    severity: 'warning',
    onlyIn: 'construct',
    help: 'A container is killed when it uses more than its limit (`memoryLimitMiB`). The agent\'s memory grows with the number of requests that it captures. Raise the limit, lower `rateLimitPerMinute`, or set no limit.',
  },

  // The task definition
  networkMode: {
    title: 'The agent would not see the traffic',
    severity: 'error',
    help: 'In `bridge` mode each container has a network interface of its own. A task definition without a network mode uses `bridge` on EC2.\n\n'
      + 'Use network mode `awsvpc`, with subnets and security groups for the service. A load balancer then needs a target group of the type `ip`. Or run one agent on each container instance in `host` mode.',
  },
  windowsTask: {
    title: 'The task runs on Windows',
    severity: 'error',
    help: '`runtimePlatform.operatingSystemFamily` names Windows. There is no image of the agent for Windows. Run the service on Linux, or leave the agent out.',
  },
  arm64Image: {
    title: 'It is not known whether the agent\'s image exists for ARM64',
    severity: 'warning',
    help: '`runtimePlatform.cpuArchitecture` is `ARM64`. If a registry has an image only for x86-64, ECS cannot start its container on ARM64. '
      + 'Postman\'s public sources do not say for which architectures the image of the Live Collection agent is built. `docker manifest inspect <image>` lists them.\n\n'
      + 'If `arm64` is not in the list, use the Insights agent (a demo of Postman runs its image from Amazon ECR Public on ARM64), run the tasks on `X86_64`, or build the image and name it in `image`. '
      + 'If it is, acknowledge the warning. An image in a registry of your own is not reported.',
  },
  containerName: {
    title: 'Another container has the agent\'s name',
    severity: 'error',
    help: 'Names of containers are unique in a task definition. Neither the image nor the program of that container is the agent\'s, so it is not changed.\n\n'
      + 'Rename the container. If it is the agent under an image name of your own, let that name end in a slash and the container\'s name.',
  },
  duplicateAgent: {
    title: 'More than one container runs the agent',
    severity: 'error',
    help: 'Two agents record every request twice. An agent is recognized by its image or by its program, whatever its container is called.\n\n'
      + 'With the construct, remove the other container: the sidecar adds its own. With the command line, remove all with `ecs remove`, then add one with `ecs add`.',
  },
  tooManyContainers: {
    title: 'ECS allows ten containers in a task definition',
    severity: 'error',
    help: 'Ten containers for each task definition is [a quota of ECS](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html). Remove a container to make room for the agent.',
  },
  dependsOnAgent: {
    title: 'The application waits for the agent',
    severity: { construct: 'error', commandLine: 'warning' },
    help: 'A container names the agent in `dependsOn`. If the agent\'s image cannot be pulled, the application does not start either.\n\n'
      + 'Remove the dependency. `ecs remove` removes it together with the agent, and `ecs add` does not add it again.',
  },
  imageNotRecognized: {
    title: 'The agent would no longer be recognized under its new image',
    severity: 'error',
    onlyIn: 'commandLine',
    help: 'The container leaves its program to the image, so only the image\'s name says that it is the agent. `ecs remove` and `ecs status` would no longer find it.\n\n'
      + 'Give the mirror\'s repository the name that the message asks for. Or remove the agent and add it again: then its program is in the entry point.',
  },
  agentInShell: {
    title: 'A shell starts the agent, so its flags cannot be set',
    severity: 'error',
    onlyIn: 'commandLine',
    help: 'In a line such as `sh -c "<program> apidump …"` a flag cannot be told from another word without running the shell. Remove the agent and add it again, or give no option that changes its flags.',
  },
  agentEssential: {
    title: 'The task stops if the agent stops',
    severity: { construct: 'error', commandLine: 'warning' },
    help: 'The agent\'s container is essential. With the construct, an override makes it so: remove the override. '
      + '`ecs add` changes only what its options name in an agent that is already there: remove the agent and add it again. Then it is not essential.',
  },
  plaintextApiKey: {
    title: 'The API key is in the task definition in clear text',
    severity: 'warning',
    onlyIn: 'commandLine',
    help: 'Everyone who may describe the task definition can read the key. Old revisions keep it, too. Move the key to a secret with `ecs add … --api-key-secret postman/api-key`, then revoke the old key in Postman.',
  },
  oldRevisionsKeepKey: {
    title: 'Old revisions keep the API key in clear text',
    severity: 'warning',
    onlyIn: 'commandLine',
    help: 'The key moves to a secret in the new revision. The revisions before it do not change, and everyone who may describe them can read the key. '
      + 'Create a new key in Postman, put it into the secret with `ecs key update`, and revoke the old one.',
  },
  httpsCapture: {
    title: 'Fargate cannot capture HTTPS',
    severity: 'error',
    onlyIn: 'commandLine',
    help: 'The agent captures HTTPS with eBPF. It needs Linux 5.8, the capabilities `CAP_BPF` and `CAP_PERFMON`, and the host\'s `/proc` and `/sys/fs/bpf`. '
      + '[Fargate](https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html) adds no capability but `SYS_PTRACE` and mounts no path of the host. '
      + 'Let the load balancer end TLS, so the agent sees HTTP.',
  },
  stopTimeoutLow: {
    title: 'ECS kills the agent before it has sent what it has',
    severity: 'warning',
    help: 'If a task stops, ECS sends SIGTERM to each container, and SIGKILL after the container\'s [`stopTimeout`](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html) (30 seconds if nothing else is set). '
      + 'The agent was seen to need about 5 seconds to send the rest. Set `stopTimeout` of its container to 10 seconds or more, or leave it out.',
  },
  shortTask: {
    title: 'The tasks end by themselves',
    severity: 'info',
    onlyIn: 'construct',
    help: 'A rule, a schedule or a state machine runs the task definition. The containers of a task start together, and the agent needs a few seconds until it captures. It sends what it has every 30 seconds, and when ECS stops the task because its essential container has ended.\n\n'
      + 'So the first requests of a task may be missing, and a task that ends in its first seconds may send nothing. The application is never made to wait for the agent.',
  },
  agentContainerOverridden: {
    title: 'An override changes the agent\'s container',
    severity: 'error',
    onlyIn: 'construct',
    help: 'The template is checked, not only what the construct has added. `addPropertyOverride(\'ContainerDefinitions.1.…\')` merges into whatever container has that index, and the agent\'s is always the last. '
      + 'A list of containers that is set on the L1 resource replaces all of them.\n\n'
      + 'Add containers with `addContainer`. Override single members of them, and those of the agent only if the construct has no option for it.',
  },
  proxyConfiguration: {
    title: 'App Mesh is between the agent and the network',
    severity: 'warning',
    help: '`proxyConfiguration` sends the traffic of all containers of the task through the proxy\'s container. Exempt port 443 in `EgressIgnoredPorts`, or let the mesh reach Postman.',
  },
  tooLarge: {
    title: 'ECS allows 64 KiB for a task definition',
    severity: 'error',
    onlyIn: 'commandLine',
    help: '64 KiB is [a quota of ECS](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html). The body that would be registered is counted. '
      + 'Move large environment variables to `environmentFiles` in S3 or to Systems Manager parameters.',
  },
  sharedTaskDefinition: {
    title: 'Something else runs the same task definition',
    severity: 'warning',
    onlyIn: 'construct',
    help: 'Another service, a rule, a schedule or a state machine runs the task definition, so its tasks also run the agent. Their network is not checked, and a service does not wait for the grant on the secret. '
      + 'Add a sidecar with the same options to the service. For rules, schedules and state machines, add `PostmanInsightsTaskSidecar` or `PostmanLiveCollectionTaskSidecar` to the task definition.',
  },
  sharedHostNetwork: {
    title: 'Agents of several services see the traffic of the same instances',
    severity: 'warning',
    help: 'In network mode `host` [a container uses the network of its instance](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-networkmode-host.html), '
      + 'so an agent sees the traffic of everything that runs there. If tasks of two services run on one instance, the agent of each records the requests of both: each request twice, and once in the wrong place.\n\n'
      + 'Run one agent on each instance, in a service of its own with the scheduling strategy `DAEMON`. Or use network mode `awsvpc`, in which each task has a network of its own. '
      + 'If placement constraints keep the services on different instances, acknowledge the warning. '
      + 'The command line compares only the services of one run.',
  },
  nothingLeft: {
    title: 'The agent is the only container',
    severity: 'error',
    onlyIn: 'commandLine',
    help: 'ECS does not accept a task definition without a container. Delete the service, or first deploy a revision with another container.',
  },
  nothingEssential: {
    title: 'Without the agent no container is essential',
    severity: 'error',
    onlyIn: 'commandLine',
    help: 'The agent is the only essential container, and ECS does not accept a task definition without one. Deploy a revision in which another container has `"essential": true`, then run the command again.',
  },

  // Memory and CPU
  taskMemoryFull: {
    title: 'The task has no memory left for the agent',
    severity: 'error',
    help: 'On Fargate the containers share the memory of the task. If their hard limits (`memory`) use all of it, ECS has none for another container. Give the task more memory, or lower the limits.',
  },
  taskMemoryLow: {
    title: 'The task has little memory left for the agent',
    severity: 'warning',
    help: 'Containers that set no memory are assumed to need half of the task together. A task that runs out of memory loses a container. Give the task more memory, or let the agent capture fewer requests a minute.',
  },
  cpuOverTask: {
    title: 'The containers ask for more CPU than the task has',
    severity: 'error',
    onlyIn: 'construct',
    help: 'ECS does not register such a task definition. Leave `cpu` out, so the agent shares the CPU of the task, or give the task more CPU.',
  },
  agentMemoryOverTask: {
    title: 'The containers ask for more memory than the task has',
    severity: 'error',
    onlyIn: 'construct',
    help: 'ECS does not register such a task definition. Leave `memoryLimitMiB` and `memoryReservationMiB` out, so the agent shares the memory of the task, or give the task more memory.',
  },

  // The service
  serviceNotActive: {
    title: 'The service is deleted or is being deleted',
    severity: 'error',
    onlyIn: 'commandLine',
    help: 'ECS does not update a service whose status is `DRAINING` or `INACTIVE`. ECS still describes a deleted service for a while. Check the name and the cluster, or select another service.',
  },
  codeDeployNotRolledOut: {
    title: 'CodeDeploy deploys the service',
    severity: { construct: 'warning', commandLine: 'error' },
    help: 'The deployment controller of the service is `CODE_DEPLOY`. Only a CodeDeploy deployment changes the task definition that its tasks run.\n\n'
      + 'With the construct, CloudFormation registers the task definition with the agent. Start a CodeDeploy deployment after the stack is deployed. '
      + 'The command line cannot update such a service: register a revision with the agent\'s container, and deploy it with CodeDeploy.',
  },
  otherTaskDefinition: {
    title: 'The service runs another task definition',
    severity: 'error',
    onlyIn: 'construct',
    help: 'The agent is in the task definition that the service was created with. An override of `TaskDefinition`, or `taskDefinitionRevision` with a number, makes the service run another one, which has no agent.\n\n'
      + 'Remove the override or `taskDefinitionRevision`. If the other task definition is not in the app, add the agent to it with the command line.',
  },
  taskDefinitionUnknown: {
    title: 'It is unknown which task definition the service runs',
    severity: 'warning',
    onlyIn: 'construct',
    help: 'An override of `TaskDefinition` has a value that only CloudFormation knows. If it is not the task definition that has the agent, the service runs without the agent.',
  },
  latestRevisionNotRolledOut: {
    title: 'The service names only the family of its task definition',
    severity: 'warning',
    onlyIn: 'construct',
    help: 'With `TaskDefinitionRevision.LATEST` the template of the service does not change if a new revision is registered, so CloudFormation starts no deployment. Tasks get the agent with the next deployment of the service.\n\n'
      + 'Leave `taskDefinitionRevision` out, or start a deployment after the stack is deployed: `aws ecs update-service --force-new-deployment --task-definition <family>`.',
  },
  externalController: {
    title: 'Task sets decide what the service runs',
    severity: 'error',
    help: 'With the deployment controller `EXTERNAL` the service has no task definition of its own: each task set names one. Register a revision with the agent\'s container, and use it in the task sets.',
  },
  externalInstances: {
    title: 'The service runs on ECS Anywhere',
    severity: 'error',
    help: 'The network and the traffic of external instances cannot be checked. A sidecar needs Fargate or EC2.',
  },
  managedByCloudFormation: {
    title: 'A CloudFormation stack manages the service',
    severity: 'error',
    onlyIn: 'commandLine',
    help: 'The service carries the tag `aws:cloudformation:stack-name`. The stack sets its own task definition at its next deployment, which removes the agent.\n\n'
      + 'Add [the construct](../README.md#use) to the stack. For a trial that the next deployment may end, use `--allow-managed`: then this is a warning.',
  },
  managedByOtherTool: {
    title: 'A tag says that another tool manages the service',
    severity: 'warning',
    help: 'The next run of a tool that sets the service\'s task definition removes the agent. Add the agent\'s container to the task definition in the tool\'s configuration. '
      + 'If the tool leaves the task definition to others (in Terraform, `ignore_changes`), or if the tag is out of date, nothing has to be done.\n\n'
      + 'These tags are known, in any case of letters: `ManagedBy`, `managed-by`, `managed_by`, `ProvisionedBy`, `CreatedBy`, `DeployedBy`, `Provisioner` or `IaC` with the name of '
      + 'Terraform, OpenTofu, Terragrunt, Pulumi, ecspresso or Crossplane; such a name with the value `true`, e.g. `Terraform=true`; `pulumi:project` and `pulumi:stack`; '
      + 'the tags that Crossplane (`crossplane-name`), AWS Controllers for Kubernetes (`services.k8s.aws/namespace`) and AWS Copilot (`copilot-service`) set. '
      + 'A service without such a tag may be managed by a tool, too.',
  },
  expressMode: {
    title: 'ECS manages the task definition of the service',
    severity: 'warning',
    onlyIn: 'commandLine',
    help: 'A later update of an Express Mode service may remove the agent. Run `ecs status` after each update of the service.',
  },
  rolloutInProgress: {
    title: 'A rollout is in progress',
    severity: 'error',
    onlyIn: 'commandLine',
    help: 'If one of two rollouts fails, they cannot be told apart, and the new one would replace the other. Wait until it ends, or use `--wait-for-rollout`, which waits as long as `--timeout` allows.',
  },
  revisionInactive: {
    title: 'The service runs a deregistered revision',
    severity: 'warning',
    onlyIn: 'commandLine',
    help: 'ECS does not start a service on a deregistered revision. To go back, the same task definition is registered again. Nothing has to be done.',
  },
  serviceConnect: {
    title: 'Service Connect\'s proxy is between the clients and the container',
    severity: 'warning',
    help: 'Each task of a service that uses Service Connect [runs a proxy](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts.html). '
      + 'It [listens on the published port](https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html) and passes requests on to the container, '
      + 'and the agent captures on every interface of the task. AWS does not document which interface the proxy uses inside the task. '
      + 'Check in Postman whether requests are counted twice. If they are, limit the agent to one interface with `networkInterfaces` (`--interfaces`), or filter packets with `bpfFilter` (`--filter`).\n\n'
      + 'A service that is only a client of Service Connect is not reported: the proxy takes no incoming traffic for it. Nor is a port with Service Connect\'s TLS: before the proxy, that traffic is encrypted.',
  },
  tlsInContainer: {
    title: 'The load balancer sends encrypted requests to the container',
    severity: 'warning',
    help: 'The service\'s target group has the protocol [`HTTPS`](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html), '
      + '[`TLS`](https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html) or `QUIC`, so TLS ends in a container of the task. '
      + 'The agent reads plain HTTP. It sees the requests only if that container is a proxy that passes them on as HTTP to another one.\n\n'
      + 'Let the load balancer end TLS: give its listener a certificate, and the target group the protocol `HTTP`, or `TCP` behind a Network Load Balancer. '
      + 'A target group with the protocol `TCP` is not reported, although its requests may be encrypted, too. '
      + 'Nor is one whose protocol cannot be seen: an imported one, or one that the permission `elasticloadbalancing:DescribeTargetGroups` is missing for.',
  },
  assignPublicIp: {
    title: 'ECS gives tasks on EC2 no public address',
    severity: 'error',
    help: 'ECS rejects `assignPublicIp` for tasks on EC2. Remove it, and place the tasks in private subnets with a NAT gateway.',
  },
  platformVersion: {
    title: 'The Fargate platform has no container restart policies',
    severity: 'error',
    help: 'Container restart policies need [platform version 1.4.0](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-restart-policy.html). '
      + 'Use that version or a later one. With the construct, `enableRestartPolicy: false` leaves the policy out.',
  },

  // The API key, and the role that reads it
  apiKeySecret: {
    title: 'The tasks could never read the secret',
    severity: 'error',
    onlyIn: 'construct',
    help: 'A secret of another account can be read only by its complete ARN, and only if a customer managed key encrypts it. A name that ends in a hyphen and six characters looks like the end of a complete ARN, so Secrets Manager looks for another secret.\n\n'
      + 'Import the secret by its complete ARN with `Secret.fromSecretCompleteArn`, or with its key by `Secret.fromSecretAttributes`.',
  },
  partialSecretArn: {
    title: 'The secret is known by its name',
    severity: 'info',
    onlyIn: 'construct',
    help: 'The task definition has the secret\'s ARN without the six characters that Secrets Manager adds. This works unless the name itself ends in a hyphen and six characters. '
      + 'AWS documents the complete ARN: import the secret with `Secret.fromSecretCompleteArn` to use it.',
  },
  encryptionKeyNotGranted: {
    title: 'The policy of the secret\'s key cannot be changed by this app',
    severity: 'warning',
    onlyIn: 'construct',
    help: 'The execution role gets `kms:Decrypt` on the imported key. That is enough if the key\'s policy leaves the decision to IAM, as the default key policy does. Otherwise allow the role in the key policy, or no task starts.',
  },
  secretUnknown: {
    title: 'It is unknown whether the secret exists',
    severity: 'warning',
    onlyIn: 'commandLine',
    help: 'The secret was given by its ARN, and the permission to describe it is missing. If it does not exist, no task starts. Check it with `aws secretsmanager describe-secret --secret-id <ARN>`.',
  },
  secretToBeCreated: {
    title: 'The secret will be created',
    severity: 'info',
    onlyIn: 'commandLine',
    help: 'A plan writes nothing. Its task definition has `??????` in place of the six characters that Secrets Manager adds. `ecs add` creates the secret first.',
  },
  keyNotCompared: {
    title: 'The secret may have another API key than the agent has now',
    severity: 'warning',
    onlyIn: 'commandLine',
    help: 'The agent has its key in clear text, and the secret exists. The secret is used as it is: this program never reads its value, so the two are not compared. '
      + 'If the secret has an old key, put the right one into it with `ecs key update`.',
  },
  logGroupMissing: {
    title: 'The agent\'s log group does not exist',
    severity: 'error',
    onlyIn: 'commandLine',
    help: 'The log driver awslogs needs a log group that exists, in the region of the tasks, and an execution role that may write to it (`logs:CreateLogStream`, `logs:PutLogEvents`). Create the group, or name one that exists.',
  },
  logGroupUnknown: {
    title: 'It is unknown whether the agent\'s log group exists',
    severity: 'warning',
    onlyIn: 'commandLine',
    help: 'The permission `logs:DescribeLogGroups` is missing, or the call failed. Check the group with `aws logs describe-log-groups --log-group-name-prefix <name>`.',
  },
  executionRole: {
    title: 'The task definition has no execution role',
    severity: 'error',
    help: 'ECS reads [secrets of a task](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html) with the execution role before the task starts. '
      + 'The construct adds a role, unless an override of `ExecutionRoleArn` removes it. For the command line, give the task definition an execution role, then use `--grant-secret-access`. Or put the key into the task definition with `--plaintext-api-key`.',
  },
  executionRoleNotGranted: {
    title: 'This app does not write to the execution role',
    severity: 'warning',
    onlyIn: 'construct',
    help: 'The role is imported and immutable, belongs to another account, ignores policy updates, is made outside of the app (`Role.customizeRoles`), or an override of `ExecutionRoleArn` names it.\n\n'
      + 'The message has the statements that the role needs: for the secret and its key, for the agent\'s log, and for an image in a private repository. `<…>` is an attribute of a construct of the app. Add them in the app or account that owns the role. Otherwise no task of the service starts.',
  },
  executionRoleCannotReadSecret: {
    title: 'The execution role cannot read the secret',
    severity: 'error',
    onlyIn: 'commandLine',
    help: 'IAM\'s simulation or the role\'s own policies say so, and the secret has no policy of its own that may allow it. ECS reads the secret before it starts a task. '
      + '`--grant-secret-access` adds one inline policy for this secret to the role.',
  },
  executionRoleUnknown: {
    title: 'It is unknown whether the execution role can read the secret',
    severity: 'warning',
    onlyIn: 'commandLine',
    help: 'IAM could not be asked, the policies have conditions, or the policy of the secret or of its key decides. If the role cannot read the secret, no task starts and the rollout fails. '
      + 'Allow `iam:SimulatePrincipalPolicy` on the role, as the policy that `ecs policy` prints does.',
  },

  // Egress
  egressUnreachable: {
    title: 'The tasks have no way out to the internet',
    severity: 'error',
    help: 'A task whose image or secret cannot be fetched does not start, whether or not its containers are essential. [Networks](networks.md) shows how each network is judged.\n\n'
      + 'Fix what the lines name. If you know better: `EgressCheck.WARN` makes it a warning in the construct, and `--allow-unreachable` in the command line.',
  },
  egressUnknown: {
    title: 'It is unknown whether the tasks reach the internet',
    severity: 'warning',
    help: 'A fact could not be seen: a read was denied, a resource is not part of the app or is under a condition, or the traffic goes through a transit gateway, an appliance or a proxy that is known only by name. [Networks](networks.md#unknown) shows each kind.\n\n'
      + 'Check what the lines name. Then, in the CDK app, name the subnets in [`knownEgress`](networks.md#through-subnets-that-you-know), or acknowledge the warning. If reads were denied, `ecs policy` prints the policy that allows them. '
      + '`EgressCheck.STRICT` makes it an error in the construct.',
  },
};

/** How severe a finding is in a mode. */
export function severityOf(id: FindingId, mode: Mode): Severity {
  const { severity } = CATALOG[id];
  return typeof severity === 'string' ? severity : severity[mode];
}
