import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mutations } from './mutations.ts';

describe('the changes of npm run mutate-workflows', () => {
  it.each(mutations.map((one) => [one.name, one] as const))('%s: fits the present code', (_name, { file, from }) => {
    const source = readFileSync(new URL(`../../workflows/${file}`, import.meta.url), 'utf8');
    expect(source.split(from)).toHaveLength(2);
  });

  it('are twenty or more that change commands', () => {
    expect(mutations.filter(({ harmless }) => !harmless).length).toBeGreaterThanOrEqual(20);
  });
});
