import { describe, expect, test } from 'vitest';
import { noRows } from '../../domain/feeds/feeds.ts';
import { locationOfAnswers, notOffered } from '../../domain/feeds/onboarding.ts';
import {
  type OnboardingTextFacts,
  onboardingTaskCatalog,
  onboardingTaskContent,
} from '../../domain/feeds/onboardingCatalog.ts';
import { proResponseMail, proResponseMailKey } from '../../domain/feeds/onboardingMail.ts';
import type { OnboardingTaskKind } from '../../domain/feeds/onboardingTaskKinds.ts';
import type { FileReport } from '../../domain/feeds/reports.ts';
import { trialTexts } from '../../domain/feeds/trialTexts.ts';
import { problemsWithAnswers, type TaskAnswers, withoutPersonal } from '../../domain/shared/tasks.ts';
import { bareSale } from '../support/sampledActivities.ts';

const contact = { name: 'Kim Example', phone: '312-555-0100', email: 'kim@example.com' };
const dealer = { account: 'D-2001', dealerName: 'Big Sky\nRV Center', dms: 'ids', contact } as const;

describe('a mail to ProResponse', () => {
  test.each([
    [['sales'], 'Sales'],
    [['service'], 'Service'],
    [['service', 'sales'], 'Sales and Service'],
  ] as const)('requesting %s names exactly %s, and the contact at the dealership', (kinds, words) => {
    const { subject, body } = proResponseMail({ what: 'request' }, { ...dealer, kinds });
    expect(subject).toBe(`Request for dealer data: IDS ${words}, Big Sky RV Center`);
    expect(/^Data: (.*)$/m.exec(body)![1]).toBe(words);
    for (const word of Object.values(contact)) expect(body).toContain(word);
    expect(body.includes('each as a file of its own')).toBe(kinds.length > 1);
  });

  test('about a file names the kind that is wrong only, and each has a key of its own', () => {
    const mail = { what: 'correction', kind: 'service', trial: 'T-2', problem: 'VINs\r\nBcc: all' } as const;
    const { subject, body } = proResponseMail(mail, { ...dealer, kinds: ['sales', 'service'] });
    expect(subject).toBe('File to be corrected: IDS Service, Big Sky RV Center');
    expect(body).toContain('What is wrong: VINs Bcc: all');
    expect(proResponseMailKey('id', mail)).toBe('feeds/onboarding/id/correction/T-2');
    expect(proResponseMailKey('id', { what: 'reminder', nth: 2 })).toBe('feeds/onboarding/id/reminder/2');
  });
});

const file: FileReport = {
  ...{ path: 'a_SL.csv', state: 'imported', counts: noRows, contactsFound: 1, contactsCreated: 2 },
  rejections: [{ line: 12, column: 'SoldDate', code: 'bad_date', reason: 'SoldDate is not a date.' }],
  sample: [{ ...bareSale, vin: '1HGBH41JXMN109186' }],
};

describe('the texts of a trial', () => {
  const trial = { outcome: 'imported', reason: null, contactsFound: 1, contactsCreated: 2 } as const;
  const counts = { ...noRows, read: 3, inserted: 2, rejected: 1 };
  const texts = (...files: FileReport[]) => trialTexts({ ...trial, counts, report: { files } });
  const values = (...files: FileReport[]) => texts(...files).map(({ value }) => value);

  test('say the rows, the contacts, and why rows are rejected; nothing of an activity', () => {
    expect(values(file)).toEqual([
      'The file can be imported',
      '3 read, 2 to import, 1 rejected',
      '1 found, 2 to create',
      'a_SL.csv, line 12: SoldDate is not a date.',
    ]);
  });

  test('say why a file is not imported, and show the first rows of all files only', () => {
    const wrong: FileReport = { ...file, path: 'b_SL.csv', state: 'rejected', reason: 'VIN is missing', sample: [] };
    expect(values({ ...wrong, rejections: [] }).at(-1)).toBe('b_SL.csv: VIN is missing');
    const many: FileReport = { ...file, rejections: Array(30).fill(file.rejections[0]) };
    const labels = texts(many, wrong).map(({ label }) => label);
    expect(labels.filter((label) => label === 'Rejected')).toHaveLength(20);
  });

  test('say that the report cannot be read any more', () => {
    expect(trialTexts({ ...trial, counts }).at(-1)!.label).toBe('Report');
  });
});

