import { Shape } from './shapes';

/**
 * An answer's members as XML, under the names and in the order of AWS's model. A value is as the SDK hands it out; a member
 * that the model does not have is an error of the test that made it.
 */
export function renderXml(value: unknown, shape: Shape, where = ''): string {
  if (shape.kind === 'structure') {
    const unknown = Object.keys(value as object).find(name => !shape.members.has(name));
    if (unknown !== undefined) throw new Error(`AWS has no member ${where}.${unknown}.`);
    return [...shape.members].map(([name, member]) => {
      const child = (value as Record<string, unknown>)[name];
      return child === undefined || child === null ? '' : element(member().xmlName ?? name, renderXml(child, member().shape, `${where}.${name}`));
    }).join('');
  }
  if (shape.kind === 'list') {
    const { shape: itemShape, xmlName = 'member' } = shape.item();
    return (value as readonly unknown[]).map((item, index) => element(xmlName, renderXml(item, itemShape, `${where}[${index}]`))).join('');
  }
  if (shape.kind === 'map') throw new Error(`${where}: no answer of the fakes holds a map.`);
  return escaped(shape.kind === 'time' ? new Date(value as string).toISOString() : String(value));
}

export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

export function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
