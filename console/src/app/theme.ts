import {
  type CSSVariablesResolver,
  createTheme,
  darken,
  type MantineTheme,
  Menu,
  Modal,
  Notification,
} from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'cyan',
  // White on a lighter shade has less contrast than people need.
  primaryShade: 9,
  autoContrast: true,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  // In the table of contents of a page, its title alone is large.
  headings: { fontWeight: '650' },
  components: {
    // Its placeholder for the first focus is no item of a menu.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Modal: Modal.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' }, attributes: { header: { role: 'presentation' } } },
    }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
  },
});

/** Mantine's own shades of text on light backgrounds have less contrast than people need (WCAG 2.2, AA). */
export const readableColors: CSSVariablesResolver = (theme: MantineTheme) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': theme.colors.gray[7],
    '--mantine-color-placeholder': theme.colors.gray[7],
    '--mantine-color-error': theme.colors.red[9],
    '--mantine-color-anchor': darken(theme.colors.cyan[9], 0.15),
    ...eachColor(theme, (color, shades) => ({
      [`--mantine-color-${color}-filled-hover`]: darken(shades[9]!, 0.1),
      [`--mantine-color-${color}-text`]: darken(shades[9]!, 0.35),
      [`--mantine-color-${color}-light-color`]: darken(shades[9]!, 0.35),
    })),
  },
  dark: {
    '--mantine-color-dimmed': theme.colors.dark[1],
    '--mantine-color-placeholder': theme.colors.dark[1],
    '--mantine-color-error': theme.colors.red[4],
    '--mantine-color-anchor': theme.colors.cyan[3],
    // Its usual shades are darker than the page.
    '--mantine-color-gray-filled': theme.colors.gray[7],
    '--mantine-color-gray-light': theme.colors.dark[5],
    ...eachColor(theme, (color, shades) => ({
      [`--mantine-color-${color}-filled-hover`]: darken(shades[9]!, 0.1),
      [`--mantine-color-${color}-text`]: shades[3]!,
      [`--mantine-color-${color}-light-color`]: shades[1]!,
    })),
  },
});

function eachColor(
  { colors }: MantineTheme,
  variables: (color: string, shades: readonly string[]) => Record<string, string>,
): Record<string, string> {
  const all = Object.entries(colors).filter(([color]) => color !== 'dark');
  return Object.assign({}, ...all.map(([color, shades]) => variables(color, shades)));
}
