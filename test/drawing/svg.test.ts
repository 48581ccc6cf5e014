import { drawPaths } from '../../src/drawing';
import { EgressFacts, EgressJudge } from '../../src/egress';
import { acl, allOut, closed, group, hop, igw, nat, open, subnet, task, to } from '../egress/build';
import { CASES } from '../egress/cases';
import { FOUND } from '../egress/found';

const draw = (facts: EgressFacts, subject = 'service orders') => drawPaths(new EgressJudge().paths(facts), subject);

/** The boxes as they are read aloud, in their order. */
const titlesOf = (svg: string) => [...svg.matchAll(/<g><title>([^<]*)<\/title>/g)].map(([, title]) => title);
const count = (svg: string, pattern: RegExp) => svg.match(pattern)?.length ?? 0;

/** Elements that are not closed, or closed in another order; undefined if the text is well-formed. */
function faultOf(svg: string): string | undefined {
  const unclosed: string[] = [];
  for (const [tag, end, name, rest] of svg.matchAll(/<(\/?)([a-z]+)((?:\s+[A-Za-z-:]+="[^"<]*")*)\s*\/?>/g)) {
    if (end === '/') {
      if (unclosed.pop() !== name) return tag;
    } else if (!tag.endsWith('/>')) {unclosed.push(name);}
    const names = [...rest.matchAll(/([A-Za-z-:]+)="/g)].map(([, attribute]) => attribute);
    if (new Set(names).size < names.length) return tag;
  }
  const text = svg.replace(/<\/?[a-z]+(?:\s+[A-Za-z-:]+="[^"<]*")*\s*\/?>/g, '');
  return unclosed.pop() ?? /[<]|&(?!#\d+;)/.exec(text)?.[0];
}

test('the image says its verdict, and what each box is', () => {
  const svg = draw(task(open));
  expect(svg).toContain(`<title>service orders: Postman at ${task(open).host} is reachable</title>`);
  expect(titlesOf(svg)).toEqual([
    'task: passes', 'security groups sg-1: passes', 'subnet subnet-open: passes', 'NAT gateway nat-1: passes', 'internet gateway igw-1: passes',
    `Postman ${task(open).host}: passes`,
  ]);
  expect(count(svg, />replies</g)).toBe(1);
  expect(count(svg, /class="way off"/g)).toBe(0);
});

test('beyond a block, the way is dashed, what is fine has no mark, and nothing is replied', () => {
  const svg = draw(task(open, { securityGroups: [group()] }));
  expect(titlesOf(svg).slice(1)).toEqual([
    'security groups sg-1: blocked', 'subnet subnet-open: not reached', 'NAT gateway nat-1: not reached', 'internet gateway igw-1: not reached',
    `Postman ${task(open).host}: blocked`,
  ]);
  expect(count(svg, /class="way off"/g)).toBe(4);
  expect(svg).not.toContain('>replies<');
});

test('replies that do not arrive are marked below the place where they are lost', () => {
  const svg = draw(task(subnet([to('0.0.0.0/0', nat())], { networkAcl: acl(allOut) })));
  expect(titlesOf(svg)).toContain('subnet subnet-1: blocked');
  expect(titlesOf(svg)).toContain('internet gateway igw-1: passes');
  const [, y] = /class="way off" d="M[\d.]+ ([\d.]+) L/.exec(svg)!;
  const subnetBox = /subnet subnet-1: blocked<\/title><rect [^>]* x="(\d+)"/.exec(svg)!;
  expect(svg).toContain(`<g class="mark" transform="translate(${Number(subnetBox[1]) + 84} ${y})"><circle class="unreachable"`);
  expect(count(svg, /class="way off"/g)).toBe(1);
});

test('what is unknown is not shown as blocked, and the way leads on', () => {
  const svg = draw(task(subnet([to('0.0.0.0/0', hop('transit-gateway'))])));
  expect(titlesOf(svg)).toContain('transit gateway transit-gateway-1: unknown');
  expect(titlesOf(svg)).toContain(`Postman ${task(open).host}: unknown`);
  expect(count(svg, /class="way off"/g)).toBe(0);
});

test('each note has its number, its finding and what to change', () => {
  const svg = draw(task(closed, { startup: {} }));
  const text = svg.replace(/<\/text>\n<text[^>]*x="44"[^>]*>/g, ' ');
  expect(text).toContain('has no route to the internet');
  expect(text).toContain('Add a NAT gateway');
  expect(text).toContain('Before the task starts: ECS uses the same interface');
});

test('names of others are text, wherever they stand', () => {
  const hostile = '"><script>alert(1)</script>&\u202e';
  const svg = draw(task({ ...closed, id: hostile }), hostile);
  expect(faultOf(svg)).toBeUndefined();
  expect(svg).not.toContain('<script');
  expect(svg).not.toContain('\u202e');
});

const NETWORKS = [...CASES, ...FOUND].map(([network, facts]) => ({ network, facts }));

test.each(NETWORKS)('$network: the drawing is well-formed, and its boxes are apart and inside the frame', ({ facts }) => {
  const svg = draw(facts);
  expect(faultOf(svg)).toBeUndefined();
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number);
  const BOX = /<rect class="box[^"]*" x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"/g;
  const boxes = [...svg.matchAll(BOX)].map(([, ...numbers]) => numbers.map(Number));
  expect(boxes.length).toBeGreaterThanOrEqual(2);
  for (const [x, y, w, h] of boxes) expect(x >= 0 && y >= 0 && x + w <= width && y + h <= height).toBe(true);
  for (const [, y] of svg.matchAll(/<text[^>]* y="([-\d.]+)"/g)) expect(Number(y) > 0 && Number(y) < height).toBe(true);
  boxes.forEach(([x, y, w, h], index) => boxes.slice(index + 1).forEach(([x2, y2, w2, h2]) => {
    expect(x + w <= x2 || x2 + w2 <= x || y + h <= y2 || y2 + h2 <= y).toBe(true);
  }));
});

test('a public subnet without an address shows the gateway that is not reached', () => {
  expect(titlesOf(draw(task(subnet([to('0.0.0.0/0', igw)]))))).toContain('internet gateway igw-1: not reached');
});