const facts: OnboardingTextFacts = {
  ...dealer,
  ...{ kinds: ['sales', 'service'], requestedBy: 'Amy Account', askedOn: '2030-01-02', feedKind: 'sales' },
  missing: ['contactName', 'contactPhone', 'contactEmail', 'kinds', 'package', 'level'],
  ...{ mailWhat: 'request', mail: { to: null, subject: 'Request', body: 'Hello' }, reason: '550 no such\nmailbox' },
  trial: {
    outcome: 'imported',
    reason: null,
    counts: noRows,
    contactsFound: 0,
    contactsCreated: 0,
    report: { files: [file] },
  },
};
const finished: Record<OnboardingTaskKind, [TaskAnswers, string]> = {
  'onboarding-information': [
    { contactName: 'Kim', contactPhone: '1', contactEmail: '2', kinds: 'both', package: 'gold', level: 'L5' },
    'entered: contact name, contact phone, contact email, kinds, package, level',
  ],
  'proresponse-mail': [{ sent: true }, 'mail sent manually, confirmed'],
  'proresponse-mail-unknown': [{ outcome: 'send_again' }, 'to be sent again: it did not arrive'],
  'permission-overdue': [{ outcome: 'keep_waiting', said: 'by phone' }, 'keep waiting'],
  'first-file': [
    {
      ...{ directory: 'bigsky/IDS/', filename: '_SL\\.csv', host: 'sftp.example.com', hostKey: 'SHA256:x' },
      ...{ username: 'ids-user', signInWith: 'password', secret: 'ids-password' },
    },
    'bigsky/IDS/ on sftp.example.com',
  ],
  'trial-blocked': [{ action: 'a new\npassword' }, 'a new password'],
  'trial-approval': [{ decision: 'send_back', note: 'no VINs' }, 'sent back: no VINs'],
  'exclude-from-lead-export': [{ excluded: true }, 'excluded, confirmed'],
};

test.each(Object.keys(finished) as OnboardingTaskKind[])(
  'the task %s needs its answers and yields evidence',
  (kind) => {
    const { title, fields, texts, ifNotCompleted } = onboardingTaskContent(kind, facts);
    const [answers, evidence] = finished[kind];
    expect(problemsWithAnswers(fields, answers)).toEqual([]);
    expect(problemsWithAnswers(fields, {})).toHaveLength(fields.length);
    expect(onboardingTaskCatalog[kind].evidence(answers)).toBe(evidence);
    expect(onboardingTaskCatalog[kind].team).toBe(kind === 'onboarding-information' ? 't2-support' : 'feeds');
    const others = texts.filter(({ label }) => label !== 'Text').map(({ value }) => value);
    expect([title, ifNotCompleted, ...others].filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
  },
);

test('what is not imported where a task is closed without completing it, and who requested it, is said plainly', () => {
  const { ifNotCompleted, instructions } = onboardingTaskContent('onboarding-information', facts);
  expect(instructions[0]).toMatch(/^Amy Account requested feeds for this dealer, but /);
  expect(ifNotCompleted).toBe('The onboarding ends: no IDS Sales and Service data of Big Sky RV Center is imported.');
  expect(onboardingTaskContent('exclude-from-lead-export', { ...facts, kinds: [] }).ifNotCompleted).toBe(
    'The onboarding ends before the daily sync begins: no IDS data of Big Sky RV Center is imported.',
  );
});

test.each([
  ...(['empty', 'needs_person', 'failed', 'no_files'] as const).map((outcome) => ({ ...facts.trial!, outcome })),
  undefined,
])('a trial that shows nothing to import cannot be approved', (trial) => {
  const { fields, instructions } = onboardingTaskContent('trial-approval', { ...facts, trial });
  expect(problemsWithAnswers(fields, { decision: 'approve', note: 'fine' })).toMatchObject([{ field: 'decision' }]);
  expect(problemsWithAnswers(fields, { decision: 'send_back', note: 'no rows' })).toEqual([]);
  expect(instructions.at(-1)).toContain('cannot be approved');
});

test('what names a person is not told to a workflow, and is refused by it where it does not fit', () => {
  const { fields } = onboardingTaskContent('onboarding-information', facts);
  const [answers] = finished['onboarding-information'];
  const told = withoutPersonal(fields, { ...answers, contactPhone: ' ' });
  expect(told).toEqual({
    ...answers,
    contactName: 'kept in the record',
    contactEmail: 'kept in the record',
    contactPhone: '',
  });
  expect(problemsWithAnswers(fields, told).map(({ field }) => field)).toEqual(['contactPhone']);
});

test('a location is read from its task, and a DMS offers its own kinds', () => {
  const [answers] = finished['first-file'];
  expect(locationOfAnswers({ ...answers, host: 'SFTP.example.com:2222', hostKey: 'SHA256:x=' })).toEqual({
    ...{ host: 'sftp.example.com', port: 2222, hostKeys: ['SHA256:x'], directory: 'bigsky/IDS/' },
    ...{ filename: '_SL\\.csv', regex: true, username: 'ids-user', password: 'ids-password', privateKey: null },
  });
  expect(notOffered('automate', 'service')).toBe('is not offered: Automate has Sales only');
  expect(notOffered('ids', 'service')).toBeUndefined();
});
