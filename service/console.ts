import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built console: in a checkout in the folder `console`, in `dist/` in the same place. */
const built = fileURLToPath(new URL('../console/dist', import.meta.url));

/** The folder of the built console; absent where it was not built. */
export function builtConsole(): string | undefined {
  return existsSync(join(built, 'index.html')) ? built : undefined;
}
