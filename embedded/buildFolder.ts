import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../service/startError.ts';

const marker = '.dealerops-build';

/**
 * Empties the folder of a build, or creates it.
 * @throws StartError, and changes nothing, when it holds anything that a build did not make
 */
export function prepareBuildFolder(folder: string): void {
  if (existsSync(folder) && !existsSync(join(folder, marker)) && readdirSync(folder).length > 0)
    throw new StartError(
      `${folder} is not empty and no build made it: name another folder, or delete what is in it if nobody needs it`,
    );
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, marker), '');
}
