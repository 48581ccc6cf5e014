import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

interface Documented {
  readonly name: string;
  readonly summary: string;
  readonly default?: string;
  readonly optional: boolean;
  readonly isProp: boolean;
}

/** Every type, member and parameter that the package publishes, from the assembly that jsii writes. */
function members(): Documented[] {
  const { types } = JSON.parse(readFileSync(join(ROOT, '.jsii'), 'utf8'));
  return Object.values<any>(types).flatMap(type => [
    { name: type.name, docs: type.docs },
    ...(type.members ?? []).map((member: any) => ({ ...member, name: `${type.name}.${member.name}` })),
    ...[...type.properties ?? [], ...type.methods ?? []]
      .map((member: any) => ({ ...member, name: `${type.name}.${member.name}`, isProp: type.kind === 'interface' })),
    ...[...type.methods ?? [], ...type.initializer ? [{ ...type.initializer, name: 'new' }] : []]
      .flatMap((method: any) => (method.parameters ?? [])
        .map((parameter: any) => ({ ...parameter, optional: false, name: `${type.name}.${method.name}(${parameter.name})` }))),
  ]).map(({ name, docs = {}, optional = false, isProp = false }: any) => ({ name, summary: docs.summary ?? '', default: docs.default, optional, isProp }));
}

describe('the published API', () => {
  const all = members();

  test('the package publishes thirteen constructs, their bases, the calls for many services, their props and options, the verdict and three enums', () => {
    expect(all.length).toBeGreaterThan(70);
    expect(all.map(({ name }) => name).filter(name => !name.includes('.')).sort()).toEqual([
      'AddAgentToServicesOptions', 'AddInsightsToServicesOptions', 'AddLiveCollectionsToServicesOptions', 'EgressCheck', 'EgressEvidence',
      'EgressVerdict', 'EnrolmentMode', 'IPostmanAgent', 'InsightsRegion', 'PostmanAgentAlarms', 'PostmanAgentAlarmsProps', 'PostmanAgentContainerOptions',
      'PostmanAgentDaemon', 'PostmanAgentDaemonProps', 'PostmanAgentDashboard', 'PostmanAgentDashboardProps',
      'PostmanAgentEnrolment', 'PostmanAgentEnrolmentMember', 'PostmanAgentEnrolmentMemberProps', 'PostmanAgentEnrolmentNames', 'PostmanAgentEnrolmentPlace',
      'PostmanAgentEnrolmentPlacesFile', 'PostmanAgentEnrolmentProps', 'PostmanAgentExistingService',
      'PostmanAgentExistingServiceProps', 'PostmanAgentOperatorPolicy', 'PostmanAgentOperatorPolicyProps', 'PostmanAgentOptions', 'PostmanAgentRotationOptions',
      'PostmanAgentSidecar', 'PostmanAgentSidecarProps', 'PostmanAgentTaskOptions', 'PostmanAgentTaskSidecar', 'PostmanAgentTaskSidecarProps',
      'PostmanAgentWatchOptions', 'PostmanInsights', 'PostmanInsightsAgentOptions', 'PostmanInsightsCommonOptions', 'PostmanInsightsDaemon',
      'PostmanInsightsDaemonProps', 'PostmanInsightsExistingService', 'PostmanInsightsExistingServiceProps', 'PostmanInsightsOptions',
      'PostmanInsightsSharedOptions', 'PostmanInsightsSidecar', 'PostmanInsightsSidecarProps', 'PostmanInsightsTaskOptions',
      'PostmanInsightsTaskSidecar', 'PostmanInsightsTaskSidecarProps', 'PostmanLiveCollectionAgentOptions', 'PostmanLiveCollectionDaemon',
      'PostmanLiveCollectionDaemonProps', 'PostmanLiveCollectionExistingService', 'PostmanLiveCollectionExistingServiceProps',
      'PostmanLiveCollectionOptions', 'PostmanLiveCollectionSidecar', 'PostmanLiveCollectionSidecarProps', 'PostmanLiveCollectionTaskOptions',
      'PostmanLiveCollectionTaskSidecar', 'PostmanLiveCollectionTaskSidecarProps', 'PostmanLiveCollections',
    ]);
  });

  test('every published member is documented by a whole sentence that does more than repeat its name', () => {
    const bare = (text: string) => text.toLowerCase().replace(/\b(the|a|an|of|its|is|properties)\b|[^a-z]/g, '');
    const isPoor = (name: string, summary: string) => summary.length < 10 || /[;:,]$/.test(summary) || bare(summary) === bare(name.split('.').pop()!);
    expect(all.filter(({ name, summary }) => !name.endsWith('Props') && isPoor(name, summary))).toEqual([]);
  });

  test('every optional property documents its default', () => {
    const optional = all.filter(member => member.isProp && member.optional);
    expect(optional.length).toBeGreaterThan(30);
    expect(optional.filter(({ default: value }) => !value)).toEqual([]);
  });

  test('API.md has the summary of every property', () => {
    const page = readFileSync(join(ROOT, 'API.md'), 'utf8');
    for (const { name, summary } of all.filter(({ isProp }) => isProp)) {
      expect({ name, page: page.includes(summary.replace(/[<>]/g, '')) || page.includes(summary) }).toEqual({ name, page: true });
    }
  });
});
