/** Limits of ECS that the agent's container has to keep, each with its page. */

/** Containers in a task definition. @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
export const MAX_CONTAINERS = 10;

/** Bytes of a task definition. @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
export const MAX_TASK_DEFINITION_BYTES = 64 * 1024;

/** Tags of a task definition. @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html#tag-restrictions */
export const MAX_TAGS = 50;

/** MiB. Docker starts no container with less. @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
export const MIN_CONTAINER_MEMORY_MIB = 6;

/** Seconds. @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerRestartPolicy.html */
export const MIN_RESTART_ATTEMPT_PERIOD_SECONDS = 60;
