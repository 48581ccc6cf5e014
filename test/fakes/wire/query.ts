import { AwsError } from './aws-error';
import { Member, Shape } from './shapes';
import { Json, JsonObject } from '../json';

/**
 * Reads the form of a Query request into the members of the operation's shape. EC2 has lists as `Name.1`, the others as
 * `Name.member.1`, and other names for some members.
 *
 * @throws AwsError if the form has a parameter that the operation does not know
 */
export function readQuery(form: URLSearchParams, shape: Shape, isEc2: boolean): JsonObject {
  const reader = new Reader(form, isEc2);
  const input = reader.structure(shape, '');
  const unread = [...form.keys()].find(name => !reader.read.has(name));
  if (unread !== undefined) throw new AwsError(isEc2 ? 'UnknownParameter' : 'ValidationError', `The parameter ${unread} is not recognized`);
  return input;
}

class Reader {
  readonly read = new Set(['Action', 'Version']);

  constructor(private readonly form: URLSearchParams, private readonly isEc2: boolean) {}

  structure(shape: Shape, prefix: string): JsonObject {
    if (shape.kind !== 'structure') throw new Error('A Query request is a structure.');
    return Object.fromEntries([...shape.members].flatMap(([name, member]) => {
      const value = this.value(member().shape, `${prefix}${this.nameOf(name, member())}`);
      return value === undefined ? [] : [[name, value]];
    }));
  }

  private nameOf(name: string, { ec2QueryName, xmlName }: Member): string {
    if (!this.isEc2) return xmlName ?? name;
    return ec2QueryName ?? (xmlName === undefined ? name : xmlName[0].toUpperCase() + xmlName.slice(1));
  }

  private value(shape: Shape, name: string): Json | undefined {
    if (shape.kind === 'structure') return this.has(`${name}.`) ? this.structure(shape, `${name}.`) : undefined;
    if (shape.kind === 'list') {
      const prefix = this.isEc2 ? `${name}.` : `${name}.member.`;
      const items: Json[] = [];
      while (this.form.has(`${prefix}${items.length + 1}`) || this.has(`${prefix}${items.length + 1}.`)) {
        items.push(this.value(shape.item().shape, `${prefix}${items.length + 1}`)!);
      }
      return items.length === 0 ? undefined : items;
    }
    const text = this.form.get(name);
    if (text === null) return undefined;
    this.read.add(name);
    if (shape.kind === 'number') return Number(text);
    return shape.kind === 'boolean' ? text === 'true' : text;
  }

  private has(prefix: string): boolean {
    return [...this.form.keys()].some(name => name.startsWith(prefix));
  }
}
