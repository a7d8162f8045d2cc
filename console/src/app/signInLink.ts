const mark = '#sign-in=';

let token = taken();

/** Takes the token out of the address at once, so that it is in no history or bookmark. */
function taken(): string | undefined {
  const { hash, pathname, search } = window.location;
  if (!hash.startsWith(mark)) return undefined;
  window.history.replaceState(null, '', pathname + search);
  return hash.slice(mark.length);
}

// In a tab that shows the console already, a link changes only what follows the #.
window.addEventListener('hashchange', () => {
  if (window.location.hash.startsWith(mark)) window.location.reload();
});

/** The token of the sign-in link with which the page was opened; only the first time. */
export function signInToken(): string | undefined {
  const given = token;
  token = undefined;
  return given;
}
