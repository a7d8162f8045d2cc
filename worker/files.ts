import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `.ts` in a checkout, which tsx runs; `.js` in `dist/`, which has the same folders. */
const extension = extname(import.meta.url);
/** Holds the folders of the code: the checkout, or `dist/`. */
export const codeFolder = fileURLToPath(new URL('..', import.meta.url));
/** Holds package.json. */
export const packageFolder = extension === '.ts' ? codeFolder : join(codeFolder, '..');

/**
 * The file of a module that is loaded by its path, in the form in which this program runs.
 * @param module such as `workflows/index`
 */
export function moduleFile(module: string): string {
  return join(codeFolder, `${module}${extension}`);
}
