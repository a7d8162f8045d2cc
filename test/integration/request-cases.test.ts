import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { serviceForFile } from '../support/serviceForFile.ts';

/** Requests whose depth or shape broke the API, in the order of the file. */
const requests = [
  ...readFileSync('../shared/cases/requests.http', 'utf8').matchAll(/^(?<method>GET|POST) (?<path>\S+)$/gm),
].map(({ groups }) => ({ method: groups!.method as 'GET' | 'POST', path: groups!.path! }));
const nested = `{"items":[{"a": ${'['.repeat(5_000)}${']'.repeat(5_000)}}]}`;
const sent = [
  { who: 'offboarding', body: nested, status: 400, allow: undefined },
  // The body is taken: what is missing is the task.
  { who: 'olivia', body: '', status: 404, allow: undefined },
  // Not the method of that path, and "batch" is not the ID of a cancellation.
  { who: 'offboarding', body: undefined, status: 405, allow: 'POST' },
] as const;

const { api } = await serviceForFile({ withoutWorker: true });

it('each malformed request gets the problem that describes it', async () => {
  const answers = await Promise.all(
    requests.map(({ method, path }, index) =>
      api.app.inject({
        method,
        url: path.replace('{id}', randomUUID()),
        headers: {
          authorization: `Bearer ${api.keys[sent[index]!.who]}`,
          'idempotency-key': randomUUID(),
          ...(sent[index]!.body !== undefined && { 'content-type': 'application/json' }),
        },
        payload: sent[index]!.body,
      }),
    ),
  );
  expect(answers.map(({ statusCode, headers }) => [statusCode, headers.allow])).toEqual(
    sent.map(({ status, allow }) => [status, allow]),
  );
});
