import { readFileSync } from 'node:fs';
import { releaseHistories } from './histories.ts';

/** A step of every release: `npm run release-histories`. */
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
try {
  releaseHistories(version);
  console.log(`The recorded histories are those of release ${version} now: commit test/replay/histories`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
