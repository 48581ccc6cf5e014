import * as fc from '../random';
import { DESTINATION_PARTS, foreignAgents, insightsUpdate, PARTS, PROJECT, requests, update, updateOf, updates } from './asked';
import { described, WITH_AGENT, WITHOUT_AGENT } from './described';
import { answers } from './generated';
import { itemsOf, memberOf, membersOf, objectOf } from './text';
import { argumentsFor, OptionRow, OPTIONS, optionsOf, variableOf } from '../../src/agent';
import {
  agentsIn, changesBetween, containersOf, generationIn, hasAgent, isAgent, Json, JsonObject, markedWith, nameOf, parseJson, printJson, registrable, withAgent,
  withMembers, withoutAgent,
} from '../../src/edit';
import { AgentUpdate, runnable } from '../../src/edit/agent-container';

const bodies: fc.Arbitrary<JsonObject> = answers.map(text => registrable(parseJson(text)));

/** Generated task definitions in which the agent is there already, once or twice, between other containers. */
const bodiesWithAgents: fc.Arbitrary<JsonObject> = fc.tuple(
  bodies, fc.array(foreignAgents, { minLength: 1, maxLength: 2 }), fc.nat({ max: 3 }),
).map(([body, agents, place]) => {
  const containers = [...containersOf(body)] as Json[];
  containers.splice(place, 0, ...agents);
  return withMembers(body, { containerDefinitions: containers });
});

/** The text of a body with one more container, composed of the body's own text. */
function withOneMore(body: string, container: string): string {
  const containers = itemsOf(memberOf(body, 'containerDefinitions') ?? '[]');
  const list = `[${[...containers, container].join()}]`;
  const members = membersOf(body);
  return objectOf(members.some(([name]) => name === 'containerDefinitions')
    ? members.map(([name, value]) => [name, name === 'containerDefinitions' ? list : value] as const)
    : [...members, ['containerDefinitions', list]]);
}

function expectAdded(before: JsonObject, added: AgentUpdate): void {
  const after = withAgent(before, added);
  expect(printJson(after)).toBe(withOneMore(printJson(before), JSON.stringify(added.description)));
  expect(containersOf(after).slice(0, -1)).toEqual(containersOf(before));
  containersOf(before).forEach((container, index) => expect(containersOf(after)[index]).toBe(container));
}

describe('adding the agent', () => {
  test.each(WITHOUT_AGENT)('the agent is added after the containers of $name, and nothing else changes', ({ body }) => {
    expectAdded(body, update({ taskSetsMemory: false }));
    expectAdded(body, insightsUpdate({ discovery: true, taskSetsMemory: false }));
  });

  test('the agent is added after the containers of any generated definition, and nothing else changes', () => {
    fc.assert(fc.property(bodies, updates, expectAdded), fc.runs(200));
  });

  test('adding the agent a second time changes nothing', () => {
    for (const { body } of WITHOUT_AGENT) {
      for (const again of [update, insightsUpdate]) {
        const once = withAgent(body, again());
        expect(withAgent(once, again(undefined, PARTS))).toBe(once);
        expect(withAgent(once, again())).toBe(once);
      }
    }
    fc.assert(fc.property(bodies, updates, (body, given) => {
      const once = withAgent(body, given);
      expect(withAgent(once, given)).toBe(once);
    }), fc.runs(200));
  });

  test('an added agent with an image of any name is recognized by its program', () => {
    const once = withAgent(described('fargate-plain'), update({ image: 'registry.example.com/tools/collector:3' }));
    expect(hasAgent(once)).toBe(true);
    expect(withoutAgent(once)).toEqual(described('fargate-plain'));
  });

  test('the agent is added to a task definition without a list of containers', () => {
    expect(containersOf(withAgent({ family: 'web' }, update())).map(nameOf)).toEqual(['postman-lc-agent']);
  });
});

describe('removal after adding', () => {
  test.each(WITHOUT_AGENT)('removing the agent restores $name byte by byte', ({ body }) => {
    for (const added of [update(), insightsUpdate()]) expect(printJson(withoutAgent(withAgent(body, added)))).toBe(printJson(body));
  });

  test('removing the agent restores any generated definition, also with the mark of the previous revision', () => {
    // ECS accepts no empty list of containers or tags, so there is none to restore.
    const real = bodies.filter(({ containerDefinitions }) => containerDefinitions !== undefined);
    fc.assert(fc.property(real, requests, fc.integer({ min: 1, max: 1e6 }), (body, { generation, given }, revision) => {
      const added = withAgent(body, updateOf(given, [], generation));
      expect(printJson(withoutAgent(added))).toBe(printJson(body));
      expect(printJson(withoutAgent(markedWith(added, revision)))).toBe(printJson(body));
    }), fc.runs(200));
  });

  test('removing the agent from a definition without one returns the same object', () => {
    for (const { body } of WITHOUT_AGENT) expect(withoutAgent(body)).toBe(body);
    fc.assert(fc.property(bodies, body => {
      expect(withoutAgent(body)).toBe(body);
    }), fc.runs(50));
  });
});

