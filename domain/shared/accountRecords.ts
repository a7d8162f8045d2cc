import type { z } from 'zod';
import { Account, AccountIntegration, defaultTimeZone, IntegrationVendor } from './accounts.ts';
import { integrationKey } from './vendors.ts';

/** Reads an account's record as CST or the registry holds it: one odd value must not look like an outage. */

/** What is wrong with one field of a record; `field` is its name there, such as `integrations[1].dealerId`. */
export interface RecordFault {
  field: string;
  message: string;
}

/** A fault that stops only what needs the field. */
interface PartialFault extends RecordFault {
  /** The integration that cannot be used; null for an entry that does not say which it is, absent for other fields. */
  integration?: string | null;
}

/** An account as it was found, with what of its record cannot be used. */
export interface FoundAccount extends Omit<Account, 'effectiveStatus' | 'package' | 'level'> {
  /** As the record has it, spaces and all; null where it is null or missing. Only the gate says what it means. */
  effectiveStatus: string | null;
  /** As the record has them; absent where it has none. What is odd is not a fault: who needs it asks a person. */
  package?: string;
  level?: string;
  /** The time zone (`timeZone` is then the default one) and single integrations (absent from `integrations`). */
  faults: PartialFault[];
}

/**
 * Reads a record field by field. A missing or empty parent sales account is a fault: only null means that there is none.
 * @param id the account that was asked for
 * @returns the account, or every fault for which nothing may proceed with it
 */
export function readAccountRecord(
  record: Record<string, unknown>,
  id: string,
): { account: FoundAccount } | { faults: RecordFault[] } {
  const { shape } = Account;
  const faults: RecordFault[] = [];
  const read = <T>(field: keyof typeof shape, schema: z.ZodType<T>): T | undefined => {
    const result = record[field] === undefined ? undefined : schema.safeParse(record[field]);
    if (result?.success && canBeStored(result.data)) return result.data;
    faults.push({ field, message: faultOf(record[field], result?.error) });
    return undefined;
  };

  const ownId = read('id', shape.id);
  if (ownId !== undefined && ownId.toLowerCase() !== id.toLowerCase())
    faults.push({ field: 'id', message: `is ${ownId}, another account than the one asked for` });
  const name = read('name', shape.name);
  const parentSalesAccountId = read('parentSalesAccountId', shape.parentSalesAccountId);
  const entries = record.integrations;
  if (!Array.isArray(entries)) faults.push({ field: 'integrations', message: faultOf(entries) });
  if (ownId === undefined || name === undefined || !Array.isArray(entries) || faults.length > 0) return { faults };

  const timeZone = read('timeZone', shape.timeZone);
  const { integrations, faults: unusable } = readIntegrations(entries);
  return {
    account: {
      id: ownId,
      name,
      effectiveStatus: statusText(record.effectiveStatus),
      ...entitlementOf(record, 'package'),
      ...entitlementOf(record, 'level'),
      parentSalesAccountId: parentSalesAccountId ?? null,
      timeZone: timeZone ?? defaultTimeZone,
      integrations,
      faults: [...faults, ...unusable],
    },
  };
}

/** PostgreSQL keeps neither NUL nor half of a surrogate pair. */
function canBeStored(value: unknown): boolean {
  return typeof value !== 'string' || !/\0|\p{Surrogate}/u.test(value);
}

function statusText(status: unknown): string | null {
  if (status === undefined || status === null) return null;
  return typeof status === 'string' ? status : JSON.stringify(status);
}

function entitlementOf(record: Record<string, unknown>, field: 'package' | 'level'): { [field]?: string } {
  const value = record[field];
  return (typeof value === 'string' && canBeStored(value)) || typeof value === 'number'
    ? { [field]: String(value).slice(0, 64) }
    : {};
}

/** Each on its own: one that cannot be used does not stop another. Of one that is there twice, neither is used. */
function readIntegrations(entries: unknown[]): { integrations: AccountIntegration[]; faults: PartialFault[] } {
  const names = entries.map(nameOf);
  const integrations: AccountIntegration[] = [];
  const faults: PartialFault[] = [];
  for (const [index, entry] of entries.entries()) {
    const field = `integrations[${index}]`;
    const integration = names[index]!;
    const first = integration === null ? index : names.indexOf(integration);
    if (first !== index) {
      faults.push({ integration, field, message: `names ${integration} again, after integrations[${first}]` });
      continue;
    }
    const read = AccountIntegration.safeParse(entry);
    if (!read.success) {
      const at = read.error.issues[0]!.path.join('.');
      const value = (entry as Record<string, unknown> | null)?.[at];
      faults.push({
        integration,
        field: at ? `${field}.${at}` : field,
        message: faultOf(at ? value : entry, read.error),
      });
    } else if (!names.includes(integration, index + 1)) {
      integrations.push(read.data);
    }
  }
  return { integrations, faults };
}

function nameOf(entry: unknown): string | null {
  const { data } = IntegrationVendor.safeParse(entry);
  return data ? integrationKey(data) : null;
}

function faultOf(value: unknown, error?: z.ZodError): string {
  if (value === undefined) return 'is missing';
  if (value === null) return 'is null';
  if (value === '') return 'is empty';
  if (typeof value === 'number') return `is the number ${value}, not a text: leading zeros may be lost`;
  const issue = error?.issues[0];
  if (typeof value === 'string' && issue?.code === 'too_big')
    return `has ${value.length} characters, more than ${issue.maximum}`;
  if (typeof value === 'string' && !issue) return 'holds a character that cannot be stored';
  return issue?.message ?? 'is not a list';
}
