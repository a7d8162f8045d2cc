import { resolve } from 'node:path';
import { linkHours } from '../db/queries/signInLinks.ts';

/** A path as a shell takes it. */
const shellWord = (path: string) => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

/**
 * What somebody who has just run `npm start` does first, a line each.
 * @param known.links none of a person whose key does not work any more; absent where they are not to be printed
 * @param known.consoleUrl absent where the console was not built
 * @param known.dataFolder the commands find the service by it, from the folder in which they are run
 */
export function firstSteps({
  links,
  consoleUrl,
  dataFolder,
}: {
  links?: { olivia?: string; lena?: string };
  consoleUrl?: string;
  dataFolder: string;
}): string[] {
  const folder = process.env.DEALEROPS_DATA_DIR ? `DEALEROPS_DATA_DIR=${shellWord(resolve(dataFolder))} ` : '';
  const keys = links ? 'above' : `in ${resolve(dataFolder)}/keys.json`;
  const signIn = (name: string, link?: string) => (link ? `open ${link}` : `sign in with ${name}'s key, ${keys}`);
  const steps = consoleUrl
    ? [
        `As Olivia, of ops: ${signIn('Olivia', links?.olivia)}`,
        '  Cancel a dealer, such as D-1104, and finish its tasks under Work.',
        `As Lena, team lead and administrator: ${signIn('Lena', links?.lena)}`,
        '  In a private window, so that Olivia stays signed in: decide about what Olivia escalates.',
        `As Fiona, of feeds: sign in with Fiona's key, ${keys}`,
        `  Two feeds of made-up dealers import a file every minute: ${consoleUrl}/feeds`,
        `As Theo, of T2 support: sign in with Theo's key, ${keys}`,
        '  Complete a request for feeds that does not say all that is needed, such as one for D-2006.',
        `The email that has arrived, the external systems and their faults: ${consoleUrl}/sandbox`,
      ]
    : ['The console is not built; see the error above.'];
  const aboutLinks = links
    ? ` (each sign-in link works once, within ${linkHours} hours; the next start prints new ones)`
    : '';
  return [
    `What to try first${aboutLinks}:`,
    ...steps.map((line) => `  ${line}`),
    `  Every vendor’s procedure, played with its people: run ${folder}npm run demo in another terminal`,
    `  A feed from its onboarding to a corrected row: run ${folder}npm run demo -- feeds in another terminal`,
    '  Cancel a dealer by the API: the README has the call; use the key of the offboarding system',
  ];
}
