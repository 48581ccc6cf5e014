import { escape } from '../drawing';

const STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1f2328;--soft:#59636e;--line:#d1d9e0;--back:#f6f8fa;--good:#1a7f37;--doubtful:#9a6700;--bad:#cf222e;--neutral:#59636e}
@media(prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#e6edf3;--soft:#9198a1;--line:#3d444d;--back:#161b22;--good:#3fb950;--doubtful:#d29922;--bad:#f85149;--neutral:#9198a1}}
body{margin:0 auto;max-width:80rem;padding:1rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,Helvetica,Arial,sans-serif}
h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2.5rem}h3{font-size:1.05rem;margin:2rem 0 .5rem}a{color:inherit}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .75rem;border-bottom:1px solid var(--line)}
th{background:var(--back)}td{overflow-wrap:anywhere}.whole{white-space:nowrap}.soft{color:var(--soft)}
.good,.doubtful,.bad,.neutral{font-weight:600}.good{color:var(--good)}.doubtful{color:var(--doubtful)}.bad{color:var(--bad)}.neutral{color:var(--neutral)}
pre{background:var(--back);border:1px solid var(--line);border-radius:6px;padding:.75rem;overflow-x:auto;font-size:.85rem;line-height:1.4}
.added{color:var(--good)}.removed{color:var(--bad)}ul{padding-left:1.25rem}figure{margin:0;overflow-x:auto}svg{max-width:100%;min-width:44rem;height:auto}
@media print{.scroll,figure,pre{overflow:visible}pre{white-space:pre-wrap}}`;

/** Nothing may be loaded or run: the page is whole, and no text of others becomes a part of it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A page of its own: it needs no network and no script, and follows the reader's color scheme. @param lines of the body, as HTML */
export function frame(title: string, lines: readonly string[]): string {
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    `<meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escape(title)}</h1>`,
    ...lines,
    '</body></html>',
    '',
  ].join('\n');
}

/** Lines of a text of others. */
export function linesOf(text: string): string {
  return text.split('\n').map(line => escape(line.trim())).join('<br>');
}
