import * as fc from 'fast-check';
import { asked, containerOf, foreignAgents, PARTS, update, updates } from './asked';
import { described, WITH_AGENT, WITHOUT_AGENT } from './described';
import { answers } from './generated';
import { itemsOf, memberOf, membersOf, objectOf } from './text';
import {
  agentsIn, changesBetween, containersOf, hasAgent, isAgent, Json, JsonObject, markedWith, nameOf, parseJson, printJson, registrable, withAgent,
  withMembers, withoutAgent,
} from '../../src/edit';
import type { AgentUpdate } from '../../src/edit/agent-container';

const bodies: fc.Arbitrary<JsonObject> = answers.map(text => registrable(parseJson(text)));

/** Generated task definitions in which the agent is there already, once or twice, between other containers. */
const bodiesWithAgents: fc.Arbitrary<JsonObject> = fc.tuple(bodies, fc.array(foreignAgents, { minLength: 1, maxLength: 2 }), fc.nat({ max: 3 })).map(([body, agents, place]) => {
  const containers = [...containersOf(body)] as Json[];
  containers.splice(place, 0, ...agents);
  return withMembers(body, { containerDefinitions: containers });
});

/** The text of a body with one container more, put together from the body's own text. */
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

describe('the agent is added', () => {
  test.each(WITHOUT_AGENT)('behind the containers of $name, and nothing else changes', ({ body }) => {
    expectAdded(body, update({ taskSetsMemory: false }));
  });

  test('behind whatever containers there are', () => {
    fc.assert(fc.property(bodies, updates, expectAdded), { numRuns: 200 });
  });

  test('once: a second time changes nothing', () => {
    for (const { body } of WITHOUT_AGENT) {
      const once = withAgent(body, update());
      expect(withAgent(once, update({}, PARTS))).toBe(once);
      expect(withAgent(once, update())).toBe(once);
    }
    fc.assert(fc.property(bodies, updates, (body, given) => {
      const once = withAgent(body, given);
      expect(withAgent(once, given)).toBe(once);
    }), { numRuns: 200 });
  });

  test('under an image of any name, and known again by its program', () => {
    const once = withAgent(described('fargate-plain'), update({ image: 'registry.example.com/tools/collector:3' }));
    expect(hasAgent(once)).toBe(true);
    expect(withoutAgent(once)).toEqual(described('fargate-plain'));
  });

  test('to a task definition without a list of containers', () => {
    expect(containersOf(withAgent({ family: 'web' }, update())).map(nameOf)).toEqual(['postman-lc-agent']);
  });
});

describe('removing undoes adding', () => {
  test.each(WITHOUT_AGENT)('to $name, byte by byte', ({ body }) => {
    expect(printJson(withoutAgent(withAgent(body, update())))).toBe(printJson(body));
  });

  test('to whatever there was, also with the mark of the previous revision', () => {
    // ECS takes no empty list of containers or tags, so that none is to be given back.
    const real = bodies.filter(({ containerDefinitions }) => containerDefinitions !== undefined);
    fc.assert(fc.property(real, asked, fc.integer({ min: 1, max: 1e6 }), (body, given, revision) => {
      const added = withAgent(body, { description: containerOf(given), named: new Set() });
      expect(printJson(withoutAgent(added))).toBe(printJson(body));
      expect(printJson(withoutAgent(markedWith(added, revision)))).toBe(printJson(body));
    }), { numRuns: 200 });
  });

  test('and where there is no agent nothing is removed: it is the same object', () => {
    for (const { body } of WITHOUT_AGENT) expect(withoutAgent(body)).toBe(body);
    fc.assert(fc.property(bodies, body => {
      expect(withoutAgent(body)).toBe(body);
    }), { numRuns: 50 });
  });
});

