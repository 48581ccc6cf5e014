import { DaemonPart, DaemonPlan } from './daemon';
import { Grant } from './grant';
import { Action, Addition, Owner, RevisionPlan } from './revision-plan';
import { Change } from '../../edit';
import { Message, Words } from '../../preflight';
import { JudgedEgress } from '../network/egress-reader';
import { KeyRequest, KeySource } from '../reads/secret';
import { EcsService } from '../reads/services';

interface Request {
  readonly allowManaged: boolean;
  /** How findings are said. */
  readonly words: Words;
}

export interface AddRequest extends Request {
  readonly verb: 'add';
  readonly agent: Pick<Addition, 'generation' | 'options' | 'named' | 'logGroup' | 'owner'>;
  readonly key: KeyRequest;
  /** Warnings and notes about the options themselves. */
  readonly notes: readonly Message[];
  readonly grantSecretAccess: boolean;
  readonly allowUnreachable: boolean;
  /** If the agent is the daemon of a cluster. */
  readonly daemon?: DaemonPart;
  /** Whether it must be certain that the tasks reach Postman. @default false */
  readonly requireReachable?: boolean;
}

export interface RemoveRequest extends Request {
  readonly verb: 'remove';
  /** Whether the policies of earlier grants are removed from the execution roles, if no service uses them. */
  readonly revokeSecretAccess: boolean;
  /** Whose agent is removed. @default - any */
  readonly owner?: Owner;
}

export type EditRequest = AddRequest | RemoveRequest;

/** What an edit would do to one service. */
export interface ServicePlan {
  readonly service: EcsService;
  readonly action: Action | 'refuse';
  readonly refusals: readonly Message[];
  readonly warnings: readonly Message[];
  readonly changes: readonly Change[];
  readonly egress?: JudgedEgress;
  /** Shared by the services that run one revision; undefined if the task definition was not read. */
  readonly revision?: RevisionPlan;
  /** What the execution role of the task definition will get. */
  readonly grant?: Grant;
  /** The policy of that kind by which the role may read the secret already, if one was written: another run may remove it again. */
  readonly reads?: Pick<Grant, 'role' | 'policyName'>;
  /** Earlier grants to the execution role that will be revoked, if nothing uses them then. */
  readonly revocations?: readonly Grant[];
  /** Whether other selected services run the same revision. */
  readonly sharesRevision: boolean;
  /** Of a daemon. */
  readonly daemon?: DaemonPlan;
}

/** A plan for a service that changed while its run was on the way. */
export interface PlanAgain {
  /** Whether other selected services run the same revision. */
  readonly sharesRevision: boolean;
}

/** What an edit would do, computed only from reads. */
export interface Plan {
  readonly request: EditRequest;
  readonly services: readonly ServicePlan[];
  /** The secret or the parameter from which the key comes; undefined if none is used, or if it is not read. */
  readonly secret?: KeySource;
}

/** Whether carrying the plan out creates the secret, for a service that needs it. */
export function createsSecret({ secret, services }: Plan): boolean {
  return secret !== undefined && !secret.exists && services.some(isChange);
}

/** Whether a service is to be changed. */
export function isChange({ action }: ServicePlan): boolean {
  return action !== 'none' && action !== 'refuse';
}
