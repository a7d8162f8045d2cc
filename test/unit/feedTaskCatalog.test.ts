import { describe, expect, test } from 'vitest';
import {
  type FeedTaskKind,
  type FeedTextFacts,
  feedTaskCatalog,
  feedTaskContent,
  taskOfProblem,
} from '../../domain/feeds/catalog.ts';
import { feedProblems } from '../../domain/feeds/messages.ts';
import { problemsWithAnswers, type TaskAnswers } from '../../domain/shared/tasks.ts';

const entered = `SHA256:${'a'.repeat(43)}`;
const shown = `SHA256:${'b'.repeat(43)}`;
const facts: FeedTextFacts = {
  ...{ account: 'D-1001', dealerName: 'Brightwater Honda\u2028of Lakeport', dms: 'ids', kind: 'sales' },
  ...{ host: 'sftp.example.com', port: 22, directory: 'brightwater/IDS/', filename: '_SL\\.csv' },
  ...{ username: 'ids-user', password: 'ids-password', privateKey: null, hostKeys: [entered] },
  reason: `sftp.example.com shows another host key: it shows ssh-ed25519 ${shown}; the import has ${entered}`,
  files: [
    {
      ...{ path: 'brightwater/IDS/a_SL.csv', size: 12_345, modifiedAt: '2026-11-20T10:00:00.000Z' },
      ...{ reason: '40% of the rows\ncannot be read', rows: ['line 12, SoldDate: is not a date'] },
    },
  ],
  ...{ endsOn: '2026-12-01', contractReference: 'C-17' },
};

/** Answers with which each kind is finished, and the evidence that is recorded. */
const finished: Record<FeedTaskKind, [TaskAnswers, string]> = {
  'feed-server': [{ fixed: true, action: 'their\nfirewall' }, 'their firewall'],
  'feed-credentials': [{ replaced: true }, 'secrets replaced, confirmed'],
  'feed-host-key': [
    { confirmation: 'by phone with support', entered: true },
    'host key confirmed: by phone with support',
  ],
  'feed-files-set-aside': [{ decision: 'ignore', action: 'not ours' }, 'ignore: not ours'],
  'feed-file-rejected': [{ decision: 'import_anyway', action: 'it is right' }, 'import anyway: it is right'],
  'feed-silent': [{ action: 'the dealer\nis closed' }, 'the dealer is closed'],
  'feed-small': [{ action: 'a holiday' }, 'a holiday'],
  'feed-import-ends': [{ stopped: true }, 'delivery stopped, confirmed by ProResponse'],
  'feed-files-after-end': [{ outcome: 'stopped_now', action: 'called them' }, 'stopped now: called them'],
};
const kinds = Object.keys(feedTaskCatalog) as FeedTaskKind[];
const valuesOf = (kind: FeedTaskKind, label: string) =>
  feedTaskContent(kind, facts)
    .texts.filter((text) => text.label === label)
    .map(({ value }) => value);

describe('every kind of task of the feeds', () => {
  test.each(kinds)('%s needs its answers to be completed and yields evidence', (kind) => {
    const { title, fields, instructions, ifNotCompleted } = feedTaskContent(kind, facts);
    const [answers, evidence] = finished[kind];
    expect(problemsWithAnswers(fields, answers)).toEqual([]);
    expect(problemsWithAnswers(fields, {})).toHaveLength(fields.length);
    expect(feedTaskCatalog[kind].evidence(answers)).toBe(evidence);
    expect(instructions.length).toBeGreaterThan(1);
    expect(ifNotCompleted).toMatch(/^[A-Z].*\.$/);
    expect(feedTaskCatalog[kind].team).toBe('feeds');
    expect(title).toContain(kind === 'feed-host-key' ? 'sftp.example.com' : 'Brightwater Honda of Lakeport');
  });

  test.each(kinds)('%s has its texts on one line each', (kind) => {
    const { title, texts, ifNotCompleted } = feedTaskContent(kind, facts);
    const lines = [title, ifNotCompleted, ...texts.map(({ value }) => value)];
    expect(lines.filter((line) => /[\p{Cc}\u2028\u2029]/u.test(line))).toEqual([]);
  });

  test('is the task of one problem, of the end, or of what comes after it', () => {
    const ofProblems = feedProblems.map((problem) => taskOfProblem[problem]);
    expect([...ofProblems, 'feed-import-ends', 'feed-files-after-end'].sort()).toEqual([...kinds].sort());
  });
});

test('the task of a host key shows the key that the server has, and those that were entered', () => {
  expect(valuesOf('feed-host-key', 'Fingerprint that the server shows')).toEqual([shown]);
  expect(valuesOf('feed-host-key', 'Fingerprint that was entered')).toEqual([entered]);
  // The answer is in histories, which no person's name may be in.
  const { label } = feedTaskContent('feed-host-key', facts).fields[0]!;
  expect(label).toMatch(/^How and where .+ \(no names\)/);
});

test('the task of a rejected file shows each file and its first rows', () => {
  expect(valuesOf('feed-file-rejected', 'File')).toEqual(['brightwater/IDS/a_SL.csv']);
  expect(valuesOf('feed-file-rejected', 'Why it was not imported')).toEqual([
    '40% of the rows cannot be read (12,345 bytes, of 2026-11-20 10:00 UTC)',
  ]);
  expect(valuesOf('feed-file-rejected', 'Rejected row')).toEqual(['line 12, SoldDate: is not a date']);
});

test('the task of credentials names the secrets', () => {
  expect(valuesOf('feed-credentials', 'Secret with the password')).toEqual(['ids-password']);
  expect(valuesOf('feed-credentials', 'Secret with the private key')).toEqual([]);
});
