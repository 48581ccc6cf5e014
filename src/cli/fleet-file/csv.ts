import { FileEntryMember, FileFaults, FileNode } from './node';

interface Cell {
  readonly at: number;
  readonly text: string;
}

/**
 * Each row after the header is an entry. An empty cell is a member that is not there. A column that is there several times is a list.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 * @throws Failure a usage error if the text is not CSV
 */
export function readCsv(text: string, faults: FileFaults): FileNode {
  const [header, ...rows] = rowsOf(text, faults).filter(row => row.some(cell => cell.text !== ''));
  if (header === undefined) throw faults.only(0, 'the file is empty: the first line must name the members, separated by commas');
  if (header.length === 1 && /[;\t]/.test(header[0].text)) throw faults.only(header[0].at, 'columns must be separated by commas');
  for (const { at, text: name } of header) if (name.trim() === '') throw faults.only(at, 'the column has no name');
  const items = rows.map(row => {
    if (row.length > header.length) throw faults.only(row[header.length].at, `the row has ${row.length} columns, and the first line names ${header.length}`);
    return entryOf(header, row);
  });
  const services = { kind: 'list', at: header[0].at, text: '', members: [], items } as const;
  return { ...services, kind: 'members', items: [], members: [{ name: 'services', at: header[0].at, node: services }] };
}

function entryOf(header: readonly Cell[], row: readonly Cell[]): FileNode {
  const members = new Map<string, FileEntryMember>();
  header.forEach((column, index) => {
    const cell = row[index];
    if (cell === undefined || cell.text === '') return;
    const name = column.text.trim();
    const before = members.get(name);
    const node: FileNode = { kind: 'text', at: cell.at, text: cell.text, members: [], items: [] };
    if (before === undefined) members.set(name, { name, at: cell.at, node });
    else members.set(name, { ...before, node: { ...before.node, kind: 'list', text: '', items: [...before.node.kind === 'list' ? before.node.items : [before.node], node] } });
  });
  return { kind: 'members', at: row[0].at, text: '', members: [...members.values()], items: [] };
}

function rowsOf(text: string, faults: FileFaults): Cell[][] {
  const rows: Cell[][] = [[]];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  const end = /,|\r\n|\n|\r|$/g;
  for (;;) {
    const start = at;
    let cell = '';
    if (text[at] === '"') {
      const closing = /(?:[^"]|"")*"/y;
      closing.lastIndex = at + 1;
      const [quoted] = closing.exec(text) ?? [];
      if (quoted === undefined) throw faults.only(at, 'a text in quotes begins here and does not end');
      cell = quoted.slice(0, -1).replaceAll('""', '"');
      at = closing.lastIndex;
    }
    end.lastIndex = at;
    const { index, 0: separator } = end.exec(text)!;
    const rest = text.slice(at, index);
    if (at > start && rest.trim() !== '') throw faults.only(at, 'after the closing quote there must be a comma or the end of the line');
    rows[rows.length - 1].push({ at: start, text: at > start ? cell : rest.trim() });
    at = index + separator.length;
    if (separator === '') return rows;
    if (separator !== ',') rows.push([]);
  }
}
