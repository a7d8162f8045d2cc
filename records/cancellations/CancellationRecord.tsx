import { Fragment, type ReactNode } from 'react';
import { stepStateTitle } from '../../domain/cancellations/stepWords.ts';
import { actorName } from '../../domain/shared/actors.ts';
import type { StepState } from '../../domain/shared/checklist.ts';
import { correctedAction } from '../../domain/shared/taskCorrections.ts';
import { fullTime } from '../../domain/shared/times.ts';
import { type IntegrationName, vendorTitle } from '../../domain/shared/vendors.ts';
import { inWords, sentenceCase } from '../../domain/shared/words.ts';
import { type Column, RecordTable } from '../shared/RecordTable.tsx';

/** What the record shows, as the API answers it; times are ISO 8601. */
export interface CancellationRecordData {
  id: string;
  account: string;
  dealerName: string | null;
  timeZone: string | null;
  reason: string;
  standing: Standing;
  requestedBy: string;
  startedAt: string | null;
  closedAt: string | null;
  withdrawnAt: string | null;
  withdrawnBy: string | null;
  withdrawalReason: string | null;
  madeAt: string;
  requests: Request[];
  integrations: Integration[];
  mails: Mail[];
  tasks: Task[];
  events: Event[];
  /** People's, by ID. */
  names: Record<string, string>;
}
interface Standing {
  state: string;
  reinstating: boolean;
}
interface Request {
  reason: string;
  integrations: string[];
  requestedBy: string;
  requestedAt: string | null;
  dealerIds: Record<string, string> | null;
}
interface Integration extends Standing {
  integration: IntegrationName;
  reason: string | null;
  steps: Step[];
}
interface Step {
  step: string;
  title: string;
  state: StepState;
  by?: string;
  endedAt?: string;
  evidence?: string;
  waitingOn?: string;
  waitingSince?: string;
}
interface Mail {
  integration: IntegrationName;
  to: string;
  subject: string;
  body: string;
  state: keyof typeof mailStates;
  answer: string | null;
  at: string | null;
}
interface Task {
  title: string;
  state: string;
  openedAt: string | null;
  closedAt: string | null;
  closedBy: string | null;
  assignee: string | null;
  reason: string | null;
  answered: { label: string; value: string }[];
  corrections: Correction[];
}
interface Correction {
  at: string;
  by: string;
  reason: string;
  label: string;
  before: string;
}
interface Event {
  at: string | null;
  by: string;
  action: string;
  detail: string | null;
  vendor: string | null;
}

const mailStates = {
  queued: 'Not sent yet',
  sending: 'Being sent',
  accepted: 'Accepted by the mail server',
  refused: 'Rejected by the mail server',
  unknown: 'May have been sent: the mail server’s answer was lost',
  dropped: 'Not sent: it was withdrawn first',
};

/** Of the record's page and of its heading. */
export function recordTitle({ dealerName, account }: Pick<CancellationRecordData, 'dealerName' | 'account'>): string {
  return `Cancellation of ${dealerName ? `${dealerName} (${account})` : `dealer ${account}`}`;
}

/**
 * The audit record of a cancellation, complete in itself and ready to print: the API sends it as a page, the console shows it.
 * Its times are the dealer's.
 */
export function CancellationRecord({ record, heading }: { record: CancellationRecordData; heading: ReactNode }) {
  const zone = record.timeZone ?? 'UTC';
  const nameOf: NameOf = (who) => record.names[who] ?? actorName(who);
  const time: TimeOf = (at: string | null | undefined) =>
    at ? <time dateTime={at}>{fullTime(at, zone, { seconds: true })}</time> : null;
  return (
    <article className="record">
      {heading}
      <Facts record={record} time={time} nameOf={nameOf} />
      <section>
        <h2>Requests</h2>
        <RecordTable
          none="None."
          rows={record.requests}
          columns={[
            { title: 'When', cell: ({ requestedAt }) => time(requestedAt), isTime: true },
            { title: 'Requested by', cell: ({ requestedBy }) => nameOf(requestedBy) },
            { title: 'Reason', cell: ({ reason }) => sentenceCase(inWords(reason)) },
            { title: 'Integrations, with the dealer’s ID there', cell: integrationsOf },
          ]}
        />
      </section>
      {record.integrations.map((integration) => (
        <IntegrationRecord
          key={integration.integration}
          integration={integration}
          mails={record.mails.filter((mail) => mail.integration === integration.integration)}
          time={time}
          nameOf={nameOf}
        />
      ))}
      <section>
        <h2>Tasks</h2>
        <RecordTable none="No task was needed." rows={record.tasks} columns={taskColumns(time, nameOf)} />
      </section>
      <section>
        <h2>All events</h2>
        <RecordTable
          none="None."
          // A correction stands with its task.
          rows={record.events.filter(({ action }) => !action.startsWith(correctedAction))}
          columns={[
            { title: 'When', cell: ({ at }) => time(at), isTime: true },
            { title: 'Who', cell: ({ by }) => nameOf(by) },
            { title: 'What', cell: ({ action }) => action },
            { title: 'Detail', cell: ({ detail }) => detail },
          ]}
        />
      </section>
    </article>
  );
}

