import type { IConstruct } from 'constructs';

const known = new WeakMap<IConstruct, string>();

/** The path of a construct, which never changes. `node.path` walks up the tree at each call. */
export function constructPath(construct: IConstruct): string {
  let path = known.get(construct);
  if (path === undefined) {
    path = construct.node.path;
    known.set(construct, path);
  }
  return path;
}
