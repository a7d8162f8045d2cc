/** A vendor whose portal a person uses, as docs/architecture.md says to add one: every change to the source. */
export const addedVendor: { file: string; before: string; add: string }[] = [
  {
    file: 'domain/shared/vendors.ts',
    before: "  'crm/elead': {",
    add: "  'crm/example': { title: 'Example CRM', spellings: ['Example', 'Example CRM'] },\n",
  },
  {
    file: 'domain/cancellations/vendors/example.ts',
    before: '',
    add: `import { confirm } from '../../shared/tasks.ts';
import { numberOf, type VendorEntry } from './entry.ts';

/** Example CRM: a ticket in its portal. */
export const example = {
  workflow: 'cancelExample' as const,
  steps: { 'example-ticket': { title: 'Open a ticket in the Example portal', actor: 'ops' } },
  tasks: {
    'example-ticket': {
      team: 'ops',
      dueBusinessDays: 2,
      content: ({ dealerName, dealerId }) => ({
        title: \`Cancel \${dealerName} at Example CRM\`,
        instructions: ['Open a ticket with the text below.'],
        texts: [{ label: 'Description', value: \`Please cancel dealer \${dealerId}\` }],
      }),
      fields: () => [
        { name: 'ticketNumber', label: "The ticket's number", type: 'text' },
        confirm('done', 'Example CRM has confirmed'),
      ],
      ifNotCompleted: ({ dealerName }) => \`\${dealerName} stays active at Example CRM.\`,
      evidence: ({ ticketNumber }) => \`ticket \${numberOf(ticketNumber)}\`,
    },
  },
} satisfies VendorEntry;
`,
  },
  {
    file: 'domain/cancellations/catalog.ts',
    before: "import { reynoldsCrm, reynoldsDirect } from './vendors/reynolds.ts';",
    add: "import { example } from './vendors/example.ts';\n",
  },
  {
    file: 'domain/cancellations/catalog.ts',
    before: '} satisfies Record<IntegrationName, VendorEntry>;',
    add: "  'crm/example': example,\n",
  },
  {
    file: 'workflows/cancellations/vendorProcedures.ts',
    before: '/** Elead: ',
    add: `/** Example CRM: a ticket in its portal. */
export async function cancelExample(of: IntegrationCancellation): Promise<IntegrationProgress> {
  return carryOut(of, (steps) => steps.person('example-ticket'));
}

`,
  },
];
