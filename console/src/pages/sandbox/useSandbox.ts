import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { components } from '../../app/api.generated.ts';
import { api, bodyOf } from '../../app/api.ts';
import { refetchEvery } from '../../app/refetchEvery.ts';

type Schemas = components['schemas'];
export type Sandbox = Schemas['Sandbox'];
export type Mail = Schemas['SandboxMail'];
export type Faults = Schemas['SandboxFaults'];
export type FaultsChange = Schemas['SandboxFaultsChange'];

const key = ['sandbox', 'systems'];

export const refetchInterval = refetchEvery(3_000);

export function useSandbox() {
  return useQuery({ queryKey: key, queryFn: () => bodyOf(api.GET('/v1/sandbox')), refetchInterval });
}

/** A change of the sandbox, which answers with all that it shows then. */
export function useSandboxChange<Change>(send: (change: Change) => Promise<{ data?: Sandbox }>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: Change) => bodyOf(send(change)),
    onSuccess: (sandbox) => queries.setQueryData(key, sandbox),
  });
}

/** Faults that change; those that are left out stay. */
export function useFaults() {
  return useSandboxChange((body: FaultsChange) => api.PUT('/v1/sandbox/faults', { body }));
}
