import { expect, test } from 'vitest';
import { runCommand } from '../support/program.ts';

const apiKeys = async (...args: string[]) => {
  const running = runCommand(process.execPath, ['--import', 'tsx', 'bin/apiKeys.ts', ...args]);
  const code = await running.ended;
  return { code, lines: running.printed().trim().split('\n') };
};

test.each([
  [['revoke', 'nope'], "error: command-argument value 'nope' is invalid for argument 'id'. It is not an ID (a UUID)."],
  [['revoke'], "error: missing required argument 'id'"],
  [
    ['create', '--name', 'x', '--scope', 'all'],
    "error: option '--scope <scope>' argument 'all' is invalid. It must be one of cancellations:write, ",
  ],
  [
    ['create', '--name', 'team lead', '--scope', 'read'],
    "error: option '--name <name>' argument 'team lead' is invalid. It is reserved, because the records use it for others",
  ],
])('npm run api-keys -- %j says in one line what is wrong', async (args, line) => {
  expect(await apiKeys(...args)).toEqual({ code: 1, lines: [expect.stringContaining(line)] });
});
