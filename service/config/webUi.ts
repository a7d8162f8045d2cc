import type { z } from 'zod';
import { webAddress } from './values.ts';

/** Temporal's Web UI: one that the API serves at `/temporal`, or one elsewhere that it links to. */
export type WebUi = { upstream: string } | { elsewhere: string };

export const webUiVariables = { WEB_UI_URL: webAddress.optional(), WEB_UI_UPSTREAM: webAddress.optional() };

/** The one elsewhere comes first: it was set for this installation, and the other one by the compose file. */
export function webUiOf(values: z.output<z.ZodObject<typeof webUiVariables>>): WebUi | undefined {
  if (values.WEB_UI_URL) return { elsewhere: values.WEB_UI_URL };
  return values.WEB_UI_UPSTREAM ? { upstream: values.WEB_UI_UPSTREAM } : undefined;
}
