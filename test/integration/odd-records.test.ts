import { afterEach, describe, expect, it } from 'vitest';
import type { Answer } from '../support/api.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

const { service, api } = await serviceForFile();
afterEach(() => service.sandbox.state.oddFields.clear());

const odd = (account: string, fields: Record<string, unknown>) => service.sandbox.state.oddFields.set(account, fields);
const mailsToLeads = () => service.sandbox.smtp.messages.filter(({ to }) => to === 'lena@example.com');
const dealerVault = { kind: 'dms', vendor: 'dealervault', dealerId: 'DV10503' };
const elead = { kind: 'crm', vendor: 'elead', dealerId: '555503' };

describe('an unusable record of CST', () => {
  it.each([
    [{ timeZone: null }, 'timeZone is null'],
    [{ parentSalesAccountId: '' }, 'parentSalesAccountId is empty'],
    [{ name: 'x'.repeat(300) }, 'name has 300 characters, more than 200'],
    [{ integrations: [{ ...elead, dealerId: 555_503 }, dealerVault] }, 'integrations[0].dealerId is the number 555503'],
    [
      { integrations: [elead, dealerVault, { ...dealerVault, dealerId: 'DV2' }] },
      'integrations[2] names dms/dealervault',
    ],
  ])('is reported with the account and the field: %o', async (fields, said) => {
    odd('D-1503', fields);
    for (const dryRun of [true, false]) {
      const answer = (await api.start({ account: 'D-1503', dryRun })) as Answer;
      expect(answer).toMatchObject({
        status: 422,
        body: {
          type: '/problems/unusable-account',
          detail: expect.stringContaining(said),
          errors: [{ path: '/account', message: expect.stringContaining(`has a record that cannot be used: ${said}`) }],
        },
      });
      expect(answer.body.detail).toContain('D-1503');
    }
  });

  it('does not stop another integration of the same dealer', async () => {
    odd('D-1503', { integrations: [elead, dealerVault, dealerVault, { kind: 'dms', vendor: 'cdk', dealerId: 7 }] });
    const started = await api.start({ account: 'D-1503', integrations: ['crm/elead'] });
    expect(started.status).toBe(202);
    expect(await service.client.workflow.getHandle('cancellation/D-1503').result()).toEqual({
      'crm/elead': 'ended',
    });
  });

  it('of the parent account is named by a dry run', async () => {
    odd('P-300', { name: null });
    expect(await api.start({ account: 'D-1403', dryRun: true })).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('account P-300 cannot be used: name is null') },
    });
  });

  it('with only its status not understood is reported by a dry run', async () => {
    for (const [effectiveStatus, begins, blocks, status] of [
      ['Active\u200b', 'blocked', 'active', '"Active\\u200b"'],
      ['#N/A', 'waits', 'status_not_understood', '"#N/A"'],
      [null, 'waits', 'status_not_understood', '(missing)'],
      [' closed', 'now', null, '" closed"'],
    ]) {
      odd('P-300', { effectiveStatus });
      expect((await api.start({ account: 'D-1403', dryRun: true })).body).toMatchObject({
        integrations: [
          {
            ...{ integration: 'dms/cdk', begins },
            outcome: expect.stringContaining(`the Effective Status of Harborline Marine Holdings (P-300) is ${status}`),
            parentSalesAccount: { id: 'P-300', name: 'Harborline Marine Holdings', status, blocks },
          },
        ],
      });
    }
  });

  it('that is not an account at all counts as an outage', async () => {
    service.sandbox.faults.cst.invalidResponse = 1;
    expect(await api.start({ account: 'D-1503', dryRun: true })).toMatchObject({ status: 503 });
  });
});

describe('a workflow that reads such a record', () => {
  it('waits, notifies the team leads at once of the account and field, and continues when it is corrected', async () => {
    const dealer = dealerOf(service, 'D-1403');
    odd('P-300', { parentSalesAccountId: '' });
    const { id, ended } = await dealer.cancel(['dms/cdk']);
    const mail = await eventually(async () => mailsToLeads().find(({ text }) => text.includes('account P-300')));
    expect(mail.text).toContain('parentSalesAccountId is empty');
    expect(mail.text).toContain('Correct it in CST');
    expect((await dealer.progress(id, 'dms/cdk'))?.steps[0]).toMatchObject({ step: 'gate', state: 'running' });
    expect(await dealer.tasks()).toEqual([]);

    service.sandbox.state.oddFields.clear();
    await dealer.done('cdk-case', { caseNumber: 'C-1', terminated: true });
    expect(await ended()).toEqual({ 'dms/cdk': 'ended' });
    expect(mailsToLeads().filter(({ text }) => text.includes('account P-300'))).toHaveLength(1);
  });

  it('continues with the default time zone', async () => {
    const dealer = dealerOf(service, 'D-1204');
    odd('D-1204', { timeZone: null });
    const { ended } = await dealer.cancel(['crm/elead']);
    expect(await ended()).toEqual({ 'crm/elead': 'ended' });
  });

  it('does not mail the vendor an ID that is not understood', async () => {
    const dealer = dealerOf(service, 'D-1201');
    odd('D-1201', { integrations: [{ ...elead, dealerId: 301 }] });
    const { ended } = await dealer.cancel(['crm/elead'], { dealerIds: { 'crm/elead': '555301' } });
    await eventually(async () => mailsToLeads().find(({ text }) => text.includes('account D-1201')));
    expect(service.sandbox.smtp.messages.filter(({ text }) => text.includes('Silver Lake'))).toEqual([]);
    service.sandbox.state.oddFields.clear();
    expect(await ended()).toEqual({ 'crm/elead': 'ended' });
  });

  it('notifies the team leads of an unknown account', async () => {
    const dealer = dealerOf(service, 'D-1601');
    odd('D-1601', { parentSalesAccountId: 'P-999' });
    const { ended } = await dealer.cancel(['dms/reynolds']);
    await eventually(async () => mailsToLeads().find(({ text }) => text.includes('No account P-999')));
    service.sandbox.state.oddFields.clear();
    expect(await ended()).toEqual({ 'dms/reynolds': 'ended' });
  });
});

describe('Salesforce', () => {
  const reasonOf = async (account: string) => {
    const dealer = dealerOf(service, account);
    await dealer.cancel(['crm/dealersocket']);
    const { content } = await dealer.task('dealersocket-form');
    return JSON.stringify(content);
  };

  it('with two accounts for one external ID, a person answers', async () => {
    service.sandbox.salesforce.twice.add('D-1003');
    expect(await reasonOf('D-1003')).toContain('several accounts have CST_Account__c = D-1003');
  });

  it('without the external ID field, a person answers and sees which setting to correct', async () => {
    const options = (service.outside.connectors.salesforce as unknown as { options: { externalIdField: string } })
      .options;
    options.externalIdField = 'Nowhere__c';
    const said = await reasonOf('D-1701');
    options.externalIdField = 'CST_Account__c';
    expect(said).toContain('external ID field does not exist or is not accessible: Nowhere__c');
    expect(said).toContain('SALESFORCE_ACCOUNT_FIELD');
  });

  it('that does not say whether there is a parent account does not count as No', async () => {
    service.sandbox.salesforce.withoutParentId.add('D-1004');
    const said = await reasonOf('D-1004');
    expect(said).toContain('Salesforce does not say whether there is a parent account');
    expect(said).not.toContain('"value":"No"');
  });
});
