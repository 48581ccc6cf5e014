import { NOT_CREATED } from './daemon';
import { EditRequest, ServicePlan } from './plan';
import { RevisionPlan } from './revision-plan';
import { Change, changesBetween, JsonObject } from '../../edit';
import { Finding, Message, messagesOf, Severities } from '../../preflight';

/** What is known of a plan, with findings that are not said yet. */
export type Draft = Partial<ServicePlan> & Pick<ServicePlan, 'service' | 'sharesRevision'> & {
  readonly findings: readonly Finding[];
  /** Whether errors are left out. @default false */
  readonly isErrorIgnored?: boolean;
};

/** What a task definition is compared with that is not there yet. */
const NOTHING: JsonObject = { containerDefinitions: [], tags: [] };

/** A plan with further findings: errors refuse it. */
export function settled(request: EditRequest, { findings, isErrorIgnored, ...draft }: Draft): ServicePlan {
  const messages = said(request, findings);
  const refusals = [...draft.refusals ?? [], ...isErrorIgnored ? [] : messages.filter(({ severity }) => severity === 'error')];
  const { revision } = draft;
  return {
    ...draft,
    refusals,
    warnings: [...draft.warnings ?? [], ...messages.filter(({ severity }) => severity !== 'error')],
    action: refusals.length > 0 ? 'refuse' : revision?.action ?? 'refuse',
    changes: draft.changes ?? changesOf(revision),
  };
}

/** The findings in the words of the request, with the severities that it asks for. */
export function said(request: EditRequest, findings: readonly Finding[]): Message[] {
  const severities: Severities = {
    ...request.allowManaged ? { managedByCloudFormation: 'warning' } : {},
    ...request.verb === 'add' && request.allowUnreachable ? { egressUnreachable: 'warning' } : {},
    ...request.verb === 'add' && request.requireReachable ? { egressUnknown: 'error' } : {},
  };
  return messagesOf(findings, request.words, severities);
}

function changesOf(revision: RevisionPlan | undefined): readonly Change[] {
  return revision === undefined ? [] : changesBetween(revision.current.arn === NOT_CREATED ? NOTHING : revision.current.body, revision.after);
}