describe('an update of the agent that is there', () => {
  test('touches no other container and no other member of the task definition', () => {
    fc.assert(fc.property(bodiesWithAgents, updates, (body, given) => {
      const after = withAgent(body, given);
      expect(Object.keys(after)).toEqual(Object.keys(body));
      for (const [name, value] of Object.entries(body)) {
        if (name !== 'containerDefinitions') expect(after[name]).toBe(value);
      }
      const [old, young] = [containersOf(body), containersOf(after)];
      expect(young.length).toBe(old.length);
      old.forEach((container, index) => isAgent(container) || expect(young[index]).toBe(container));
    }), { numRuns: 200 });
  });

  test('changes nothing that is not named, but for a key that is not there at all', () => {
    const members: { readonly [part: string]: RegExp } = { image: /^image$/, apiKey: /^(environment|secrets)$/ };
    fc.assert(fc.property(foreignAgents, updates, (agent, given) => {
      const [after] = containersOf(withAgent({ containerDefinitions: [agent] }, given));
      const changed = new Set(changesBetween(agent, after).map(({ path }) => /^\w+/.exec(path)![0]));
      const allowed = [...given.named].map(part => members[part] ?? /^(entryPoint|command)$/);
      const hadKey = [agent.environment, agent.secrets].flat().some(entry => /API_KEY/.test(JSON.stringify(entry ?? '')) && !/"value":""/.test(JSON.stringify(entry)));
      expect([...changed].filter(member => !(hadKey ? allowed : [...allowed, members.apiKey]).some(pattern => pattern.test(member)))).toEqual([]);
      expect(Object.keys(after).slice(0, 2)).toEqual(['name', 'image']);
    }), { numRuns: 300 });
  });

  test('changes nothing a second time', () => {
    fc.assert(fc.property(bodiesWithAgents, updates, (body, given) => {
      // An image by which an agent is not known again is refused elsewhere.
      const after = withAgent(body, given);
      fc.pre(agentsIn(after).length === agentsIn(body).length);
      expect(withAgent(after, given)).toBe(after);
    }), { numRuns: 200 });
  });

  test('that names nothing changes nothing where the key is there', () => {
    for (const { name, body } of WITH_AGENT) {
      const after = withAgent(body, update({ rateLimitPerMinute: 9, image: 'other/postman-lc-agent' }));
      if (name === 'agent-with-an-empty-key') expect(after).not.toBe(body);
      else expect(after).toBe(body);
    }
  });
});

describe('the agent is removed', () => {
  test.each(WITH_AGENT)('from $name, and nothing of the other containers but what refers to it', ({ body }) => {
    const after = withoutAgent(body);
    expect(hasAgent(after)).toBe(false);
    const others = containersOf(body).filter(container => !isAgent(container));
    expect(containersOf(after).map(nameOf)).toEqual(others.map(nameOf));
    const changed = changesBetween(withMembers(body, { containerDefinitions: others }), after).map(({ path }) => path);
    expect(changed.filter(path => !/\.(dependsOn|volumesFrom|links)|^tags/.test(path))).toEqual([]);
    expect(JSON.stringify(containersOf(after))).not.toContain('postman-lc-agent');
  });

  test('with the conditions in which others wait for it, their volumes from it and their links to it, and a list that they leave empty', () => {
    const [web, seed] = containersOf(withoutAgent(described('agent-first-and-waited-for')));
    expect(web.dependsOn).toEqual([{ containerName: 'seed', condition: 'COMPLETE' }]);
    expect(web).not.toHaveProperty('volumesFrom');
    expect(seed).not.toHaveProperty('dependsOn');
    expect(containersOf(withoutAgent(described('agent-linked-to')))[0].links).toEqual(['cache']);
  });

  test('leaves a list alone that refers to others', () => {
    const body = withAgent(described('links-with-and-without-alias'), update());
    const after = withoutAgent(body);
    expect(containersOf(after)[0]).toBe(containersOf(body)[0]);
  });

  test('twice over, where it is there twice', () => {
    expect(containersOf(withoutAgent(described('agent-twice'))).map(nameOf)).toEqual(['web']);
  });

  test('from between entries that are no containers, which stay', () => {
    const [agent] = agentsIn(described('agent-of-this-library'));
    expect(withoutAgent({ containerDefinitions: [null, agent, 'x', { name: 'web', dependsOn: [null, 'postman-lc-agent'], links: [5] }] }))
      .toEqual({ containerDefinitions: [null, 'x', { name: 'web', dependsOn: [null, 'postman-lc-agent'], links: [5] }] });
    expect(withAgent({ containerDefinitions: [null, agent] }, update())).toEqual({ containerDefinitions: [null, agent] });
  });
});
