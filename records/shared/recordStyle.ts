/**
 * How a record looks: on paper, in the console's light and dark themes, and as a page of its own. Its colors are those of the
 * text around it. Without quotes, angle brackets and ampersands: React would escape them, and the hash of the page that the API
 * sends would be another.
 */
export const recordStyle = `
.record{font:14px/1.5 system-ui,-apple-system,sans-serif;overflow-wrap:break-word;hyphens:manual}
.record h1{margin:0 0 1rem;font-size:24px;line-height:1.25}
.record h2{font-size:17px;margin:1.8rem 0 .5rem;line-height:1.3}
.record h3{font-size:14px;margin:1rem 0 .3rem}
.record dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.25rem 1.2rem;margin:0}
.record dt,.record th,.record .quiet{color:color-mix(in srgb,currentColor 78%,transparent)}
.record dd{margin:0}.record .fact{display:contents}
.record table{border-collapse:collapse;width:100%}
.record th{text-align:left;font-weight:600;border-bottom:2px solid color-mix(in srgb,currentColor 40%,transparent)}
.record th,.record td{padding:.35rem .8rem .35rem 0;vertical-align:top}
.record td{border-bottom:1px solid color-mix(in srgb,currentColor 18%,transparent);white-space:pre-line}
.record td.time{white-space:nowrap}
.record .whole{white-space:nowrap}
.record .label{display:none}
.record .state{font-size:12px;font-weight:600;padding:.05rem .5rem;border-radius:1rem;border:1px solid currentColor;white-space:nowrap}
.record pre{margin:.4rem 0;padding:.7rem .9rem;border:1px solid color-mix(in srgb,currentColor 30%,transparent);border-radius:6px;font:13px/1.45 ui-monospace,monospace;white-space:pre-wrap}
@media screen and (max-width:45rem){
.record dl{grid-template-columns:1fr;gap:0}.record dd{margin:0 0 .5rem}
.record thead{position:absolute;clip-path:inset(50%);height:1px;width:1px;overflow:hidden;white-space:nowrap}
.record table,.record tbody,.record tr,.record td{display:block}
.record tr{padding:.5rem 0;border-bottom:1px solid color-mix(in srgb,currentColor 30%,transparent)}
.record td{border:0;padding:.05rem 0}.record td:empty{display:none}.record td.time{white-space:normal}
.record .label{display:inline;font-weight:600}}
@media print{
.record{font-size:10.5pt;color:#000;background:#fff}
.record h2{break-after:avoid}.record tr,.record dl,.record pre{break-inside:avoid}.record thead{display:table-header-group}}`;
