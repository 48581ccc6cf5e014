import { App } from 'aws-cdk-lib';

/** A circle of the resources of a template, which CloudFormation refuses. */
export function circleIn({ Resources = {} }: { readonly Resources?: { readonly [id: string]: any } }): readonly string[] | undefined {
  const ids = Object.keys(Resources);
  const needs = (id: string) => ids.filter(other => other !== id && (JSON.stringify(Resources[id]).includes(`"Ref":"${other}"`)
    || JSON.stringify(Resources[id]).includes(`"Fn::GetAtt":["${other}"`) || [Resources[id].DependsOn ?? []].flat().includes(other)));
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    if (done.has(id)) return undefined;
    for (const next of needs(id)) {
      const circle = visit(next, [...path, id]);
      if (circle) return circle;
    }
    done.add(id);
    return undefined;
  };
  return ids.map(id => visit(id, [])).find(circle => circle !== undefined);
}

/** Synthesizes, and checks that CloudFormation can create each stack. */
export function templatesOf(app: App): any[] {
  const templates = app.synth().stacks.map(({ template }) => template);
  for (const template of templates) expect(circleIn(template)).toBeUndefined();
  return templates;
}