describe('an update of an existing agent', () => {
  test('an update changes no other container and no other member of the task definition', () => {
    fc.assert(fc.property(bodiesWithAgents, updates, (body, given) => {
      const after = withAgent(body, given);
      expect(Object.keys(after)).toEqual(Object.keys(body));
      for (const [name, value] of Object.entries(body)) {
        if (name !== 'containerDefinitions') expect(after[name]).toBe(value);
      }
      const [oldContainers, newContainers] = [containersOf(body), containersOf(after)];
      expect(newContainers.length).toBe(oldContainers.length);
      oldContainers.forEach((container, index) => isAgent(container) || expect(newContainers[index]).toBe(container));
    }), fc.runs(200));
  });

  /** The members of a container that a named part may change. */
  function membersChangedBy(part: string, { generation }: AgentUpdate): readonly string[] {
    const member = { image: 'image', readonlyRootFilesystem: 'readonlyRootFilesystem', logGroup: 'logConfiguration' }[part];
    if (member !== undefined) return [member];
    if (['apiKey', 'environment'].includes(part)) return ['environment', 'secrets'];
    const row = (OPTIONS as readonly OptionRow[]).find(({ prop }) => prop === part)!;
    // A destination is also cleared from variables.
    const hasVariable = variableOf(row, generation) !== undefined || row.destination !== undefined;
    return [...row.agentFlag === undefined ? [] : ['entryPoint', 'command'], ...hasVariable ? ['environment', 'secrets'] : []];
  }

  const ofOneGeneration = fc.tuple(foreignAgents, updates).filter(([agent, { generation }]) => generationIn(agent) === generation);

  test('an update changes only members of what it names, and adds a key only if there is none', () => {
    fc.assert(fc.property(ofOneGeneration, ([agent, given]) => {
      const [after] = containersOf(withAgent({ containerDefinitions: [agent] }, given));
      const changed = new Set(changesBetween(agent, after).map(({ path }) => /^\w+/.exec(path)![0]));
      const entries = [agent.environment, agent.secrets].flat().map(entry => JSON.stringify(entry ?? ''));
      const hadKey = entries.some(entry => entry.includes('API_KEY') && !entry.includes('"value":""'));
      const allowed = [...[...given.named].flatMap(part => membersChangedBy(part, given)), ...hadKey ? [] : ['environment', 'secrets']];
      expect([...changed].filter(member => !allowed.includes(member))).toEqual([]);
      expect(Object.keys(after).slice(0, 2)).toEqual(['name', 'image']);
    }), fc.runs(500));
  });

  test('flags and variables of options that an update does not name stay as they are', () => {
    const namesOf = (given: AgentUpdate, part: string) => optionsOf(given.generation).flatMap(row =>
      row.prop === part || (DESTINATION_PARTS.includes(part) && DESTINATION_PARTS.includes(row.prop)) ? [row] : []);
    fc.assert(fc.property(ofOneGeneration, ([agent, given]) => {
      const [after] = containersOf(withAgent({ containerDefinitions: [agent] }, given));
      const touched = new Set([...given.named].flatMap(part => namesOf(given, part)));
      const isDestined = [...given.named].some(part => DESTINATION_PARTS.includes(part));
      for (const row of OPTIONS as readonly OptionRow[]) {
        if (touched.has(row) || (isDestined && row.destination !== undefined)) continue;
        expect(argumentsFor(runnable(after), row)).toEqual(argumentsFor(runnable(agent), row));
      }
      const valuesOf = (container: JsonObject, name: string) => runnable(container).environment!.filter(variable => variable.name === name);
      for (const { name } of runnable(agent).environment!) {
        if (/API_KEY|_TELEMETRY$/.test(name)) continue;
        const isOfOption = [...touched].some(row => variableOf(row, given.generation) === name) || (isDestined && /INSIGHTS|K8S/.test(name));
        const isNamed = given.named.has('environment') && Object.hasOwn(given.options.environment ?? {}, name);
        if (!isOfOption && !isNamed) expect(valuesOf(after, name)).toEqual(valuesOf(agent, name));
      }
    }), fc.runs(500));
  });

  test('the same update a second time changes nothing', () => {
    fc.assert(fc.property(bodiesWithAgents, updates, (body, given) => {
      // An image with which an agent is no longer recognized is refused elsewhere.
      const after = withAgent(body, given);
      fc.pre(agentsIn(after).length === agentsIn(body).length);
      expect(withAgent(after, given)).toBe(after);
    }), fc.runs(200));
  });

  test('an update that names nothing changes nothing if the agent has a key', () => {
    for (const { name, body } of WITH_AGENT) {
      const more = { rateLimitPerMinute: 9, image: 'registry.example.com/tools/collector' };
      const [agent] = agentsIn(body);
      const after = withAgent(body, generationIn(agent)!.name === 'insights' ? insightsUpdate({ projectId: PROJECT, ...more }) : update(more));
      // The key of Akita's agent has other variables, which Postman's agent reads only for Akita's service.
      if (['agent-with-an-empty-key', 'agent-of-upstream-akita'].includes(name)) expect(after).not.toBe(body);
      else expect(after).toBe(body);
    }
  });
});

