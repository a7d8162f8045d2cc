let owner: string | undefined;

/** The session's owner for whom this page was loaded, by ID; undefined while nobody has signed in. */
export const pageOwner = (): string | undefined => owner;

/** The first session decides: for another owner the page is loaded again, so that none of them sees or sends what is another's. */
export function setPageOwner(id: string): void {
  owner ??= id;
}

/** Says with a request whose page sends it, as the API asks of what uses the browser's session. */
export function nameOwner(headers: Headers): void {
  if (owner !== undefined) headers.set('x-dealerops-owner', encodeURIComponent(owner));
}
