import { Shape } from './shapes';

/**
 * An answer's members as XML, with the names and in the order of AWS's model. Values are as the SDK returns them. A member that
 * the model does not have is a defect of the test that set it.
 */
export function renderXml(value: unknown, shape: Shape, at = ''): string {
  if (shape.kind === 'structure') {
    const unknown = Object.keys(value as object).find(name => !shape.members.has(name));
    if (unknown !== undefined) throw new Error(`AWS has no member ${at}.${unknown}.`);
    return [...shape.members].map(([name, member]) => {
      const child = (value as Record<string, unknown>)[name];
      return child === undefined || child === null ? '' : element(member().xmlName ?? name, renderXml(child, member().shape, `${at}.${name}`));
    }).join('');
  }
  if (shape.kind === 'list') {
    const { shape: itemShape, xmlName = 'member' } = shape.item();
    return (value as readonly unknown[]).map((item, index) => element(xmlName, renderXml(item, itemShape, `${at}[${index}]`))).join('');
  }
  if (shape.kind === 'map') throw new Error(`${at}: no answer of the fakes has a map.`);
  return escaped(shape.kind === 'time' ? new Date(value as string).toISOString() : String(value));
}

export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

export function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