type TimeOf = (at: string | null | undefined) => ReactNode;
type NameOf = (who: string) => string;

function Facts({ record, time, nameOf }: { record: CancellationRecordData; time: TimeOf; nameOf: NameOf }) {
  const { dealerName, account, timeZone, reason, standing, requestedBy, withdrawnAt, withdrawnBy, id } = record;
  const facts: [name: string, value: ReactNode][] = [
    ['Dealer', dealerName ?? 'The name is not known any more'],
    ['Dealer ID in CST', whole(account)],
    ['Reason', sentenceCase(inWords(reason))],
    ['State', standingWords(standing)],
    ['Requested', by(time(record.startedAt), nameOf(requestedBy))],
    ...(withdrawnAt ? [['Withdrawn', by(time(withdrawnAt), nameOf(withdrawnBy ?? ''))] as [string, ReactNode]] : []),
    ...(withdrawnAt ? [['Why it was withdrawn', record.withdrawalReason] as [string, ReactNode]] : []),
    ['Ended', time(record.closedAt) ?? 'Not yet'],
    ['Times', timeZone ? `In the dealer’s time zone, ${timeZone}` : 'In UTC: the dealer’s time zone is not known'],
    ['Cancellation ID', whole(id)],
    ['Record made', time(record.madeAt)],
  ];
  return (
    <dl>
      {facts.map(([name, value]) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function by(when: ReactNode, who: string): ReactNode {
  return (
    <>
      {when} by {who}
    </>
  );
}

function integrationsOf({ integrations, dealerIds }: Request): ReactNode {
  return integrations.map((name, index) => {
    const id = dealerIds?.[name];
    return (
      <Fragment key={name}>
        {index > 0 && ', '}
        {vendorTitle(name as IntegrationName)}
        {id && <> ({whole(id)})</>}
      </Fragment>
    );
  });
}

/** An ID, which is not broken into lines at its hyphens. */
function whole(id: string): ReactNode {
  return <span className="whole">{id}</span>;
}

/** The words of the console's pages, which the record says in the same way. */
function standingWords({ state, reinstating }: Standing): string {
  const words = sentenceCase(state === 'ended' ? 'done' : inWords(state));
  return reinstating ? `${words}, being reinstated` : words;
}

/** `open` and `closed` are the API's words. */
const taskStateWords: Record<string, string> = { open: 'Unclaimed', closed: 'Withdrawn' };

function IntegrationRecord({
  integration: one,
  mails,
  time,
  nameOf,
}: {
  integration: Integration;
  mails: Mail[];
  time: TimeOf;
  nameOf: NameOf;
}) {
  const columns: Column<Step>[] = [
    { title: 'Step', cell: ({ title }) => title },
    { title: 'State', cell: stepStateTitle },
    {
      title: 'Who',
      cell: ({ by: who, waitingOn }) => (who ? nameOf(who) : waitingOn ? `waiting for ${nameOf(waitingOn)}` : null),
    },
    { title: 'When', cell: ({ endedAt, waitingSince }) => time(endedAt ?? waitingSince), isTime: true },
    { title: 'Evidence', cell: ({ evidence }) => evidence },
  ];
  return (
    <section>
      <h2>
        {vendorTitle(one.integration)} <span className="state">{standingWords(one)}</span>
      </h2>
      {one.reason && <p>{one.reason}</p>}
      <RecordTable none="No step has begun." rows={one.steps} columns={columns} />
      {mails.map((mail) => (
        <div key={mail.at ?? mail.subject}>
          <h3>Mail to {vendorTitle(one.integration)}</h3>
          <p>
            {mailStates[mail.state]}
            {mail.at && <>, {time(mail.at)}</>}
            {mail.answer && <span className="quiet"> ({mail.answer})</span>}
          </p>
          <pre>{`To: ${mail.to}\nSubject: ${mail.subject}\n\n${mail.body.trimEnd()}`}</pre>
        </div>
      ))}
    </section>
  );
}

function taskColumns(time: TimeOf, nameOf: NameOf): Column<Task>[] {
  return [
    { title: 'Task', cell: ({ title }) => title },
    { title: 'State', cell: ({ state }) => taskStateWords[state] ?? sentenceCase(inWords(state)) },
    { title: 'Opened', cell: ({ openedAt }) => time(openedAt), isTime: true },
    { title: 'Ended', cell: ({ closedAt }) => time(closedAt), isTime: true },
    {
      title: 'Who',
      cell: ({ closedBy, assignee }) => (closedBy ? nameOf(closedBy) : assignee && nameOf(assignee)),
    },
    { title: 'Answers, or why it ended', cell: (task) => <Answers task={task} time={time} nameOf={nameOf} /> },
  ];
}

function Answers({ task, time, nameOf }: { task: Task; time: TimeOf; nameOf: NameOf }) {
  const { answered, corrections, reason } = task;
  return (
    <>
      {answered.map(({ label, value }) => (
        <div key={label}>
          {label}: {value}
          {corrections
            .filter((one) => one.label === label)
            .map((one) => (
              <div key={one.at} className="quiet">
                corrected by {nameOf(one.by)} on {time(one.at)}, was {one.before}: {one.reason}
              </div>
            ))}
        </div>
      ))}
      {reason && <div>{reason}</div>}
    </>
  );
}
