import { createHash, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { sessionCookie } from '../../api/server/auth.ts';
import { fullTime } from '../../domain/shared/times.ts';
import { apiOf } from '../support/api.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import { viewsOf } from '../support/views.ts';

/** The audit record of a cancellation: JSON, and a page to print. */
const { service, api } = await serviceForFile();
const { openTask, closed } = viewsOf(api);

interface Report {
  dealerName: string;
  timeZone: string;
  madeAt: string;
  requests: { dealerIds: Record<string, string> }[];
  integrations: unknown[];
  mails: object[];
  tasks: { answers: object; answered: object[] }[];
  events: { at: string; action: string }[];
}
const json = async (id: string) => (await api.get<Report>('reader', `/v1/cancellations/${id}/report`)).body;
const html = (id: string) =>
  api.call('reader', 'GET', `/v1/cancellations/${id}/report`, { headers: { accept: 'text/html' } });

it('names the dealer first and has everything, as JSON and as a page without scripts', async () => {
  const { body } = await api.start({ account: 'D-1301' });
  await closed(body.id);
  const report = await json(body.id);
  expect(report.events.map(({ action }) => action)).toContain('Cancellation requested');
  expect(report).toMatchObject({
    ...{ dealerName: 'Northgate Cadillac', timeZone: 'America/New_York' },
    requests: [{ dealerIds: { 'crm/reynolds': '555401', 'dms/reynolds': 'RR30401' } }],
    integrations: [{}, {}],
  });
  const page = await html(body.id);
  expect(page.headers['content-type']).toContain('text/html');
  expect(page.text).toContain('<title>Cancellation of Northgate Cadillac (D-1301)</title>');
  expect(page.text).toContain('<h1>Cancellation of Northgate Cadillac (D-1301)</h1>');
  expect(page.text.replace(/<[^>]*>/g, '')).toContain('Reynolds &amp; Reynolds direct (RR30401)');
  expect(page.text).not.toMatch(/<script| style="/);
  expect((await api.get('reader', `/v1/cancellations/${randomUUID()}/report`)).status).toBe(404);
});

it('has its times in the dealer’s time zone, and says which that is', async () => {
  const { body } = await api.start({ account: 'D-1302' });
  await closed(body.id);
  const { events } = await json(body.id);
  const { text } = await html(body.id);
  expect(text).toContain('In the dealer’s time zone, America/Denver');
  const told = fullTime(events[0]!.at, 'America/Denver', { seconds: true });
  expect(told).toMatch(/^\w+ \d+, \d{4}, \d+:\d\d:\d\d [AP]M M[SD]T$/);
  expect(text).toContain(`>${told}</time>`);
});

it('shows the text of the mail to the vendor with the mail server’s answer', async () => {
  const { body } = await api.start({ account: 'D-1201' });
  await closed(body.id);
  const mail = {
    ...{ integration: 'crm/elead', to: 'elead.mdssupport@cdk.com', state: 'accepted' },
    subject: 'Request to cancel integration feed: Silver Lake Buick (555301)',
    body: expect.stringContaining('This is a request to cancel integration feed for the dealership below.'),
  };
  expect((await json(body.id)).mails).toMatchObject([mail]);
  const { text } = await html(body.id);
  expect(text).toMatch(/Accepted by the mail server.*To: elead\.mdssupport@cdk\.com\nSubject: .*Silver Lake Buick/s);
  expect(text).toContain('Dealer code (CRM ID): 555301');
});

it('shows what people answered by the labels of the fields', async () => {
  const { body } = await api.start({ account: 'D-1402' });
  const task = await openTask('D-1402', 'cdk-case');
  await api.post('olivia', `/v1/tasks/${task.id}/claim`);
  const answers = { caseNumber: 'C-55501', terminated: true };
  await api.post('olivia', `/v1/tasks/${task.id}/complete`, { answers });
  await closed(body.id);
  expect((await json(body.id)).tasks).toMatchObject([
    {
      answers,
      answered: [
        { label: "The case's number", value: 'C-55501' },
        { label: 'CDK has terminated the integration', value: 'confirmed' },
      ],
    },
  ]);
  expect((await html(body.id)).text).toContain('CDK has terminated the integration: confirmed');
});

it('says who has a task that is not done, and all people by their names', async () => {
  const { body } = await api.start({ account: 'D-1403' });
  const task = await openTask('D-1403', 'cdk-case');
  await api.post('olivia', `/v1/tasks/${task.id}/claim`);
  const text = (await html(body.id)).text.replace(/<[^>]*>/g, '');
  expect(text).toContain('Task: Create CDK');
  expect(text).toMatch(/State: Claimed.*Who: Olivia Ops/);
  expect(text).toContain('Who: waiting for Olivia Ops');
  expect(text).not.toContain('olivia');
});

it('says that the gate blocked, without a contradiction', async () => {
  const { body } = await api.start({ account: 'D-1401' });
  await closed(body.id);
  const { text } = await html(body.id);
  expect(text).toContain('Blocked: parent account is Active');
  expect(text).toContain('Check that the parent sales account is not Active');
  expect(text).toContain('not begun: the parent sales account is Active');
});

it('shows markup in user text as text, and its policy allows its own style sheet only', async () => {
  const { body } = await api.start({ account: 'D-1501' });
  const reason = '<script>alert("1")</script> & \'stays\'';
  expect((await api.post('offboarding', `/v1/cancellations/${body.id}/withdraw`, { reason })).status).toBe(202);
  await closed(body.id);
  const { text, headers } = await html(body.id);
  expect(text).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#x27;stays&#x27;');
  expect(text).not.toContain('<script');
  const style = /<style>(.*)<\/style>/s.exec(text)![1]!;
  const hash = createHash('sha256').update(style).digest('base64');
  expect(headers['content-security-policy']).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
});

it('leads a browser that is signed out to the record in the console, which signs in; all others are told 401', async () => {
  const { body } = await api.start({ account: 'D-1201' });
  const path = `/v1/cancellations/${body.id}/report`;
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  const withConsole = await apiOf(service, { console: fileURLToPath(new URL('.', import.meta.url)) });
  const ask = async (headers: Record<string, string>, app = withConsole.app) => {
    const { statusCode, headers: answer } = await app.inject({ method: 'GET', url: path, headers });
    return [statusCode, answer.location];
  };
  expect(await ask(browser)).toEqual([302, `/cancellations/${body.id}/record`]);
  expect(await ask({ ...browser, cookie: `${sessionCookie}=ended` })).toEqual([
    302,
    `/cancellations/${body.id}/record`,
  ]);
  expect(await ask({ accept: 'application/json' })).toEqual([401, undefined]);
  expect(await ask({})).toEqual([401, undefined]);
  expect(await ask({ ...browser, authorization: 'Bearer wrong' })).toEqual([401, undefined]);
  expect(await ask(browser, api.app)).toEqual([401, undefined]);
  await withConsole.close();
});
