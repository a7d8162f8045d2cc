import { noFaults } from '../domain/shared/sandboxFaults.ts';
import { type DemoService, inSandbox } from './api.ts';

/** The dealer of the scene in which CST fails: the only fault that the demo sets. Those that people set stay. */
const failingDealerId = '555201';

type Faults = ReturnType<typeof noFaults>;

/** Sets the demo's fault, or ends it. */
export async function failDemosDealer(service: DemoService, isFailing: boolean): Promise<void> {
  const { cst } = await faultsOf(service);
  const others = cst.failingDealerIds.filter((id) => id !== failingDealerId);
  const failingDealerIds = isFailing ? [...others, failingDealerId] : others;
  await inSandbox(service, 'PUT', '/sandbox/faults', { cst: { failingDealerIds } });
}

/** Whether people have set any: a scene may wait for its end then. */
export async function hasOtherFaults(service: DemoService): Promise<boolean> {
  const { cst, ...others } = await faultsOf(service);
  const { cst: usualCst, ...usualOthers } = noFaults();
  const failingDealerIds = cst.failingDealerIds.filter((id) => id !== failingDealerId);
  const isSet = (system: object, usual: object) =>
    Object.entries(usual).some(([name, value]) => JSON.stringify(system[name as never]) !== JSON.stringify(value));
  return (
    isSet({ ...cst, failingDealerIds }, usualCst) ||
    Object.entries(usualOthers).some(([name, usual]) => isSet(others[name as keyof typeof others], usual))
  );
}

async function faultsOf(service: DemoService): Promise<Faults> {
  return (await inSandbox<{ faults: Faults }>(service, 'GET', '/sandbox')).faults;
}
