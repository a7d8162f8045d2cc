import { useEffect } from 'react';

/** Whether this is the address of Temporal's Web UI: there the API sends the console only to those who are not signed in. */
export const isWebUi = () => /^\/temporal(\/|$)/.test(window.location.pathname);

/** After the sign-in, the API answers the same address with the Web UI. The router is left out: it would rewrite the address. */
export function WebUi() {
  useEffect(() => window.location.reload(), []);
  return null;
}
