import { createHash } from 'node:crypto';
import { renderToStaticMarkup } from 'react-dom/server';
import type { z } from 'zod';
import { actorName } from '../../../domain/shared/actors.ts';
import { vendorTitle } from '../../../domain/shared/vendors.ts';
import { inWords } from '../../../domain/shared/words.ts';
import type { Report } from './schemas.ts';

type ReportData = z.output<typeof Report>;

// Without quotes, angle brackets and ampersands: React would escape them, and the hash below would be another.
const style = `body{font:14px/1.45 system-ui,sans-serif;color:#1a1d21;max-width:60rem;margin:2rem auto;padding:0 1rem}
header p{color:#5b6470;margin:0;text-transform:uppercase;letter-spacing:.08em;font-size:11px}h1{margin:.1rem 0 1rem;font-size:24px}
h2{font-size:16px;margin:1.6rem 0 .4rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem}dt{color:#5b6470}dd{margin:0}
table{border-collapse:collapse;width:100%}th{text-align:left;color:#5b6470;font-weight:600;border-bottom:2px solid #c9ced6}
th,td{padding:.35rem .5rem;vertical-align:top;overflow-wrap:anywhere;min-width:8em}td{border-bottom:1px solid #e4e7eb}
.state{font-size:12px;font-weight:600;padding:.1rem .5rem;border-radius:1rem;background:#eef1f5}.ended{background:#d9f2e1}.blocked,.not_completed{background:#fde2df}
@media screen and (max-width:45rem){table{display:block;overflow-x:auto}}
@media print{body{margin:0;max-width:none}section,tr{break-inside:avoid}}`;

/** The page loads and runs nothing: its own style sheet is all that a browser may use. */
export const reportPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The audit record as a page to print: complete in itself, without scripts. Send it with `reportPolicy`. */
export function reportPage(report: ReportData): string {
  return `<!doctype html>${renderToStaticMarkup(<ReportPage report={report} />)}`;
}

function ReportPage({ report }: { report: ReportData }) {
  const { dealerName, account } = report;
  const title = `Cancellation of dealer ${dealerName ? `${dealerName} (${account})` : account}`;
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <title>{title}</title>
        <style>{style}</style>
      </head>
      <body>
        <header>
          <p>Dealerops · audit record</p>
          <h1>{title}</h1>
        </header>
        <Facts report={report} />
        {report.integrations.map((integration) => (
          <Integration key={integration.integration} integration={integration} />
        ))}
        <section>
          <h2>Tasks</h2>
          {report.tasks.length > 0 ? (
            <Table
              heads={['Task', 'State', 'Who', 'When (UTC)', 'Answers']}
              rows={report.tasks.map((task) => [
                task.title,
                inWords(task.state),
                actorName(task.closedBy ?? ''),
                time(task.closedAt),
                answers(task) || (task.reason ?? ''),
              ])}
            />
          ) : (
            <p>None.</p>
          )}
        </section>
        <section>
          <h2>All events</h2>
          <Table
            heads={['When (UTC)', 'Who', 'What', 'Detail']}
            rows={report.events.map((event) => [time(event.at), actorName(event.by), event.action, event.detail ?? ''])}
          />
        </section>
      </body>
    </html>
  );
}

function Facts({ report }: { report: ReportData }) {
  const facts: Record<string, string> = {
    Cancellation: report.id,
    Dealer: report.dealerName ?? '',
    'Dealer account': report.account,
    'Dealer’s time zone': report.timeZone ? `${report.timeZone}; the times in this record are UTC` : '',
    Reason: inWords(report.reason),
    State: inWords(report.state),
    'Requested by': actorName(report.requestedBy),
    'Requested at (UTC)': time(report.startedAt),
    'Closed at (UTC)': time(report.closedAt),
    ...(report.withdrawnAt && {
      Withdrawn: `${time(report.withdrawnAt)} UTC by ${actorName(report.withdrawnBy ?? '')}: ${report.withdrawalReason}`,
    }),
    'Record made at (UTC)': time(report.madeAt),
  };
  return (
    <dl>
      {Object.entries(facts).flatMap(([name, value]) => [
        <dt key={name}>{name}</dt>,
        <dd key={`${name} is`}>{value || '–'}</dd>,
      ])}
    </dl>
  );
}

function Integration({
  integration: { integration, state, reason, steps },
}: {
  integration: ReportData['integrations'][number];
}) {
  return (
    <section>
      <h2>
        {vendorTitle(integration)} <span className={`state ${state}`}>{inWords(state)}</span>
      </h2>
      {reason && <p>{reason}</p>}
      <Table
        heads={['Step', 'State', 'Who', 'When (UTC)', 'Evidence']}
        rows={steps.map((step) => [
          step.title,
          inWords(step.state),
          step.by ? actorName(step.by) : step.waitingOn ? `waiting for ${step.waitingOn}` : '',
          time(step.endedAt ?? step.waitingSince),
          step.evidence ?? '',
        ])}
      />
    </section>
  );
}

function Table({ heads, rows }: { heads: string[]; rows: string[][] }) {
  return (
    <table>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head}>{head}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rendered once
          <tr key={index}>
            {row.map((cell, column) => (
              <td key={heads[column]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function answers(task: ReportData['tasks'][number]): string {
  return Object.entries(task.answers ?? {})
    .map(([name, value]) => `${name}: ${value === true ? 'yes' : value}`)
    .join(', ');
}

function time(at: Date | string | null | undefined): string {
  return at ? new Date(at).toISOString().replace('T', ' ').slice(0, 19) : '';
}
