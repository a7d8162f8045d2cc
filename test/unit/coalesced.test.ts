import { expect, it } from 'vitest';
import { coalesced } from '../../api/server/coalesced.ts';

/** Reads that end when the test says so; each answers with its number. */
function reads() {
  const begun: PromiseWithResolvers[] = [];
  const read = coalesced(
    () =>
      new Promise<number>((resolve, reject) => {
        const number = begun.length;
        begun.push({ resolve: () => resolve(number), reject });
      }),
  );
  return { begun, read };
}
interface PromiseWithResolvers {
  resolve(): void;
  reject(error: Error): void;
}

it('all who ask while a read runs share one that begins after it, since the first may not have seen the latest', async () => {
  const { begun, read } = reads();
  const first = read();
  const later = Array.from({ length: 50 }, () => read());
  expect(begun).toHaveLength(1);
  begun[0]!.resolve();
  expect(await first).toBe(0);
  await expect.poll(() => begun.length).toBe(2);
  begun[1]!.resolve();
  expect(new Set(await Promise.all(later))).toEqual(new Set([1]));
  expect(begun).toHaveLength(2);
});

it('after all reads have ended a new one begins at once', async () => {
  const { begun, read } = reads();
  const first = read();
  begun[0]!.resolve();
  await first;
  const second = read();
  expect(begun).toHaveLength(2);
  begun[1]!.resolve();
  expect(await second).toBe(1);
});

it('a read that fails fails for those who share it, and not for the next', async () => {
  const { begun, read } = reads();
  const first = read();
  const second = read();
  begun[0]!.reject(new Error('no database'));
  await expect(first).rejects.toThrow('no database');
  await expect.poll(() => begun.length).toBe(2);
  begun[1]!.resolve();
  expect(await second).toBe(1);
});
