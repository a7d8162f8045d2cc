import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CancellationTextFacts,
  type StepName,
  stepCatalog,
  type TaskKind,
  taskCatalog,
  taskContent,
} from '../../domain/cancellations/catalog.ts';
import { eleadMail } from '../../domain/cancellations/vendors/elead.ts';
import { isTeam, problemsWithAnswers, type TaskAnswers, type TaskField } from '../../domain/shared/tasks.ts';

const facts: CancellationTextFacts = {
  integration: 'crm/vinsolutions',
  account: 'D-1001',
  dealerName: 'Brightwater Honda of Lakeport',
  dealerId: '555101',
};

/** Answers with which each kind is finished, and the proof that is recorded. */
const finished: Record<TaskKind, [TaskAnswers, string]> = {
  'dealersocket-form': [{ submitted: true }, 'form submitted, confirmed'],
  'vin-event-stream': [{ succeeded: true }, 'run manually, success confirmed'],
  'vin-event-stream-failed': [{ outcome: 'removed' }, 'removed manually, confirmed'],
  'vinsolutions-portal': [{ ticketNumber: ' 12345 ', done: true }, 'ticket 12345'],
  'elead-manual-mail': [{ sent: true }, 'mail sent manually, confirmed'],
  'elead-mail-unknown': [{ outcome: 'accepted' }, 'Elead confirms that it has the mail'],
  'gate-status': [{ decision: 'active' }, 'the account is Active'],
  'cdk-case': [{ caseNumber: '00031337', terminated: true }, 'case 00031337, termination confirmed'],
  'cdk-termination': [{ terminated: true }, 'termination confirmed'],
  'data-after-end': [
    { outcome: 'ended_now', action: 'CDK closed it at 14:30,\n100% done' },
    'ended now: CDK closed it at 14:30, 100% done',
  ],
  'cdk-clean-up': [{ removed: true }, 'DMS provider removed from CST, confirmed'],
  'dealervault-sales': [{ deactivated: true }, 'Sales feed deactivated, confirmed'],
  'dealervault-service': [{ deactivated: true }, 'Service feed deactivated, confirmed'],
  reinstate: [{ done: true }, 'reinstated or nothing had to be done, confirmed'],
};

const taskKinds = Object.keys(taskCatalog) as TaskKind[];

function textsOf(kind: TaskKind, more: Partial<CancellationTextFacts> = {}): Record<string, string> {
  return Object.fromEntries(taskContent(kind, { ...facts, ...more }).texts.map(({ label, value }) => [label, value]));
}

describe('every kind of task', () => {
  test.each(taskKinds)('%s needs its answers to be completed and yields evidence', (kind) => {
    const { title, fields, instructions } = taskContent(kind, facts);
    const [answers, evidence] = finished[kind];
    expect(title.length).toBeGreaterThan(10);
    expect(instructions.length).toBeGreaterThan(1);
    expect(problemsWithAnswers(fields, answers)).toEqual([]);
    expect(problemsWithAnswers(fields, {})).not.toEqual([]);
    expect(taskCatalog[kind].evidence(answers)).toBe(evidence);
  });

  test.each(taskKinds)(
    '%s says in a sentence what stays at the vendor when it is closed without completing',
    (kind) => {
      const { ifNotCompleted } = taskContent(kind, { ...facts, dealerIds: ['555101'] });
      expect(ifNotCompleted).toMatch(/^[A-Z].*\b(stays?|keeps?|keep sending)\b.*\.$/);
      expect(ifNotCompleted).toMatch(/Brightwater Honda of Lakeport|555101/);
    },
  );

  test('with a guard says what is checked before it is claimed, and others say nothing', () => {
    for (const kind of taskKinds) {
      const { beforeClaim } = taskContent(kind, facts);
      if (taskCatalog[kind].guard) expect(beforeClaim).toMatch(/^Claim it before you start: that checks /);
      else expect(beforeClaim).toBeUndefined();
    }
  });

  test('is kept by the service while its answers come days apart', () => {
    expect(taskContent('cdk-case', { ...facts, integration: 'dms/cdk' }).spansDays).toBe(true);
    expect(taskContent('vinsolutions-portal', facts).spansDays).toBeUndefined();
  });

  test('a step that a team does has a task of its own name, of that team', () => {
    const ofTeams = (Object.keys(stepCatalog) as StepName[]).filter((step) => isTeam(stepCatalog[step].actor));
    expect(ofTeams).toContain('cdk-case');
    for (const step of ofTeams) expect(taskCatalog[step as TaskKind].team).toBe(stepCatalog[step].actor);
  });

  test("has one-line titles and texts for any dealer name (except the mail's text)", () => {
    fc.assert(
      fc.property(fc.constantFrom(...taskKinds), fc.string({ unit: 'binary' }), (kind, dealerName) => {
        const { title, texts, ifNotCompleted } = taskContent(kind, { ...facts, dealerName });
        const lines = [
          title,
          ifNotCompleted,
          ...texts.filter(({ label }) => label !== 'Text').map(({ value }) => value),
        ];
        expect(lines.filter((line) => /[\p{Cc}\u2028\u2029]/u.test(line))).toEqual([]);
      }),
    );
  }, 180_000);
});

