import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changedAfterRelease, readHistories, releaseHistories, writeHistories } from './histories.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'histories-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const record = (workflowType: string) =>
  writeHistories(
    'elead-mail-accepted',
    [
      {
        workflowType,
        history: {
          events: [
            { workflowExecutionStartedEventAttributes: { workflowType: { name: workflowType }, workflowId: 'w-1' } },
          ],
        },
      },
    ],
    folder,
  );

describe('recorded histories', () => {
  it('of a release were not changed since', () => {
    expect(changedAfterRelease()).toEqual([]);
  });

  it('of the release in preparation are recorded again in place of the earlier ones', () => {
    record('cancelCdk');
    record('cancelElead');
    expect(readHistories(folder)).toMatchObject([
      { name: 'unreleased/elead-mail-accepted/cancelElead', workflowType: 'cancelElead', workflowId: 'w-1' },
    ]);
  });

  it('stay in the release’s folder when the next release is recorded', () => {
    record('cancelElead');
    releaseHistories('1.2.0', folder);
    record('cancelElead');
    expect(readHistories(folder).map(({ name }) => name)).toEqual([
      '1.2.0/elead-mail-accepted/cancelElead',
      'unreleased/elead-mail-accepted/cancelElead',
    ]);
    expect(changedAfterRelease(folder)).toEqual([]);
  });

  it('are never put into a folder of a release that has some already', () => {
    record('cancelElead');
    releaseHistories('1.2.0', folder);
    record('cancelCdk');
    expect(() => releaseHistories('1.2.0', folder)).toThrow('1.2.0 has recorded histories already');
    expect(readHistories(folder).map(({ workflowType }) => workflowType)).toEqual(['cancelElead', 'cancelCdk']);
  });

  it('are not recorded over those of a release whose folder was renamed back', () => {
    record('cancelElead');
    releaseHistories('1.2.0', folder);
    cpSync(join(folder, '1.2.0'), join(folder, 'unreleased'), { recursive: true });
    expect(() => record('cancelElead')).toThrow('it is a released folder');
  });

  it('are not released when nothing was recorded', () => {
    expect(() => releaseHistories('1.2.0', folder)).toThrow('Nothing is recorded');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a release that are changed, added or removed later are reported', () => {
    record('cancelElead');
    releaseHistories('1.2.0', folder);
    const scenario = join(folder, '1.2.0/elead-mail-accepted');
    cpSync(join(scenario, 'cancelElead.binpb'), join(scenario, 'cancelCdk.binpb'));
    appendFileSync(join(scenario, 'cancelElead.binpb'), 'x');
    expect(changedAfterRelease(folder)).toEqual([
      '1.2.0/elead-mail-accepted/cancelCdk.binpb was added',
      '1.2.0/elead-mail-accepted/cancelElead.binpb was changed',
    ]);
    rmSync(join(scenario, 'cancelElead.binpb'));
    expect(changedAfterRelease(folder)).toContain('1.2.0/elead-mail-accepted/cancelElead.binpb is missing');
    rmSync(join(folder, '1.2.0/SHA256SUMS'));
    expect(changedAfterRelease(folder)).toEqual(['1.2.0 has no SHA256SUMS']);
  });
});
