import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { integrationStates } from '../../domain/cancellations/cancellations.ts';
import { taskCatalog } from '../../domain/cancellations/catalog.ts';
import { systemTitles } from '../../domain/cancellations/systems.ts';
import { searchAttributeNames } from '../../domain/shared/searchAttributes.ts';
import { integrationNames } from '../../domain/shared/vendors.ts';
import { ignoredSettings } from '../../embedded/ignoredSettings.ts';

const root = new URL('../../', import.meta.url);
const textOf = (file: string) => readFileSync(new URL(file, root), 'utf8');

describe('the settings in production.md', () => {
  test('are read by npm start, or it says that it ignores them', () => {
    const section = textOf('docs/production.md').slice(textOf('docs/production.md').indexOf('\n## Settings'));
    const names = [...section.matchAll(/^\| (`[A-Z_*`, ]+`) +\|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`([A-Z_]+)\*?`/g)].map(([, name]) => name!),
    );
    expect(names).toContain('VINSOLUTIONS_EVENTS_DEALERS');
    const environment = Object.fromEntries(names.map((name) => [name, 'x']));
    const ignored = ignoredSettings(environment).map((line) => line.split(' ')[0]);
    expect(names.filter((name) => !ignored.includes(name)).sort()).toEqual(['DATABASE_URL', 'NODE_OPTIONS', 'PORT']);
  });
});

describe("production.md's table of search attributes", () => {
  const section = textOf('docs/production.md')
    .split(/^## /m)
    .find((part) => part.startsWith('Searching'))!;
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
