import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The real Chromium of this machine. */
export function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? programs.find((program) => existsSync(program));
  if (!executablePath)
    throw new Error('The browser tests need Chromium: apt-get install chromium, or name it in CHROMIUM.');
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
  const quiet = ['--disable-background-networking', '--disable-component-update'];
  return chromium.launch({ executablePath, args: [...args, ...quiet] });
}
