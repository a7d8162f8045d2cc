import type { z } from 'zod';
import { saveContact } from '../../../db/queries/feeds/onboardings.ts';
import { isChangedSinceTrial } from '../../../db/queries/feeds/trials.ts';
import type { TaskRow } from '../../../db/queries/tasks.ts';
import { defaultImport } from '../../../domain/feeds/defaultImport.ts';
import { readLevel } from '../../../domain/feeds/eligibility.ts';
import { contactFields, type FileLocation, locationOfAnswers } from '../../../domain/feeds/onboarding.ts';
import { problemWithEmail, problemWithPhone } from '../../../domain/feeds/onboardingContact.ts';
import { cleanName } from '../../../domain/shared/identifiers.ts';
import type { TaskAnswers } from '../../../domain/shared/tasks.ts';
import { faultsOfIssues } from '../../server/faults.ts';
import type { ApiOptions } from '../../server/options.ts';
import { type Fault, Problem } from '../../server/problems.ts';
import { assertUsableSettings } from './assertUsable.ts';
import { Location } from './onboardingSchemas.ts';

/** What people answer in the tasks of an onboarding, checked before its workflow gets it. */

/** @throws Problem 422 with each answer that does not fit, 409 where they cannot be given now */
export async function takeFeedAnswers(options: ApiOptions, task: TaskRow, answers: TaskAnswers): Promise<void> {
  if (task.kind === 'onboarding-information') await takeInformation(options, task, answers);
  if (task.kind === 'first-file') await checkLocation(options, answers);
  if (task.kind === 'trial-approval' && answers.decision === 'approve') await assertTriedAsItIs(options, task);
}

const checks: Record<string, (text: string) => string | undefined> = {
  contactPhone: problemWithPhone,
  contactEmail: problemWithEmail,
  level: (text) => (readLevel(text) === undefined ? 'is not a level, such as L5' : undefined),
};

/** The contact is kept in the onboarding's row only. */
async function takeInformation(
  { database: { db } }: ApiOptions,
  { subject }: TaskRow,
  answers: TaskAnswers,
): Promise<void> {
  const given = Object.entries(answers).map(([name, value]) => [name, cleanName(String(value))] as const);
  const faults = given.flatMap(([name, text]): Fault[] => {
    const message = checks[name]?.(text);
    return message === undefined ? [] : [{ path: `/answers/${name}`, message }];
  });
  if (faults.length > 0) throw badAnswers(faults);
  const contact = given.filter(([name]) => (contactFields as readonly string[]).includes(name));
  await saveContact(db, subject, Object.fromEntries(contact));
}

/** @throws Problem 409 where the import has other settings than those of the trial */
async function assertTriedAsItIs({ database: { db } }: ApiOptions, task: TaskRow): Promise<void> {
  if (!(await isChangedSinceTrial(db, task))) return;
  const detail =
    'The settings of the feed import were changed after this trial, so that it does not show what an import would do now. Send it back: the next file is tried with the new settings.';
  throw new Problem(409, 'conflict', detail);
}

/** By the fields of the task. */
const fieldOfSetting: Record<string, string> = {
  ...{ port: 'host', hostKeys: 'hostKey', password: 'secret', privateKey: 'secret' },
};

async function checkLocation(options: ApiOptions, answers: TaskAnswers): Promise<void> {
  const path = (setting: string) => `/answers/${fieldOfSetting[setting] ?? setting}`;
  const read = Location.safeParse(locationOfAnswers(answers));
  if (!read.success)
    throw badAnswers(
      faultsOfIssues(read.error.issues).map(({ path: at, message }) => ({ path: path(at.split('/')[1]!), message })),
    );
  await assertUsableLocation(options, read.data, path);
}

/**
 * What a location does not say of itself: which servers may be connected to, and which secrets there are.
 * @param pathOf a setting's name in the request
 * @throws Problem as for a feed import
 */
export async function assertUsableLocation(
  options: ApiOptions,
  location: FileLocation & z.output<typeof Location>,
  pathOf: (setting: string) => string,
): Promise<void> {
  try {
    await assertUsableSettings(options, { ...defaultImport, ...location });
  } catch (error) {
    if (!(error instanceof Problem && error.errors)) throw error;
    const errors = error.errors.map(({ path, message }) => ({ path: pathOf(path.slice(1)), message }));
    throw new Problem(error.status, error.type, wordsOf(errors), { errors });
  }
}

function badAnswers(errors: Fault[]): Problem {
  return new Problem(422, 'bad-answers', wordsOf(errors), { errors });
}

function wordsOf(errors: Fault[]): string {
  return errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
}
