import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { picture } from './browser.ts';

const themes = ['light', 'dark'] as const;
const widths = [1280, 390] as const;
const options = { resultTypes: ['violations'] };

const isStill = (theme: string) => `document.documentElement.dataset.mantineColorScheme === '${theme}' && document
  .getAnimations().every((one) => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)`;

/**
 * Expects that axe finds nothing (WCAG 2.2 AA and its best practices), in both themes, at both widths.
 * @param state of which page, for the message and the pictures
 */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  await page.evaluate(axe.source);
  // An open menu and a tooltip are no part of the page; axe knows this of dialogs.
  const regionMatcher = 'dialog, [role=dialog], [role=alertdialog], [role=menu], [role=tooltip], svg';
  await page.evaluate(`axe.configure(${JSON.stringify({ checks: [{ id: 'region', options: { regionMatcher } }] })})`);
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await expect.poll(() => page.evaluate(isStill(theme)), { timeout: 20_000 }).toBe(true);
      const found = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as axe.AxeResults;
      const wrong = found.violations.map(({ id, help, nodes }) => ({
        rule: `${id}: ${help}`,
        at: nodes.map(({ html, any, all, none }) => [html.slice(0, 300), [...any, ...all, ...none][0]?.message ?? '']),
      }));
      if (wrong.length > 0) await picture(page, `axe-${state}-${theme}-${width}`);
      expect.soft({ state, theme, width, wrong }).toEqual({ state, theme, width, wrong: [] });
      expect
        .soft([state, width, await page.evaluate('document.documentElement.scrollWidth')])
        .toEqual([state, width, width]);
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}
