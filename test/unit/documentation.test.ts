import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { integrationStates } from '../../domain/cancellations/cancellations.ts';
import { taskCatalog } from '../../domain/cancellations/catalog.ts';
import { systemTitles } from '../../domain/cancellations/systems.ts';
import { searchAttributeNames } from '../../domain/shared/searchAttributes.ts';
import { integrationNames } from '../../domain/shared/vendors.ts';

const root = new URL('../../', import.meta.url);
const textOf = (file: string) => readFileSync(new URL(file, root), 'utf8');

describe("production.md's table of search attributes", () => {
  const section = /\n## Searching[^]*?(?=\n## )/.exec(textOf('docs/production.md'))![0];
  const rows = new Map(
    [...section.matchAll(/^\| `([A-Z]\w+)` +\| (.*) \|$/gm)].map(([, name, values]) => [
      name!,
      [...values!.matchAll(/`([^`]+)`/g)].map(([, value]) => value!).sort(),
    ]),
  );

  test('has a row for each attribute', () => {
    expect([...rows.keys()].sort()).toEqual([...searchAttributeNames].sort());
  });

  test("names every vendor's code", () => {
    expect(rows.get('Vendor')).toEqual([...integrationNames, 'several'].sort());
  });

  test('names every stage', () => {
    expect(rows.get('Stage')).toEqual([...integrationStates, 'idle'].sort());
  });

  test('names everything that a cancellation can wait on', () => {
    const teams = new Set(Object.values(taskCatalog).map(({ team }) => team));
    const others = ['team_lead', 'person', 'account_status', 'nobody', 'integrations', 'dealerops'];
    expect(rows.get('WaitingOn')).toEqual([...teams, ...Object.keys(systemTitles), ...others].sort());
  });
});