describe('a container that is not as ECS describes it', () => {
  const anything = fc.oneof(
    fc.constantFrom<Json>(null, true, 5, '', 'apidump --project x', {}, [], [null], [[]], [{}], [{ name: 5, value: {} }], { logDriver: 'awslogs', options: 5 }),
    fc.array(fc.constantFrom<Json>('/postman-insights-agent', 'apidump', '--project', '--discovery-mode', null, 5, { a: 1 }, ['--project'])),
    fc.array(fc.constantFrom<Json>(
      { name: 'POSTMAN_API_KEY' }, { name: 'POSTMAN_INSIGHTS_PROJECT_ID', value: 5 }, { name: 'POSTMAN_INSIGHTS_PROJECT_ID', valueFrom: null },
      { name: 'AKITA_DISABLE_TELEMETRY' }, { value: 'x' }, { name: null }, 'x', null, { name: '__proto__', value: 'x' }, { name: 'constructor', value: 'x' },
    )),
  );
  const odd: fc.Arbitrary<JsonObject> = fc.record({
    image: fc.constantFrom<Json>('docker.postman.com/postman-lc-agent', 'x/postman-insights-agent:1'),
    // The program of an entry point is no flag.
    entryPoint: anything.map(value => Array.isArray(value) ? ['/bin/env', ...value] : value),
    name: anything, command: anything, environment: anything, secrets: anything, logConfiguration: anything, dependsOn: anything,
    volumesFrom: anything, links: anything, readonlyRootFilesystem: anything,
  }, { requiredKeys: ['image'] });

  test('an agent of any shape is updated, moved and removed without an error, and the same update a second time changes nothing', () => {
    fc.assert(fc.property(odd, odd, updates, (agent, other, given) => {
      const web = withMembers(other, { image: 'nginx', entryPoint: undefined });
      const body = { containerDefinitions: [web, agent] };
      const after = withAgent(body, given);
      expect(containersOf(after)[0].image).toBe('nginx');
      fc.pre(agentsIn(after).length === 1);
      expect(withAgent(after, given)).toBe(after);
      expect(agentsIn(withoutAgent(after))).toEqual([]);
      expect(printJson(body)).toBe(printJson({ containerDefinitions: [web, agent] }));
    }), fc.runs(400));
  });
});

describe('removing the agent', () => {
  test.each(WITH_AGENT)('the agent is removed from $name, and other containers lose only their references to it', ({ body }) => {
    const after = withoutAgent(body);
    expect(hasAgent(after)).toBe(false);
    const others = containersOf(body).filter(container => !isAgent(container));
    expect(containersOf(after).map(nameOf)).toEqual(others.map(nameOf));
    const changed = changesBetween(withMembers(body, { containerDefinitions: others }), after).map(({ path }) => path);
    expect(changed.filter(path => !/\.(dependsOn|volumesFrom|links)|^tags/.test(path))).toEqual([]);
    expect(JSON.stringify(containersOf(after))).not.toContain('postman-lc-agent');
  });

  test('conditions, volumes and links that refer to the agent are removed, and so is a list that becomes empty', () => {
    const [web, seed] = containersOf(withoutAgent(described('agent-first-and-waited-for')));
    expect(web.dependsOn).toEqual([{ containerName: 'seed', condition: 'COMPLETE' }]);
    expect(web).not.toHaveProperty('volumesFrom');
    expect(seed).not.toHaveProperty('dependsOn');
    expect(containersOf(withoutAgent(described('agent-linked-to')))[0].links).toEqual(['cache']);
  });

  test('a list of references to other containers stays as it is', () => {
    const body = withAgent(described('links-with-and-without-alias'), update());
    const after = withoutAgent(body);
    expect(containersOf(after)[0]).toBe(containersOf(body)[0]);
  });

  test('both agents are removed if there are two', () => {
    expect(containersOf(withoutAgent(described('agent-twice'))).map(nameOf)).toEqual(['web']);
  });

  test('entries of the list that are not containers stay', () => {
    const [agent] = agentsIn(described('agent-of-this-library'));
    expect(withoutAgent({ containerDefinitions: [null, agent, 'x', { name: 'web', dependsOn: [null, 'postman-lc-agent'], links: [5] }] }))
      .toEqual({ containerDefinitions: [null, 'x', { name: 'web', dependsOn: [null, 'postman-lc-agent'], links: [5] }] });
    expect(withAgent({ containerDefinitions: [null, agent] }, update())).toEqual({ containerDefinitions: [null, agent] });
  });
});
