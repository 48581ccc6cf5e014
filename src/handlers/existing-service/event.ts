/** What the provider framework of the CDK hands on of a request of CloudFormation. A request that is delivered again has the same `RequestId`. */
export interface ResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  /** Undefined in the first event of a Create. */
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: ResourceProperties;
}

/** What the construct puts into the template. CloudFormation makes texts of numbers and switches, so the options are one text. */
export interface ResourceProperties {
  /** An ARN. */
  readonly ServiceArn: string;
  /** An ARN; only needed if the service's ARN does not have the cluster. */
  readonly ClusterArn?: string;
  /** The JSON of `Asked`. */
  readonly Agent: string;
}

export interface OnEventAnswer {
  readonly PhysicalResourceId: string;
}

export interface IsCompleteAnswer {
  readonly IsComplete: boolean;
  /** Only if it is complete. */
  readonly Data?: Outputs;
}

/** The attributes of the resource. */
export interface Outputs {
  /** `reachable`, `unreachable` or `unknown`. */
  readonly EgressVerdict: string;
  /** Sentences, a line each. */
  readonly EgressEvidence: string;
  /** ARN of the revision that the service runs. */
  readonly TaskDefinitionArn: string;
}
