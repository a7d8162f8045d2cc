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
  test.each(cases)('of $status is $gate', ({ status, gate }) => {
    expect(answerOf(status).answer).toBe(answers[gate] ?? 'not-understood');
    expect(cases.length).toBeGreaterThan(10);
  });

  test.each(['Ａｃｔｉｖｅ', 'Act\u00adive', '\ufeffActive', '\u00a0ACTIVE\u2003', 'Active\u2060\n', 'A\u034fctive'])(
    'is Active in every spelling: %j',
    (status) => {
      expect(answerOf(status).answer).toBe('active');
    },
  );

  test.each(['Аctive', 'Activ', 'Active?', 'Not Active', 'null', 'Cancelled?', 'Cancelled Active', 'Suspended', null])(
    'is not opened by what it does not know: %j',
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

  test('goes by the list that is configured', () => {
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
  ])('shows %j so that all of it is seen', (status, shown) => {
    expect(answerOf(status).status).toBe(shown);
  });
});

describe('the configured list', () => {
  test.each([[['Active']], [['Closed', ' aCtive\u200b']], [['Ａctive']]])('must not open for Active: %j', (list) => {
    expect(problemWithInactiveStatuses(list)).toMatch(/Active must never open the gate$/);
  });

  test.each([[['']], [['Closed', '\u200b']]])('has no empty entry: %j', (list) => {
    expect(problemWithInactiveStatuses(list)).toBe('has an empty status between its commas');
  });

  test('is a setting', () => {
    const settings = {
      DATABASE_URL: 'postgres://dealerops@db.example.com/dealerops',
      DEALEROPS_CODEC_KEYS: 'env:THE_KEYS',
      THE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      SMTP_URL: 'smtps://mail.example.com',
      MAIL_FROM: 'dealer ops <ops@example.com>',
    };
    const listOf = (GATE_INACTIVE_STATUSES: string) =>
      workerSettings({ ...settings, GATE_INACTIVE_STATUSES }).inactiveStatuses;
    expect(listOf('')).toEqual(['Cancelled', 'Canceled', 'Inactive', 'Terminated', 'Churned', 'Closed']);
    expect(listOf('Closed, On Hold')).toEqual(['Closed', 'On Hold']);
    expect(() => listOf('Closed,ACTIVE')).toThrow(
      'GATE_INACTIVE_STATUSES: holds "ACTIVE": Active must never open the gate',
    );
    expect(() => listOf('Closed,,Churned')).toThrow('GATE_INACTIVE_STATUSES: has an empty status between its commas');
  });
});
