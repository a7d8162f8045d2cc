import { and, eq } from 'drizzle-orm';
import { queueMail } from '../db/outbox.ts';
import { people } from '../db/schema.ts';
import type { Context } from './context.ts';
import { sendMail } from './mail.ts';

type MailContext = Pick<Context, 'database' | 'mailer'>;

/** The active people of a role. */
export function peopleWithRole({ database }: Pick<Context, 'database'>, role: 'ops' | 'lead') {
  return database.db
    .select()
    .from(people)
    .where(and(eq(people.role, role), eq(people.active, true)));
}

/**
 * Mails each of these people, once per business key; one mail that cannot be sent now does not hold up the others.
 * @throws the first failure, when all have been tried
 */
export async function mailEach(
  { database: { db }, mailer }: MailContext,
  to: { id: string; email: string }[],
  key: string,
  text: { subject: string; body: string },
): Promise<void> {
  const failures: unknown[] = [];
  for (const person of to) {
    const businessKey = `${key}/${person.id}`;
    await queueMail(db, { businessKey, kind: 'reminder', to: person.email, ...text });
    await sendMail({ db, mailer }, businessKey).catch((error) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
