import type { z } from 'zod';
import { vendorTitle } from '../../../domain/shared/vendors.ts';
import { inWords } from '../../../domain/shared/words.ts';
import type { Report } from './schemas.ts';

type ReportData = z.output<typeof Report>;

/** The audit record as a page to print: complete in itself, without scripts. */
export function reportPage(report: ReportData): string {
  const facts: [string, unknown][] = [
    ['Cancellation', report.id],
    ['Dealer account', report.account],
    ['Reason', inWords(report.reason)],
    ['State', inWords(report.state)],
    ['Requested by', report.requestedBy],
    ['Requested at', time(report.startedAt)],
    ['Closed at', time(report.closedAt)],
    ...(report.withdrawnAt
      ? [
          ['Withdrawn', `${time(report.withdrawnAt)} by ${report.withdrawnBy}: ${report.withdrawalReason}`] as [
            string,
            string,
          ],
        ]
      : []),
    ['This record made at', time(report.madeAt)],
  ];
  const integrations = report.integrations.map(
    (
      one,
    ) => html`<section><h2>${vendorTitle(one.integration)} <span class="state ${one.state}">${inWords(one.state)}</span></h2>
      ${raw(one.reason ? html`<p>${one.reason}</p>`.text : '')}
      ${table(
        ['Step', 'State', 'Who', 'When (UTC)', 'Proof'],
        one.steps.map((step) => [
          step.title,
          inWords(step.state),
          step.by ?? (step.waitingOn ? `waits for ${step.waitingOn}` : ''),
          time(step.endedAt ?? step.waitingSince),
          step.evidence ?? '',
        ]),
      )}</section>`,
  );
  const tasks = report.tasks.map((task) => [
    task.title,
    inWords(task.state),
    task.closedBy ?? '',
    time(task.closedAt),
    Object.entries(task.answers ?? {})
      .map(([name, value]) => `${name}: ${value === true ? 'yes' : value}`)
      .join(', ') ||
      (task.reason ?? ''),
  ]);
  const events = report.events.map((event) => [time(event.at), event.by, event.action, event.detail ?? '']);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Cancellation of dealer ${report.account}</title><style>${raw(style)}</style></head>
<body><header><p>Dealerops · audit record</p><h1>Cancellation of dealer ${report.account}</h1></header>
<dl>${raw(facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value || '–'}</dd>`.text).join(''))}</dl>
${raw(integrations.map((one) => one.text).join(''))}
<section><h2>Tasks of people</h2>${tasks.length > 0 ? table(['Task', 'State', 'Who', 'When (UTC)', 'Answers'], tasks) : raw('<p>None.</p>')}</section>
<section><h2>All events</h2>${table(['When (UTC)', 'Who', 'What', 'Detail'], events)}</section>
</body></html>`.text;
}

const style = `body{font:14px/1.45 system-ui,sans-serif;color:#1a1d21;max-width:60rem;margin:2rem auto;padding:0 1rem}
header p{color:#5b6470;margin:0;text-transform:uppercase;letter-spacing:.08em;font-size:11px}h1{margin:.1rem 0 1rem;font-size:24px}
h2{font-size:16px;margin:1.6rem 0 .4rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem}dt{color:#5b6470}dd{margin:0}
table{border-collapse:collapse;width:100%}th{text-align:left;color:#5b6470;font-weight:600;border-bottom:2px solid #c9ced6}
th,td{padding:.35rem .5rem;vertical-align:top;overflow-wrap:anywhere;min-width:8em}td{border-bottom:1px solid #e4e7eb}
.state{font-size:12px;font-weight:600;padding:.1rem .5rem;border-radius:1rem;background:#eef1f5}.ended{background:#d9f2e1}.refused,.not_done{background:#fde2df}
@media screen and (max-width:45rem){table{display:block;overflow-x:auto}}
@media print{body{margin:0;max-width:none}section,tr{break-inside:avoid}}`;

interface Html {
  text: string;
}

/** A piece of HTML; what is put into it is escaped, except pieces of HTML. */
function html(parts: TemplateStringsArray, ...values: unknown[]): Html {
  const shown = values.map((value) => (isHtml(value) ? value.text : escaped(String(value))));
  return { text: parts.map((part, index) => part + (shown[index] ?? '')).join('') };
}

function raw(text: string): Html {
  return { text };
}

function isHtml(value: unknown): value is Html {
  return typeof value === 'object' && value !== null && 'text' in value;
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

function table(heads: string[], rows: string[][]): Html {
  const cells = (tag: string, texts: string[]) => texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('');
  return raw(
    `<table><thead><tr>${cells('th', heads)}</tr></thead><tbody>${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('')}</tbody></table>`,
  );
}

function time(at: Date | string | null | undefined): string {
  return at ? new Date(at).toISOString().replace('T', ' ').slice(0, 19) : '';
}
