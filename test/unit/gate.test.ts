import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaultInactiveStatuses, gateOf, problemWithInactiveStatuses } from '../../domain/cancellations/gate.ts';
import { workerSettings } from '../../service/config.ts';

const { cases } = JSON.parse(readFileSync('../shared/cases/gate-statuses.json', 'utf8')) as {
  cases: { status: string; gate: string }[];
};
const answers: Record<string, string> = { open: 'open', blocked: 'active' };

const answerOf = (effectiveStatus: string | null, inactive = defaultInactiveStatuses) =>
  gateOf({ id: 'P-1', effectiveStatus }, inactive);

describe('the gate', () => {
  test.each(cases)('with the status $status is $gate', ({ status, gate }) => {
    expect(answerOf(status).answer).toBe(answers[gate] ?? 'not-understood');
    expect(cases.length).toBeGreaterThan(10);
  });

  test.each(['Ａｃｔｉｖｅ', 'Act\u00adive', '\ufeffActive', '\u00a0ACTIVE\u2003', 'Active\u2060\n', 'A\u034fctive'])(
    'recognizes Active in every spelling: %j',
    (status) => {
      expect(answerOf(status).answer).toBe('active');
    },
  );

  test.each(['Аctive', 'Activ', 'Active?', 'Not Active', 'null', 'Cancelled?', 'Cancelled Active', 'Suspended', null])(
    'is not opened by an unknown status: %j',
    (status) => {
      expect(answerOf(status).answer).toBe('not-understood');
    },
  );

  test.each(['cancelled', ' CANCELED ', 'Termi\u200bnated', 'closed\r\n', '\u00a0Churned', 'INACTIVE'])(
    'is opened by a listed status in every spelling: %j',
    (status) => {
      expect(answerOf(status).answer).toBe('open');
    },
  );

  test('uses the configured list', () => {
    const inactive = ['Pending  Cancellation'];
    expect(answerOf('pending cancellation', inactive).answer).toBe('open');
    expect(answerOf('Cancelled', inactive).answer).toBe('not-understood');
  });

  test.each([
    ['Cancelled', 'Cancelled'],
    ['Active', 'Active'],
    ['Active\u200b', '"Active\\u200b"'],
    [' Active ', '" Active "'],
    ['#N/A', '"#N/A"'],
    ['', '""'],
    [null, '(missing)'],
    ['Аctive', '"\\u0410ctive"'],
    ['a"b\\', '"a\\"b\\\\"'],
    ['x'.repeat(101), `"${'x'.repeat(100)}"...`],
  ])('shows %j with invisible characters escaped', (status, shown) => {
    expect(answerOf(status).status).toBe(shown);
  });
});

describe('the configured list of statuses', () => {
  test.each([[['Active']], [['Closed', ' aCtive\u200b']], [['Ａctive']]])('must not contain Active: %j', (list) => {
    expect(problemWithInactiveStatuses(list)).toMatch(/Active must never open the gate$/);
  });

  test.each([[['']], [['Closed', '\u200b']]])('must not have an empty entry: %j', (list) => {
    expect(problemWithInactiveStatuses(list)).toBe('has an empty status between its commas');
  });

  test('is read from the setting', () => {
    const settings = {
      DATABASE_URL: 'postgres://dealerops@db.example.com/dealerops',
      DEALEROPS_CODEC_KEYS: 'env:THE_KEYS',
      THE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      SMTP_URL: 'smtps://mail.example.com',
      MAIL_FROM: 'dealer ops <ops@example.com>',
    };
    const listOf = (GATE_INACTIVE_STATUSES: string) =>
      workerSettings({ ...settings, GATE_INACTIVE_STATUSES }).cancellations.inactiveStatuses;
    expect(listOf('')).toEqual(['Cancelled', 'Canceled', 'Inactive', 'Terminated', 'Churned', 'Closed']);
    expect(listOf('Closed, On Hold')).toEqual(['Closed', 'On Hold']);
    expect(() => listOf('Closed,ACTIVE')).toThrow(
      'GATE_INACTIVE_STATUSES: holds "ACTIVE": Active must never open the gate',
    );
    expect(() => listOf('Closed,,Churned')).toThrow('GATE_INACTIVE_STATUSES: has an empty status between its commas');
  });
});
