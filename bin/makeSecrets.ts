import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../service/runProgram.ts';

/** `npm run make-secrets [folder]`: writes the secret files of docker-compose.yml that are missing; changes none. */
await runProgram(async () => {
  const folder = process.argv[2] ?? 'secrets';
  mkdirSync(folder, { recursive: true });
  // The containers' accounts must be able to read the files; on this machine the folder keeps others out.
  chmodSync(folder, 0o700);
  const password = () => randomBytes(24).toString('hex');
  const write = (name: string, make: () => string) => {
    const file = join(folder, name);
    if (!existsSync(file)) writeFileSync(file, make(), { mode: 0o444 });
    return readFileSync(file, 'utf8').trim();
  };
  write('postgres_password', password);
  write('temporal_database_password', password);
  const databasePassword = write('dealerops_database_password', password);
  write('database_url', () => `postgres://dealerops:${databasePassword}@postgres:5432/dealerops`);
  write('codec_keys', () => `first:${randomBytes(32).toString('base64')}`);
  const theirs = [
    'smtp_url',
    'cst_token',
    'salesforce_client_secret',
    'vinsolutions_events_client_secret',
    'vinsolutions_events_api_key',
    'fortellis_api_key',
    'fortellis_api_secret',
    'temporal_api_key',
  ];
  // The secrets of the feeds' servers, whose names the feed imports say.
  mkdirSync(join(folder, 'feeds'), { recursive: true });
  chmodSync(join(folder, 'feeds'), 0o755);
  const empty = theirs.filter((name) => write(name, () => '') === '');
  for (const name of [...theirs, 'codec_keys']) chmodSync(join(folder, name), 0o644);
  console.log(`The secrets are in ${folder}/: keep a copy of codec_keys, without it no history can be read`);
  if (empty.length > 0) console.log(`Empty, to be written by you where the system is used: ${empty.join(', ')}`);
});
