/**
 * Options of what has a service.
 */
export interface PostmanAgentRotationOptions {
  /**
   * Whether new tasks of the service start if the API key changes. A task reads the key only when it starts.
   *
   * The change of a secret is that the label `AWSCURRENT` moves to another version, of a parameter that its value is updated. EventBridge
   * sends it to a queue, and a function starts a deployment of the service as it is: after a deployment in progress has ended, and not if
   * one has begun since. All services of a stack share the queue and the function, whose role allows only updates of these services.
   *
   * A change that has not reached all tasks after two days is in the dead-letter queue: because deployments fail, or do not end.
   *
   * AWS sends the event to the account and region of the secret or the parameter. If that is not the service's, forward it: a warning says
   * how. A service with the deployment controller `CODE_DEPLOY` or `EXTERNAL` is rejected, since ECS does not start its tasks by itself.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html
   * @default false
   */
  readonly rotateTasks?: boolean;
}
