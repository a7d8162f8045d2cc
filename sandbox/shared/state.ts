import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Account } from '../../domain/shared/accounts.ts';
import { type SandboxDealer, sandboxDealers } from './dealers.ts';

export interface Run {
  runId: string;
  name: string;
  key?: string;
  startedAt: string;
  /** Epoch, ms. */
  endsAt: number;
  results: { dealerId: string; state: 'succeeded' | 'failed'; message: string }[];
  /** Whether VinSolutions has got what the run sends. */
  sent?: boolean;
}

/** VinSolutions' events of one dealer, as its contract shows them. */
export interface EventSubscription {
  dealerId: number;
  subscriberId: string;
  status: string;
  statusDateUtc: string;
  subscriptions: string[];
}

/** A dealer's subscription to our app at Fortellis, as its contract shows it. */
export interface AppSubscription {
  subscriptionId: string;
  orgId: string;
  orgName: string;
  status: string;
  activationDate: string;
  deactivationDate: string;
  environment: string;
}

interface Saved {
  statuses: Record<string, string>;
  dmsProviders: Record<string, { provider: string; providerId: string }>;
  salesforceParents: Record<string, string>;
  parameters: Record<string, string>;
  runs: Run[];
  eventSubscriptions: EventSubscription[];
  appSubscriptions: AppSubscription[];
}

/** What the outside systems know; kept in one file, so that it survives a restart together with our own data. */
export class SandboxState {
  readonly accounts = new Map<string, SandboxDealer>();
  /** Fields of an account's record that CST answers otherwise than its contract says; undefined leaves one out. */
  readonly oddFields = new Map<string, Record<string, unknown>>();
  /** The same in the list of accounts by name. */
  readonly oddNames = new Map<string, Record<string, unknown>>();
  readonly dmsProviders = new Map<string, { provider: string; providerId: string }>();
  readonly parameters = new Map<string, string>();
  runs: Run[] = [];
  eventSubscriptions: EventSubscription[] = [];
  appSubscriptions: AppSubscription[] = [];
  private readonly file: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly runTimers = new Set<NodeJS.Timeout>();
  private readonly dealers: SandboxDealer[];

  constructor({ dataDir, dealers = sandboxDealers }: { dataDir?: string; dealers?: SandboxDealer[] }) {
    this.dealers = dealers;
    this.reset();
    if (!dataDir) return;
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    this.file = join(dataDir, 'sandbox.json');
    if (existsSync(this.file)) this.restore(JSON.parse(readFileSync(this.file, 'utf8')) as Saved);
  }

  /** Everything as on the first day. */
  reset(): void {
    for (const known of [this.accounts, this.oddFields, this.oddNames, this.dmsProviders]) known.clear();
    this.parameters.clear();
    const parameters = '# One line per parameter\nEnvironment: production\nDealerIds: \n';
    this.parameters.set('Remove from Vin Event Stream', parameters);
    this.runs = [];
    for (const timer of this.runTimers) clearTimeout(timer);
    this.runTimers.clear();
    this.eventSubscriptions = [];
    this.appSubscriptions = [];
    for (const dealer of this.dealers) {
      this.accounts.set(dealer.id, { ...dealer });
      const dms = dealer.integrations.find((one) => one.kind === 'dms');
      if (dms) this.dmsProviders.set(dealer.id, { provider: dms.vendor, providerId: dms.dealerId });
      const vinSolutions = dealer.integrations.find((one) => one.vendor === 'vinsolutions');
      if (vinSolutions) this.eventSubscriptions.push(eventsOf(Number(vinSolutions.dealerId)));
      if (dms?.fortellisOrgId) this.appSubscriptions.push(subscriptionOf(dealer, dms.fortellisOrgId));
    }
  }

  /** The account as CST's contract shows it, except for its odd fields. */
  account(id: string): Record<string, unknown> | undefined {
    const found = this.accounts.get(id);
    return found && { ...Account.parse(found), ...this.oddFields.get(id) };
  }

  /** Keeps a run of a manual process; when it ends, VinSolutions stops sending the events of the dealers that it removed. */
  start(run: Run): void {
    this.runs.push(run);
    this.changed();
    this.endLater(run);
  }

  private endLater(run: Run): void {
    const timer = setTimeout(
      () => {
        this.runTimers.delete(timer);
        this.send(run);
      },
      Math.max(0, run.endsAt - Date.now()),
    );
    timer.unref();
    this.runTimers.add(timer);
  }

  private send(run: Run): void {
    const removed = new Set(run.results.filter(({ state }) => state === 'succeeded').map(({ dealerId }) => dealerId));
    for (const own of this.eventSubscriptions)
      if (removed.has(String(own.dealerId)) && own.status !== 'inactive')
        Object.assign(own, { status: 'inactive', statusDateUtc: new Date().toISOString() });
    run.sent = true;
    this.changed();
  }

  /** Writes soon; many changes at once are one write. */
  changed(): void {
    if (!this.file || this.timer) return;
    this.timer = setTimeout(() => this.save(), 100);
  }

  save(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.file) return;
    const saved: Saved = {
      statuses: Object.fromEntries([...this.accounts.values()].map((account) => [account.id, account.effectiveStatus])),
      dmsProviders: Object.fromEntries(this.dmsProviders),
      salesforceParents: Object.fromEntries(
        [...this.accounts.values()].flatMap(({ id, salesforceParentId }) =>
          salesforceParentId === undefined ? [] : [[id, salesforceParentId]],
        ),
      ),
      parameters: Object.fromEntries(this.parameters),
      runs: this.runs,
      eventSubscriptions: this.eventSubscriptions,
      appSubscriptions: this.appSubscriptions,
    };
    writeFileSync(`${this.file}.new`, JSON.stringify(saved), { mode: 0o600 });
    renameSync(`${this.file}.new`, this.file);
  }

  private restore(saved: Saved): void {
    for (const [id, status] of Object.entries(saved.statuses)) {
      const account = this.accounts.get(id);
      if (account) account.effectiveStatus = status;
    }
    for (const account of this.accounts.values()) account.salesforceParentId = saved.salesforceParents[account.id];
    this.dmsProviders.clear();
    for (const [id, provider] of Object.entries(saved.dmsProviders)) this.dmsProviders.set(id, provider);
    for (const [name, text] of Object.entries(saved.parameters)) this.parameters.set(name, text);
    this.runs = saved.runs;
    this.eventSubscriptions = saved.eventSubscriptions;
    this.appSubscriptions = saved.appSubscriptions;
    for (const run of this.runs) if (!run.sent) this.endLater(run);
  }
}

function eventsOf(dealerId: number): EventSubscription {
  return {
    dealerId,
    subscriberId: 'sandbox-subscriber',
    status: 'active',
    statusDateUtc: '2030-01-10T00:00:00Z',
    subscriptions: ['CustomerUpdated', 'LeadCreated', 'LeadUpdated'],
  };
}

function subscriptionOf({ name }: SandboxDealer, orgId: string): AppSubscription {
  return {
    subscriptionId: orgId.replace(/^.{8}/, '00000000'),
    orgId,
    orgName: name.toUpperCase(),
    status: 'active',
    activationDate: '2025-01-10',
    deactivationDate: '',
    environment: 'Production',
  };
}