describe("the texts to copy follow the vendors' wording", () => {
  test('VinSolutions, part 2', () => {
    expect(taskContent('vinsolutions-portal', facts).url).toBe('https://developer.coxautoinc.com/support');
    expect(textsOf('vinsolutions-portal')).toEqual({
      Subject: 'Connect Event Cancellation Request',
      Choose: "I'm having trouble with an eventing product I'm already subscribed to",
      Dropdown: 'Connect Event Solution - 1.0',
      Description: 'Please cancel eventing for 555101',
    });
    expect(taskContent('vinsolutions-portal', facts).instructions.join(' ')).toContain('blue "Need More Help?" button');
  }, 180_000);

  test('VinSolutions, part 2: where the shared credentials are, linked if the address is configured', () => {
    const { instructions, links } = taskContent('vinsolutions-portal', facts);
    expect(instructions[0]).toContain('the shared credentials, which are in the Auto TAM Directory sheet');
    expect(links).toBeUndefined();
    const autoTamDirectoryUrl = 'https://sheets.example.com/auto-tam-directory';
    expect(taskContent('vinsolutions-portal', { ...facts, autoTamDirectoryUrl }).links).toEqual([
      { label: 'Auto TAM Directory sheet (the shared credentials)', url: autoTamDirectoryUrl },
    ]);
  });

  test('CDK at a dealer on Fortellis: only the case number is asked for', () => {
    const fieldsOf = (fortellisOrgId?: string) =>
      taskContent('cdk-case', { ...facts, integration: 'dms/cdk', fortellisOrgId }).fields.map(({ name }) => name);
    expect(fieldsOf()).toEqual(['caseNumber', 'terminated']);
    expect(fieldsOf('org-7')).toEqual(['caseNumber']);
    expect(taskCatalog['cdk-case'].evidence({ caseNumber: 'C-1' })).toBe('case C-1');
  });

  test('VinSolutions part 1 by a person: the parameter line, and failed IDs must be of this run', () => {
    const run = { dealerIds: ['11', '22', '33'] };
    expect(textsOf('vin-event-stream', run)["Line of the parameters' raw text"]).toBe('DealerIds: 11,22,33');
    const { instructions, fields } = taskContent('vin-event-stream', { ...facts, ...run });
    expect(instructions[0]).toBe(
      'Open CST > Modules > Operations > Manual Processes > "Remove from Vin Event Stream".',
    );
    for (const right of ['', '11', '11,22', '33, 11', '22 33', '11;33\n', '\u200B11,,"33"'])
      expect(problemsWithAnswers(fields, { succeeded: true, failedDealerIds: right })).toEqual([]);
    for (const wrong of ['1', '2x2', '11:33', 'none', true])
      expect(problemsWithAnswers(fields, { succeeded: true, failedDealerIds: wrong })).toHaveLength(1);
    expect(problemsWithAnswers(fields, { succeeded: true, failedDealerIds: '11 5 6 7 8 9 10' })).toEqual([
      {
        field: 'failedDealerIds',
        message: expect.stringMatching(/” has "5", "6", "7", "8", "9" and 1 more, not in the list of this task\.$/),
      },
    ]);
  });

  test('VinSolutions part 1 by a person: what may have been run already has its own instruction', () => {
    const told = (more: Partial<CancellationTextFacts>) =>
      taskContent('vin-event-stream', { ...facts, dealerIds: ['11'], ...more }).instructions;
    const mayBeRun = expect.stringMatching(
      /^Some of these Dealer IDs may have been removed already.* which of them were removed\.$/,
    );
    expect(told({ mayBeRun: true }).slice(0, 2)).toEqual([expect.stringMatching(/^Open CST/), mayBeRun]);
    expect(told({ mayBeRun: true, reason: 'HTTP 403' }).slice(0, 3)).toEqual([
      'Dealerops could not do it: HTTP 403.',
      expect.stringMatching(/^Open CST/),
      mayBeRun,
    ]);
    expect(told({}).join()).not.toContain('claimed');
  });

  test('a list answer of any length is checked quickly', () => {
    const fields: TaskField[] = [{ name: 'some', label: 'Some', type: 'list', of: ['1', '1 1', '1,1', '(1+)+$'] }];
    expect(problemsWithAnswers(fields, { some: `${'1 '.repeat(2_400)}x` })).toEqual([
      { field: 'some', message: '“Some” has "x", not in the list of this task.' },
    ]);
  });

  test('a note takes times, percentages and several lines, but nothing that cannot be read, and at most 500 characters', () => {
    const fields: TaskField[] = [{ name: 'note', label: 'What was done', type: 'note' }];
    const problems = (note: string) => problemsWithAnswers(fields, { note }).map(({ message }) => message);
    for (const note of ['14:30', '100%', '2026-11-19', '=SUM', 'Called CDK.\n50% of $20 came back', 'x'.repeat(500)])
      expect(problems(note)).toEqual([]);
    for (const empty of ['', ' \n\t', '\u200B']) expect(problems(empty)).toEqual(['“What was done” is missing.']);
    expect(problems('x'.repeat(501))).toEqual(['“What was done” has 501 characters, and may have 500.']);
    expect(problems(`x${'😀'.repeat(499)}`)).toEqual([]);
    expect(problems(`x${'😀'.repeat(500)}`)).toEqual(['“What was done” has 501 characters, and may have 500.']);
    expect(problems('called\u0007 CDK')).toEqual(['“What was done” holds a character that cannot be read (U+0007).']);
    expect(problems('--')).toEqual(['“What was done” has no letter and no digit.']);
  });

  test("a number answer is not a spreadsheet's damaged value or a placeholder", () => {
    const { fields } = taskContent('vinsolutions-portal', facts);
    for (const ticketNumber of ['5.55E+11', '#REF!', 'n/a', '-', '\u200B', ' '])
      expect(problemsWithAnswers(fields, { ticketNumber, done: true })).toHaveLength(1);
    for (const ticketNumber of ['CS0012345', '#4711', 'case 4711'])
      expect(problemsWithAnswers(fields, { ticketNumber, done: true })).toEqual([]);
    expect(taskCatalog['vinsolutions-portal'].evidence({ ticketNumber: '\u200B4711\u202E' })).toBe('ticket 4711');
  });

  test('a failed removal can be retried or confirmed, and shows the reason', () => {
    const { instructions, fields } = taskContent('vin-event-stream-failed', { ...facts, reason: 'HTTP 502' });
    expect(instructions[0]).toBe('The run did not succeed for Dealer ID 555101: HTTP 502.');
    expect(problemsWithAnswers(fields, { outcome: 'retry' })).toEqual([]);
    expect(problemsWithAnswers(fields, { outcome: 'ignore' })).toEqual([
      { field: 'outcome', message: '“What is to happen” must be one of retry, removed.' },
    ]);
    expect(problemsWithAnswers(fields, {})).toEqual([
      { field: 'outcome', message: '“What is to happen” has no answer: choose one.' },
    ]);
  });

  test('DealerSocket: page, CRM ID, group and the sales account', () => {
    const salesAccount = {
      name: 'Brightwater Honda',
      phone: '555-0101',
      street: '1 Example Street',
      city: 'Lakeport',
      state: 'TX',
      postalCode: '75000',
      website: null,
    };
    const group = { answer: 'yes' as const, reason: 'Salesforce names the parent account 001P', candidates: [] };
    expect(taskContent('dealersocket-form', facts).url).toBe('https://sway.cloud.microsoft/7TXiMZPpBpQKqfrq?ref=Link');
    expect(textsOf('dealersocket-form', { salesAccount, group })).toEqual({
      'CRM ID': '555101',
      'Dealership name': 'Brightwater Honda',
      'Part of a group?': 'Yes',
      Phone: '555-0101',
      Street: '1 Example Street',
      City: 'Lakeport',
      State: 'TX',
      'ZIP code': '75000',
      'Why this answer to "Part of a group?"': group.reason,
    });
    expect(textsOf('dealersocket-form', { group: { ...group, answer: 'no' } })['Part of a group?']).toBe('No');
    const open = { answer: 'unknown' as const, reason: 'Salesforce could not say', candidates: [] };
    expect(textsOf('dealersocket-form', { group: open })['Part of a group?']).toMatch(/^Yes if .* otherwise No$/);
    expect(taskContent('dealersocket-form', facts).instructions.join(' ')).toContain('account in Salesforce');

    const maybe = { answer: 'maybe' as const, reason: 'similar names', candidates: ['D-7'] };
    const candidates = [{ id: 'D-7', name: 'Brightwater\n Kia' }];
    const { texts, fields, instructions } = taskContent('dealersocket-form', { ...facts, group: maybe, candidates });
    expect(texts).toContainEqual({
      label: 'Dealer with a similar name 1',
      value: 'Brightwater Kia (D-7)',
      isNote: true,
    });
    expect(instructions.join(' ')).toContain('Compare the dealers with similar names below');
    expect(problemsWithAnswers(fields, { submitted: true })).toHaveLength(1);
    expect(problemsWithAnswers(fields, { submitted: true, group: 'no' })).toEqual([]);
    expect(taskCatalog['dealersocket-form'].evidence({ submitted: true, group: 'no' })).toBe(
      'form submitted with "Part of a group?" No, confirmed',
    );
  });

  test('CDK: organization, integration, 3PA ID', () => {
    const content = taskContent('cdk-case', { ...facts, dealerId: '3PA0000123' });
    expect(content.url).toBe('https://developer.cdkcare.com/');
    expect(content.instructions.join(' ')).toContain('"Fortellis Support or MBD Support"');
    expect(textsOf('cdk-case', { dealerId: '3PA0000123' })).toMatchObject({
      Organization: 'Conversica, Inc.',
      Integration: 'Conversica CDK Drive Integration',
      Dealership: 'Brightwater Honda of Lakeport',
      '3PA ID': '3PA0000123',
    });
  });

  test('DealerVault: one task for each of the two feeds', () => {
    expect(taskContent('dealervault-sales', facts).url).toBe('https://vendor.dealervault.com/Vendor/');
    expect(taskContent('dealervault-sales', facts).instructions.join(' ')).toContain('Feeds > Complete Feeds');
    expect([textsOf('dealervault-sales').Feed, textsOf('dealervault-service').Feed]).toEqual(['Sales', 'Service']);
  });

  test('the reinstate task says what to undo, what to check first, and why', () => {
    const { instructions } = taskContent('reinstate', {
      ...facts,
      done: ['vin-event-stream', 'finance-terminates'],
      unknown: ['vinsolutions-portal'],
      restored: ['cdk-clean-up'],
    });
    expect(instructions[0]).toBe('Undo what was done: "Part 1: remove from Vin Event Stream" was completed.');
    expect(instructions).toContain(
      'Check whether this was done, and undo it if it was: "Part 2: Connect Event Cancellation Request".',
    );
    expect(instructions).toContain(`"${stepCatalog['cdk-clean-up'].title}" was reinstated already: nothing to do.`);
    expect(instructions.at(-2)).toContain('Ask Finance not to terminate');
    expect(instructions.at(-1)).toBe(
      'Reason for this task: the customer stays, or the account is Active again (the cancellation shows which).',
    );
    const whyReinstate = 'the cancellation was withdrawn (came\nback)';
    expect(taskContent('reinstate', { ...facts, whyReinstate }).instructions.at(-1)).toBe(
      'Reason for this task: the cancellation was withdrawn (came back).',
    );
  });
});

describe('the mail to Elead', () => {
  test("has the dealer code, the name and the vendor's wording", () => {
    const { to, subject, body } = eleadMail(facts);
    expect(to).toBe('elead.mdssupport@cdk.com');
    expect(subject).toBe('Request to cancel integration feed: Brightwater Honda of Lakeport (555101)');
    expect(body).toContain('request to cancel integration feed');
    expect(body).toContain('Dealer code (CRM ID): 555101\nDealership: Brightwater Honda of Lakeport\n');
  });

  test("gets no additional header or line from the dealer's name or ID", () => {
    const lines = eleadMail(facts).body.split('\n').length;
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('\r\n', '\n', '\r', '\u0085', '\u2028'),
        fc.string(),
        (head, newline, tail) => {
          const { subject, body } = eleadMail({ dealerId: head + newline, dealerName: head + newline + tail });
          expect(subject).not.toMatch(/[\r\n\u0085\u2028]/);
          expect(body.split(/\r\n|[\r\n\u0085\u2028]/)).toHaveLength(lines);
        },
      ),
    );
  });
});
