import { until } from './api.ts';
import type { Stage } from './stage.ts';

interface Scene {
  title: string;
  account: string;
  /** How each of its integrations ends; `ended` when absent. */
  end?: 'blocked' | 'withdrawn';
  /** Starts the cancellation, and goes on to where only its people are needed; only starts it when absent. */
  play?(stage: Stage): Promise<void>;
}

/** Every procedure, and what may come in between, with dealers of the demo's own: none that `npm start` names to try. */
export const scenes: Scene[] = [
  {
    title: 'Reynolds & Reynolds CRM: no action, and the record says why',
    account: 'D-1302',
  },
  {
    title: 'DealerSocket: group question by Salesforce’s parent, then the form',
    account: 'D-1001',
  },
  {
    title: 'DealerSocket: group question by CST’s names',
    account: 'D-1002',
    play: (stage) => stage.start({ reason: 'vendor_change', integration: 'crm/dealersocket' }),
  },
  {
    title: 'VinSolutions: Vin Event Stream by CST, and the portal ticket',
    account: 'D-1103',
  },
  {
    title: 'VinSolutions: CST fails for this Dealer ID, and a person has it run again',
    account: 'D-1101',
    play: failOnce,
  },
  {
    title: 'VinSolutions: its event service ends the dealer’s events, without CST',
    account: 'D-1702',
    play: endEvents,
  },
  { title: 'Elead: the email', account: 'D-1202', play: readMail },
  { title: 'CDK: the gate, the case, the clean-up in CST', account: 'D-1403' },
  {
    title: 'CDK of a dealer on Fortellis: Fortellis confirms the termination, not a person',
    account: 'D-1404',
    play: endAtFortellis,
  },
  { title: 'Reynolds & Reynolds direct of an Active parent: blocked', account: 'D-1602', end: 'blocked' },
  {
    title: 'DealerVault: both feeds',
    account: 'D-1503',
    play: (stage) => stage.start({ integrations: ['dms/dealervault'] }),
  },
  {
    title: 'DealerVault of an Active parent, which waits; withdrawn meanwhile',
    account: 'D-1502',
    end: 'withdrawn',
    play: withdrawAtTheGate,
  },
  {
    title: 'Reynolds & Reynolds direct: the gate, then no action',
    account: 'D-1601',
  },
  {
    title: 'A task that cannot be done goes to the team lead, who returns it',
    account: 'D-1701',
    play: askTheLead,
  },
  {
    title: 'Withdrawn when part 1 was done: a task to reinstate it',
    account: 'D-1105',
    end: 'withdrawn',
    play: withdrawLate,
  },
  {
    title: 'Data still arrives after the end: a task to find the cause',
    account: 'D-1204',
    play: sendDataAfterEnd,
  },
  {
    title: 'Several vendors at once, independent of each other',
    account: 'D-1703',
  },
];

async function failOnce(stage: Stage): Promise<void> {
  await stage.failInCst(true);
  await stage.start({ integrations: ['crm/vinsolutions'] });
  const task = await stage.task('vin-event-stream-failed');
  await stage.show();
  await stage.failInCst(false);
  await stage.do(task);
}

async function endEvents(stage: Stage): Promise<void> {
  // An earlier run has ended them.
  await stage.inSandbox('PATCH', '/sandbox/vinsolutions/555702', { status: 'active' });
  await stage.start({ integrations: ['crm/vinsolutions'] });
}

async function endAtFortellis(stage: Stage): Promise<void> {
  const subscription = '/sandbox/fortellis/00000000-0000-4000-8000-000000001404';
  await stage.inSandbox('PATCH', subscription, { status: 'active', deactivationDate: '' });
  await stage.start();
  await stage.do(await stage.task('cdk-case'), async () => {
    console.log('  CDK ends the subscription at Fortellis');
    const deactivationDate = new Date().toISOString().slice(0, 10);
    await stage.inSandbox('PATCH', subscription, { status: 'inactive', deactivationDate });
  });
  // A person could confirm it too; here nobody does.
  await stage.untilClosed([]);
}

async function sendDataAfterEnd(stage: Stage): Promise<void> {
  await stage.start();
  await stage.untilClosed();
  await stage.reportFile('crm/elead', 'Elead');
  await stage.do(await stage.task('data-after-end'));
}

async function readMail(stage: Stage): Promise<void> {
  await stage.start({ integrations: ['crm/elead'] });
  const { to, subject } = await stage.mailTo('elead.mdssupport@cdk.com');
  console.log(`  The email has arrived at ${to}:\n      ${subject}`);
}

async function withdrawAtTheGate(stage: Stage): Promise<void> {
  await stage.inSandbox('PATCH', '/sandbox/accounts/P-400', { effectiveStatus: 'Active' });
  await stage.start({ whenActive: 'wait' });
  await until('the gate', async () => (await stage.show()).integrations[0]?.state === 'waiting');
  console.log('  The customer stays: withdrawn');
  await stage.withdraw('the customer stays');
}

async function askTheLead(stage: Stage): Promise<void> {
  await stage.start();
  const task = await stage.task('dealersocket-form');
  console.log('  Olivia escalates: the vendor’s page does not load');
  await stage.act('olivia', task, 'claim', {});
  await stage.act('olivia', task, 'escalate', { reason: 'the vendor’s page does not load' });
  await stage.show();
  console.log('  Lena, team lead, returns it: the page works again');
  await stage.act('lena', task, 'return-to-team', { note: 'it works again' });
}

async function withdrawLate(stage: Stage): Promise<void> {
  await stage.start({ integrations: ['crm/vinsolutions'] });
  await until('part 1', async () => (await stage.show()).integrations[0]?.steps[0]?.state === 'done');
  console.log('  The customer stays: withdrawn');
  await stage.withdraw('the customer stays');
  await stage.do(await stage.task('reinstate'));
}
