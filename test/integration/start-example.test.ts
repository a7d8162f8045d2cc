import { beforeAll, expect, it } from 'vitest';
import { runExample } from '../../embedded/example.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

/** The request that `npm start` sends as an example, and that others copy. */

const { service, api } = await serviceForFile();
let address: string;
beforeAll(async () => {
  address = await api.app.listen({ port: 0, host: '127.0.0.1' });
});

it('is sent again as long after a 503 as the service says', async () => {
  service.sandbox.faults.cst.errors = 1;
  const begin = Date.now();
  expect(await runExample(address, api.keys.offboarding)).toMatchObject({ account: 'D-1302' });
  expect(service.sandbox.faults.cst.errors).toBe(0);
  expect(Date.now() - begin).toBeGreaterThan(5_000);
});

it('says why it was refused in the words of the problem', async () => {
  await expect(runExample(address, api.keys.reader)).rejects.toThrow(
    /^The API key may not do this.*: This needs an API key with the scope cancellations:write; yours has read\.$/,
  );
});
