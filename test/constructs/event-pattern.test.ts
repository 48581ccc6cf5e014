import { matches } from './event-pattern';

/** The employees of the documentation of Event Ruler, which EventBridge uses. */
const EMPLOYEES = {
  employees: [{ firstName: 'John', lastName: 'Doe' }, { firstName: 'Anna', lastName: 'Smith' }, { firstName: 'Peter', lastName: 'Jones' }],
};

test('a pattern matches if every field of it has one of its values', () => {
  const event = { source: 'aws.ecs', detail: { lastStatus: 'RUNNING', version: 3 } };
  expect(matches({ source: ['aws.ecs'] }, event)).toBe(true);
  expect(matches({ source: ['aws.ec2', 'aws.ecs'], detail: { lastStatus: ['RUNNING'], version: [3] } }, event)).toBe(true);
  expect(matches({ source: ['aws.ecs'], detail: { lastStatus: ['STOPPED'] } }, event)).toBe(false);
  expect(matches({ source: ['aws.ecs'], detail: { desiredStatus: ['RUNNING'] } }, event)).toBe(false);
});

test('a list in the event matches if one of its items does', () => {
  expect(matches({ resources: ['b'] }, { resources: ['a', 'b'] })).toBe(true);
  expect(matches({ resources: ['c'] }, { resources: ['a', 'b'] })).toBe(false);
  expect(matches({ employees: { firstName: ['Anna'] } }, EMPLOYEES)).toBe(true);
});

test('fields below a list match only in one and the same item', () => {
  expect(matches({ employees: { firstName: ['Anna'], lastName: ['Smith'] } }, EMPLOYEES)).toBe(true);
  expect(matches({ employees: { firstName: ['Anna'], lastName: ['Jones'] } }, EMPLOYEES)).toBe(false);
});

test('a text matches a prefix that it begins with', () => {
  expect(matches({ source: [{ prefix: 'aws.' }] }, { source: 'aws.ecs' })).toBe(true);
  expect(matches({ source: [{ prefix: 'aws.' }] }, { source: 'my.aws.' })).toBe(false);
});

test('another operator in a pattern is not judged silently', () => {
  expect(() => matches({ source: [{ suffix: '.ecs' }] }, { source: 'aws.ecs' })).toThrow(/only exact values and prefixes/);
});
