import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { integrationStates } from '../../domain/cancellations/cancellations.ts';
import { taskCatalog } from '../../domain/cancellations/catalog.ts';
import { systemTitles } from '../../domain/cancellations/systems.ts';
import { eligibilityOf } from '../../domain/feeds/eligibility.ts';
import { feedDmsNames } from '../../domain/feeds/feeds.ts';
import { feedStages, feedVendor } from '../../domain/feeds/searchAttributes.ts';
import { searchAttributeNames } from '../../domain/shared/searchAttributes.ts';
import { integrationNames } from '../../domain/shared/vendors.ts';
import { ignoredSettings } from '../../embedded/ignoredSettings.ts';
import { dealersToOnboard, dealersToTry, sandboxDealers } from '../../sandbox/shared/dealers.ts';
import { runProgram } from '../support/program.ts';

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
    expect(rows.get('Vendor')).toEqual([...integrationNames, 'several', ...feedDmsNames.map(feedVendor)].sort());
  });

  test('names every stage', () => {
    expect(rows.get('Stage')).toEqual([...new Set([...integrationStates, 'idle', ...feedStages])].sort());
  });

  test('names everything that a cancellation or a feed can wait on', () => {
    const teams = new Set(Object.values(taskCatalog).map(({ team }) => team));
    const others = ['team_lead', 'person', 'account_status', 'nobody', 'integrations', 'dealerops'];
    const ofFeeds = ['feeds', 't2-support', 'sftp_server', 'proresponse', 'date'];
    expect(rows.get('WaitingOn')).toEqual([...teams, ...Object.keys(systemTitles), ...others, ...ofFeeds].sort());
  });
});

describe('every path in the documentation exists', () => {
  /** Made by commands or at run time, or no part of the project. */
  const skipped = new Set(['node_modules', 'dist', '.git', '.dealerops', 'secrets']);
  const filesBelow = (folder: string): string[] =>
    readdirSync(new URL(folder || '.', root), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}${entry.name}`;
      if (skipped.has(entry.name)) return [];
      return entry.isDirectory() ? [path, ...filesBelow(`${path}/`)] : [path];
    });
  const paths = filesBelow('');
  const known = new Set(paths);
  const top = new Set(paths.filter((path) => !path.includes('/')));
  /** `{app,parts}` is one path for each. */
  const spelledOut = (path: string): string[] => {
    const [whole, list] = /\{([^{}]+)\}/.exec(path) ?? [];
    return whole === undefined ? [path] : list!.split(',').flatMap((one) => spelledOut(path.replace(whole, one)));
  };
  /** A file's name alone may be in any folder: the words around it say which. */
  const exists = (path: string) =>
    known.has(path) || (!path.includes('/') && paths.some((one) => one.endsWith(`/${path}`)));
  const isPath = (text: string) => {
    const [first] = text.split('/');
    return text.includes('/') ? top.has(first!) : /^[\w.-]+\.(ts|tsx|cjs|md|ya?ml)$/.test(text);
  };
  const documents = ['README.md', ...paths.filter((path) => /^docs\/.*\.md$/.test(path))];

  test('as it is named in backticks', () => {
    const named = documents.flatMap((document) =>
      [...textOf(document).matchAll(/`([\w.@{},/-]+)`/g)].map(([, text]) => text!),
    );
    const given = named
      .flatMap(spelledOut)
      .map((path) => path.replace(/\/$/, ''))
      .filter(isPath);
    expect(given).toContain('workflows/cancellations/vendorProcedures.ts');
    expect(given.filter((path) => !exists(path))).toEqual([]);
  });

  test('as the target of a link', () => {
    const linked = documents.flatMap((document) =>
      [...textOf(document).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => ({
        document,
        target: target!,
      })),
    );
    const inProject = linked.filter(({ target }) => !/^[a-z]+:/.test(target));
    expect(inProject.length).toBeGreaterThan(20);
    const broken = inProject.filter(({ document, target }) => {
      const { pathname } = new URL(target, `file:///${document}`);
      return !known.has(pathname.slice(1).replace(/\/$/, ''));
    });
    expect(broken).toEqual([]);
  });
});

test('the dealers that the first steps name are in the sandbox, and the README names some of them', () => {
  const inSandbox = sandboxDealers.map(({ id }) => id);
  const accounts = [...dealersToTry, ...dealersToOnboard].map(([account]) => account);
  expect(accounts.filter((account) => !inSandbox.includes(account))).toEqual([]);
  const named = [...textOf('README.md').matchAll(/\bD-\d{4}\b/g)].map(([account]) => account);
  expect(named).toContain('D-1401');
  expect([...new Set(named)].filter((account) => !accounts.includes(account))).toEqual([]);
});

test('of the dealers to request feeds for, one is asked for at once, and of the other T2 support is asked first', () => {
  const states = dealersToOnboard.map(([account]) => {
    const { package: named, level } = sandboxDealers.find(({ id }) => id === account)!;
    return [account, eligibilityOf({ package: named ?? undefined, level: level ?? undefined }).state];
  });
  expect(states).toEqual([
    ['D-2001', 'entitled'],
    ['D-2006', 'unknown'],
  ]);
  for (const [account] of dealersToOnboard) expect(textOf('README.md')).toContain(account);
});

test('the README says how to deliver a file in the sandbox, with a command that makes one', async () => {
  const [, made] = /^npm run make-feed -- (.+) --out \.dealerops\/sandbox\/sftp\/files\/\S+_SL\.csv/m.exec(
    textOf('README.md'),
  )!;
  const program = runProgram('bin/makeFeed.ts', {}, made!.split(' '));
  expect(await program.ended).toBe(0);
  expect(parse(program.printed(), { columns: true })).toHaveLength(500);
});
