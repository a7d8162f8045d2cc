import { setTimeout as sleep } from 'node:timers/promises';
import { endLater, endWith, runService } from '../../service/shutdown.ts';

/** A service of two parts that fails as its argument says; run by test/unit/shutdown.test.ts. */
const mode = process.argv[2];

await runService(
  async () => {
    endLater('The first part', () => console.log('The first part closes'));
    endLater('The second part', async () => {
      console.log('The second part closes');
      if (mode === 'hangs') await sleep(60_000);
      if (mode === 'cannot close') throw new Error('it is stuck');
    });
    // Keeps the process alive.
    setInterval(() => {}, 60_000);
    if (mode === 'part ends') endWith('The second part', Promise.resolve('exit code 3'));
    if (mode === 'uncaught') setTimeout(() => Promise.reject(new Error('nobody caught this')), 1);
    if (mode === 'cannot start') throw new Error('there is no disk');
    console.log('It runs');
  },
  { endWithinMs: mode === 'hangs' ? 300 : 30_000 },
);
