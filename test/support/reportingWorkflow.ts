import { endReporter } from '../../workflows/cancellations/adoption.ts';

/** Has ended at once, and reports it to whoever asked. */
export async function reporting(): Promise<void> {
  const report = endReporter('c-1');
  await report({ integration: 'crm/elead', state: 'ended', steps: [] });
}
