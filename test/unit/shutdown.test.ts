import { spawn } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';

const children: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** The service of two parts, and what it has printed by the time that it has ended. */
function service(mode: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/support/endingService.ts', mode]);
  children.push(child);
  let printed = '';
  const prints = (text: string) => expect.poll(() => printed, { timeout: 180_000 }).toContain(text);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      printed += chunk;
    });
  }
  const ended = new Promise<{ code: number | null; lines: string[] }>((resolve) =>
    child.once('close', (code) => resolve({ code, lines: printed.trim().split('\n') })),
  );
  return { child, prints, ended };
}

const shuttingDown = 'Shutting down; Ctrl-C or SIGTERM again ends it at once';
const closedInOrder = ['The second part closes', 'The first part closes'];

test('a signal closes what was started last first, with exit code 0', async () => {
  const { child, prints, ended } = service('runs');
  await prints('It runs');
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, lines: ['It runs', shuttingDown, ...closedInOrder] });
});

test('two signals at once are one request', async () => {
  const { child, prints, ended } = service('runs');
  await prints('It runs');
  child.kill('SIGINT');
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, lines: ['It runs', shuttingDown, ...closedInOrder] });
});

test('a part that does not end in time is cut off, with exit code 1', async () => {
  const { child, prints, ended } = service('hangs');
  await prints('It runs');
  child.kill('SIGTERM');
  const cutOff = 'The second part did not end within 0.3 seconds: it was cut off';
  expect(await ended).toEqual({ code: 1, lines: ['It runs', shuttingDown, 'The second part closes', cutOff] });
});

test('a part that cannot be closed is named, and the others are closed', async () => {
  const { child, prints, ended } = service('cannot close');
  await prints('It runs');
  child.kill('SIGTERM');
  const { code, lines } = await ended;
  expect([code, lines]).toEqual([0, expect.arrayContaining(['The first part closes'])]);
  expect(lines).toContain('The second part did not end in order: it is stuck');
});

test('a part that ends by itself ends the others, with exit code 1', async () => {
  const { code, lines } = await service('part ends').ended;
  expect(code).toBe(1);
  expect(lines).toEqual(
    expect.arrayContaining(['The second part has ended (exit code 3)', shuttingDown, ...closedInOrder]),
  );
});

test('an error that nothing has caught is printed, and all is closed in order, with exit code 1', async () => {
  const { code, lines } = await service('uncaught').ended;
  expect(code).toBe(1);
  expect(lines).toEqual(expect.arrayContaining(['Error: nobody caught this', ...closedInOrder]));
});

test('a start that fails is printed, and what was started is closed, with exit code 1', async () => {
  const { code, lines } = await service('cannot start').ended;
  expect(code).toBe(1);
  expect(lines).toEqual(expect.arrayContaining(['Error: there is no disk', ...closedInOrder]));
  expect(lines).not.toContain('It runs');
});
