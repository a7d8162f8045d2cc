import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { expect, it } from 'vitest';
import { schema } from '../../db/client.ts';

const folder = fileURLToPath(new URL('../../db/migrations', import.meta.url));
const json = (file: string) => JSON.parse(readFileSync(`${folder}/meta/${file}`, 'utf8'));
const entries: { idx: number; when: number; tag: string }[] = json('_journal.json').entries;
const snapshotOf = (tag: string) => json(`${tag.slice(0, 4)}_snapshot.json`);

// Drizzle's migrator skips, without a word, a migration that is older than the last one applied.
it('each migration is newer than the one before', () => {
  expect(entries.map(({ idx }) => idx)).toEqual([...entries.keys()]);
  expect(entries.map(({ when }) => when)).toEqual([...new Set(entries.map(({ when }) => when))].sort((a, b) => a - b));
});

it('each migration has its SQL file, and there are no others', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'));
  expect(files.sort()).toEqual(entries.map(({ tag }) => `${tag}.sql`));
});

it("each migration's snapshot follows the one before", () => {
  const snapshots = entries.map(({ tag }) => snapshotOf(tag));
  for (const [index, { prevId }] of snapshots.slice(1).entries()) expect(prevId).toBe(snapshots[index].id);
});

it('the schema matches the migrations', async () => {
  const made = snapshotOf(entries.at(-1)!.tag);
  expect(await generateMigration(made, generateDrizzleJson(schema, made.id))).toEqual([]);
  // A table too few, and not an older state: drizzle asks whether a new column is a renamed one.
  const { 'public.outbox': _missing, ...tables } = made.tables;
  expect(await generateMigration({ ...made, tables }, generateDrizzleJson(schema, made.id))).not.toEqual([]);
});
