const lookAgainMs = 500;

/**
 * Resolves when the shell in which npm has started this process is gone; never where npm has not started it. npm passes
 * SIGTERM to that shell only, and `exec` in the script would do without the shell, but not on Windows.
 */
export function endOfNpm(): Promise<string> {
  const shell = process.ppid;
  return new Promise((resolve) => {
    if (!process.env.npm_lifecycle_event) return;
    const timer = setInterval(() => {
      if (process.ppid === shell) return;
      clearInterval(timer);
      resolve('it was told to end');
    }, lookAgainMs);
    timer.unref();
  });
}
