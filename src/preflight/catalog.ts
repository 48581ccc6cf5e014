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
    title: 'An option has a value that the agent, ECS, Secrets Manager or Parameter Store does not accept',
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
      + 'Use network mode `awsvpc`, with subnets and security groups for the service. A load balancer then needs a target group of the type `ip`. '
      + 'Or run [one agent on each container instance](daemons.md): `PostmanInsightsDaemon`, `PostmanLiveCollectionDaemon` or `ecs daemon add`.',
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
      + 'Run [one agent on each instance](daemons.md), in a service of its own with the scheduling strategy `DAEMON`. Or use network mode `awsvpc`, in which each task has a network of its own. '
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
      + 'Add [the construct](../README.md#get-started) to the stack, or the container to [its template](task-definitions/cloudformation.md). For a trial that the next deployment may end, use `--allow-managed`: then this is a warning.',
  },
  managedByOtherTool: {
    title: 'A tag says that another tool manages the service',
    severity: 'warning',
    help: 'The next run of a tool that sets the service\'s task definition removes the agent. Add the agent\'s container to the task definition in the tool\'s configuration: [`ecs render` prints it](task-definitions/README.md). '
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
    help: 'A later update of an Express Mode service may remove the agent. Run `ecs status` after each update of the service. [Express Mode](task-definitions/express-mode.md) has the details.',
  },
  agentOfOthers: {
    title: 'The service has an agent already, which the resource of the stack has not added',
    severity: 'error',
    onlyIn: 'commandLine',
    help: 'Two resources, or a resource and a command, would undo what the other one does. The tag `postman:attached_by` of the task definition names the stack whose agent it is.\n\n'
      + 'Keep one of the two. An agent of the command line is removed with `ecs remove`. If the construct was renamed or moved in the app, CloudFormation adds it before it deletes the old one: deploy once without it.',
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

  // Daemons
  noContainerInstances: {
    title: 'The cluster has no container instances for a daemon',
    severity: 'error',
    help: 'A daemon runs one agent on each EC2 container instance with Linux. [Fargate has no daemons](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service-options.html): each task runs on a machine of its own. '
      + '[Managed Instances have an API of their own for daemons](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-daemons.html) (`CreateDaemon`), with task definitions of their own. There is no image of the agent for Windows.\n\n'
      + 'Use a sidecar for services on Fargate and on Managed Instances. If the cluster gets instances that this app cannot see, import it with `Cluster.fromClusterAttributes`: what cannot be seen is never an error.',
  },
  instancesNotWatched: {
    title: 'The daemon does not run on a part of the cluster',
    severity: 'warning',
    help: 'The cluster has EC2 instances with Linux, and others: Managed Instances, which take daemons only by an API of their own, or Windows. The agent does not see the requests there. '
      + 'Use a sidecar for services on Managed Instances. If nothing is to be recorded there, acknowledge the warning.',
  },
  secondDaemon: {
    title: 'The cluster has a second daemon that records the same requests',
    severity: 'error',
    help: 'Two agents on one instance listen on the same interface, so each request is recorded twice. '
      + 'Several daemons are accepted if each records a part: if both have a filter (`ports`, `bpfFilter`, `hostAllow`, `hostExclusions`, `pathAllow`, `pathExclusions`) or `placementConstraints`, and these differ. '
      + 'So each service can have a destination of its own.',
  },
  requestsSeenTwice: {
    title: 'The daemon listens where a request passes twice',
    severity: 'warning',
    help: 'A request to a container in network mode `bridge` passes the interface of the instance (`eth0` or `ens5`), Docker\'s bridge `docker0`, and the container\'s end of it. An agent that listens on two of them records it twice. '
      + '[Daemons](daemons.md#interfaces) has the details. With a BPF filter there is no such warning, since it may leave out one of the two.',
  },
  daemonAndSidecars: {
    title: 'Sidecars on the instances record the same requests as the daemon',
    severity: 'warning',
    help: 'In network mode `host` a sidecar uses the network of its instance and sees the traffic of everything that runs there, as the daemon does. Each request is then recorded twice.\n\n'
      + 'Remove the sidecars, or the daemon. If both have filters that differ (`bpfFilter`, `hostAllow` and the like), there is no such warning. '
      + 'If placement constraints keep them on different instances, acknowledge it.',
  },
  nothingToWatch: {
    title: 'The daemon sees no request of the services that are known',
    severity: 'warning',
    help: 'On `docker0` the agent sees the services in network mode `bridge`; on the interface of the instance also those in network mode `host`. '
      + 'Tasks in network mode `awsvpc`, and all tasks on Fargate, have [network interfaces of their own](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html) and need sidecars. '
      + 'Acknowledge the warning if other services of the cluster, which cannot be seen here, use network mode `bridge`.',
  },

  serviceNotDaemon: {
    title: 'The service is not a daemon of the agent',
    severity: 'error',
    onlyIn: 'commandLine',
    help: 'The name of a service is unique in a cluster, and what a service of another kind runs is not replaced. Name another service with `--service`. For the sidecar of a service, use `ecs add`.',
  },
  daemonCoverage: {
    title: 'What the daemon sees, and where that is recorded',
    severity: 'info',
    onlyIn: 'commandLine',
    help: 'The daemon watches the network of its instance. On `docker0` it sees the tasks in network mode `bridge`; on the interface of the instance (`eth0` or `ens5`) also those in network mode `host`. '
      + 'Tasks in network mode `awsvpc`, and all tasks on Fargate, have networks of their own: add a sidecar to these services with `ecs add`.\n\n'
      + 'One agent has one destination, so the traffic of all these services is recorded together. If services need destinations of their own, use network mode `awsvpc` with sidecars, '
      + 'or run several daemons, each with its own `--service` and filters (`--host-allow`, `--path-allow`, `--filter`).',
  },
  everyInterface: {
    title: 'The daemon listens on every interface',
    severity: 'warning',
    onlyIn: 'commandLine',
    help: 'A request to a container in network mode `bridge` passes the interface of the instance, the bridge `docker0` and the container\'s end of it, and an agent that listens on all of them records it up to three times. '
      + 'A daemon that was made with the task definition of `ecs task-def`, of Postman\'s own tool, does so. `ecs daemon add … --interfaces docker0` limits it to the bridge.',
  },
  keptOfDaemon: {
    title: 'The role and the log group of the daemon stay',
    severity: 'info',
    onlyIn: 'commandLine',
    help: '`ecs daemon remove` deletes the service and deregisters the revisions that this program has made. The execution role may be used by other tasks, and the log may be needed: both stay, and the next `ecs daemon add` uses them again. '
      + 'If nothing else uses them, delete them yourself: `aws iam delete-role-policy`, `aws iam delete-role` and `aws logs delete-log-group`.',
  },
  roleOfOthers: {
    title: 'The execution role for the daemon exists, and this program has not made it',
    severity: 'error',
    onlyIn: 'commandLine',
    help: 'Without `--execution-role` a role is created that has exactly the permissions that the daemon needs. A role of that name without the tag of this program is left as it is. '
      + 'Name it with `--execution-role` if it is meant, or name another one.',
  },

  // The API key, and the role that reads it
  apiKeySecret: {
    title: 'The tasks could never read the secret',
    severity: 'error',
    onlyIn: 'construct',
    help: 'A secret of another account can be read only by its complete ARN, and only if a customer managed key encrypts it. A name that ends in a hyphen and six characters looks like the end of a complete ARN, so Secrets Manager looks for another secret.\n\n'
      + 'Import the secret by its complete ARN with `Secret.fromSecretCompleteArn`, or with its key by `Secret.fromSecretAttributes`.',
  },
  apiKeySources: {
    title: 'A secret and a parameter are given for the API key',
    severity: 'error',
    help: 'The key is in a secret of Secrets Manager, in one of its fields, or in a SecureString of Parameter Store. Leave out the option of the other. If none is given, it is the secret `postman/api-key`.',
  },
  apiKeyParameter: {
    title: 'The parameter cannot hold the API key, or keeps it in clear text',
    severity: 'error',
    help: 'The API key must be in a SecureString, which Parameter Store encrypts. Everyone who may read a String or a StringList, or the template that makes it, can read the key. CloudFormation can make only these two types.\n\n'
      + 'Create the parameter with `aws ssm put-parameter --type SecureString --name /postman/api-key --value file://key.txt`, in which the file has only the key and no line break. '
      + 'In an app, import it with `StringParameter.fromSecureStringParameterAttributes`. `StringParameter.fromStringParameterName` and the like say that it is a String, so they are refused: the CDK does not know what the parameter is in AWS, and these imports take no `encryptionKey`.\n\n'
      + 'A parameter below `/aws/reference/secretsmanager/` is a secret of Secrets Manager, and the execution role needs the permissions for the secret: use `apiKeySecret` or `--api-key-secret`. '
      + 'A parameter of another account can be read only if [it is shared](https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html), which a parameter with the default key cannot be.',
  },
  parameterOfOtherAccount: {
    title: 'The parameter belongs to another account',
    severity: 'warning',
    help: 'A parameter can be used by another account if it is of the advanced tier, is [shared by AWS RAM](https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html), and is encrypted with a customer managed key whose policy allows this account. '
      + 'None of that can be seen from here, and the pages of Amazon ECS do not say that it reads such a parameter. Try it with one service before you rely on it, or use a parameter of the tasks\' own account.',
  },
  keyChangesElsewhere: {
    title: 'Changes of the API key are announced in another region or account',
    severity: 'warning',
    onlyIn: 'construct',
    help: 'With `rotateTasks`, a rule of EventBridge waits for the event that Secrets Manager or Parameter Store sends if the key changes. The event is sent to the account and region of the secret or the parameter, and the rule is in those of the service.\n\n'
      + 'Use a secret of the service\'s own account and region. Or [forward the event](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html): create a rule for it where it is sent, whose target is the default event bus of the service\'s account and region. '
      + 'The rule of `rotateTasks` matches a forwarded event as it is. Then acknowledge the warning.',
  },
  tasksNotRotated: {
    title: 'New tasks cannot be started by ECS',
    severity: 'error',
    onlyIn: 'construct',
    help: 'With `rotateTasks`, a new deployment of ECS starts the tasks that read the new key. ECS does not start one for a service with the deployment controller `CODE_DEPLOY` or `EXTERNAL`: CodeDeploy, or what makes the task sets, deploys it.\n\n'
      + 'Leave `rotateTasks` out, and start a deployment there after the key has changed.',
  },
  apiKeyMalformed: {
    title: 'The API key in the environment cannot be one',
    severity: 'error',
    onlyIn: 'commandLine',
    help: 'The key would be written as it is, and every agent that reads it would be rejected by Postman. So a key with a blank, a line break or a quotation mark is an error, and so is a placeholder such as `<postman-api-key>`. '
      + 'It is checked only if the run would write it: to a secret that is created or updated, or with `--plaintext-api-key`. The message never has the key.\n\n'
      + 'A line break comes from a file that ends in one, a quotation mark from `export` in a file that no shell reads (`docker run --env-file`, for example).',
  },
  apiKeyUnusual: {
    title: 'The API key does not begin as Postman\'s keys do',
    severity: 'warning',
    onlyIn: 'commandLine',
    help: 'Postman\'s [API keys](https://learning.postman.com/docs/developer/postman-api/authentication/) begin with `PMAK-`. A collection\'s access key or a token of another service looks different, and the agent cannot use it. '
      + 'It is written nevertheless. If it is the wrong one, put the right one into the secret with `ecs key update`.',
  },
  partialSecretArn: {
    title: 'The secret is known by its name',
    severity: 'info',
    onlyIn: 'construct',
    help: 'The task definition has the secret\'s ARN without the six characters that Secrets Manager adds. This works unless the name itself ends in a hyphen and six characters. '
      + 'AWS documents the complete ARN: import the secret with `Secret.fromSecretCompleteArn` to use it.',
  },
  encryptionKeyNotGranted: {
    title: 'The policy of the key that encrypts the secret or the parameter cannot be changed by this app',
    severity: 'warning',
    onlyIn: 'construct',
    help: 'The execution role gets `kms:Decrypt` on the imported key. That is enough if the key\'s policy leaves the decision to IAM, as the default key policy does. Otherwise allow the role in the key policy, or no task starts.',
  },
  secretUnknown: {
    title: 'It is unknown whether the secret or the parameter exists',
    severity: 'warning',
    onlyIn: 'commandLine',
    help: 'The secret was given by its ARN, or a parameter is used, and the permission to describe it is missing. If it does not exist, no task starts. Check it with `aws secretsmanager describe-secret --secret-id <ARN>` '
      + 'or `aws ssm describe-parameters --parameter-filters Key=Name,Values=<name>`: of a parameter, neither the type nor the key that encrypts it are known then.',
  },
  secretToBeCreated: {
    title: 'The secret will be created',
    severity: 'info',
    onlyIn: 'commandLine',
    help: 'A plan writes nothing. Its task definition has `??????` in place of the six characters that Secrets Manager adds. `ecs add` creates the secret first.',
  },
  keyNotCompared: {
    title: 'The secret or the parameter may have another API key than the agent has now',
    severity: 'warning',
    onlyIn: 'commandLine',
    help: 'The agent has its key in clear text, and the secret or the parameter exists. It is used as it is: `ecs add` never reads its value, so the two are not compared. '
      + 'If it has an old key, put the right one into the secret with `ecs key update`, or into the parameter with `aws ssm put-parameter --overwrite`.',
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
    title: 'The execution role cannot read the secret or the parameter',
    severity: 'error',
    onlyIn: 'commandLine',
    help: 'IAM\'s simulation or the role\'s own policies say so, and the secret has no policy of its own that may allow it. ECS reads the secret before it starts a task. '
      + 'A parameter needs `ssm:GetParameters`, and `kms:Decrypt` if a customer managed key encrypts it. `--grant-secret-access` adds one inline policy for this secret or parameter to the role.',
  },
  executionRoleUnknown: {
    title: 'It is unknown whether the execution role can read the secret or the parameter',
    severity: 'warning',
    onlyIn: 'commandLine',
    help: 'IAM could not be asked, the policies have conditions or variables, the role has a permissions boundary that IAM could not be asked about, or the policy of the secret or of its key decides. If the role cannot read the secret, no task starts and the rollout fails. '
      + 'Allow `iam:SimulatePrincipalPolicy` on the role, as the policy that `ecs policy` prints does.',
  },
  secretAccessNotGranted: {
    title: 'The execution role cannot get the permission on the secret or the parameter',
    severity: 'error',
    onlyIn: 'commandLine',
    help: '`--grant-secret-access` writes only to roles that no selected task definition has as its task role, because the application uses the task role. '
      + 'And it names the key that encrypts the secret: IAM accepts an alias in a policy, but the policy then allows nothing. If the secret is encrypted with an alias, the key is looked up with `kms:DescribeKey`.',
  },
  rolloutPaused: {
    title: 'The rollout waits for a person',
    severity: 'warning',
    onlyIn: 'commandLine',
    help: 'A lifecycle hook of the service pauses the deployment until it is continued with `aws ecs continue-service-deployment`, or stopped. So the rollout is left as it is after `--timeout`.',
  },
  secretAccessKept: {
    title: 'The permission on the secret or the parameter stays',
    severity: 'info',
    onlyIn: 'commandLine',
    help: '`ecs add --grant-secret-access` has added an inline policy to the execution role. Other tasks may need it by now, also scheduled tasks and tasks without a service, which this program does not read. So `ecs remove` keeps it, '
      + 'unless `--revoke-secret-access` is given. Or remove it yourself: `aws iam delete-role-policy --role-name <role> --policy-name <policy>`.',
  },
  secretAccessToBeRevoked: {
    title: 'The permission on the secret or the parameter will be removed',
    severity: 'info',
    onlyIn: 'commandLine',
    help: '`--revoke-secret-access` removes the inline policy after the rollouts, if no service in any cluster of the account and region runs a task definition that has the role and reads the secret or the parameter. '
      + 'Scheduled tasks and tasks without a service are not read: check them first.',
  },
  secretAccessRevoked: {
    title: 'The permission on the secret or the parameter was removed',
    severity: 'info',
    onlyIn: 'commandLine',
    help: 'The inline policy was what `ecs add --grant-secret-access` writes, and no service uses it. To add it again, use `ecs add --grant-secret-access`.',
  },
  secretAccessNotRevoked: {
    title: 'The permission on the secret or the parameter was not removed',
    severity: 'warning',
    onlyIn: 'commandLine',
    help: 'A service still uses it, a cluster or service could not be read, the policy was changed, or IAM did not allow the removal. '
      + '`ecs policy --revoke-secret-access` prints the permissions that are needed. A policy that is not exactly what this program writes is never removed.\n\n'
      + '`ecs add --grant-secret-access` takes its policy back if it cannot register the revision. Another run may have deployed a service in the meantime that reads the secret by it: then it stays, too. '
      + 'So it does if that is unknown.',
  },

  // The operators' policy
  operatorPolicyWidened: {
    title: 'The policy of operators allows more than the selection, so that IAM takes it',
    severity: 'info',
    onlyIn: 'construct',
    help: 'IAM takes 6,144 characters in a managed policy. So `PostmanAgentOperatorPolicy` replaces lists of names, in this order, until it is short enough: the families whose new revisions may be tagged, the roles whose policies may be read, and the reads of the network. '
      + 'None of this is a write beyond the tags of revisions, which the operator may register anyway. Roles that may be passed, or whose policies may be written, are always named one by one.\n\n'
      + 'Pass fewer `services` and roles to one policy, and make several, to keep them exact. `ecs policy` folds its document in the same way, and says so on stderr.',
  },
  operatorPolicyTooLong: {
    title: 'The policy of operators is longer than IAM takes',
    severity: 'error',
    onlyIn: 'construct',
    help: 'IAM takes 6,144 characters without white space in a managed policy, and the deployment of a longer one fails. It is an error if the policy is too long for certain, and a warning if that depends on names that only CloudFormation knows.\n\n'
      + 'Make a policy for each group of services, with their roles, or leave `services` out: then the policy names the clusters only. A user, group or role takes ten managed policies, and more on request.',
  },

  // Egress
  egressUnreachable: {
    title: 'The tasks have no way out to the internet',
    severity: 'error',
    help: 'A task whose image or API key cannot be fetched does not start, whether or not its containers are essential. [Networks](networks.md) shows how each network is judged.\n\n'
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
