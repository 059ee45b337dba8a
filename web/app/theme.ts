import { createTheme, type CSSVariablesResolver, type MantineColorsTuple, rem } from '@mantine/core'

/** The one accent, from lightest to darkest. White on shade 6 and darker has a contrast above 4.5. */
const accent: MantineColorsTuple = [
  '#eaf4fa',
  '#d3e6f2',
  '#a9cde4',
  '#7cb3d6',
  '#579dca',
  '#3f8fc2',
  '#2b74a3',
  '#1f5f8b',
  '#174c71',
  '#0f3a58',
]

/** Greys of the dark scheme, towards the blue of `tokens.css`. */
const dark: MantineColorsTuple = [
  '#e4e8ed',
  '#c3cad3',
  '#a9b3bf',
  '#76818f',
  '#3a434f',
  '#2a313a',
  '#20262e',
  '#191e25',
  '#14191f',
  '#0e1216',
]

export const theme = createTheme({
  colors: { accent, dark },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  // Two sizes for text, three for headings; Mantine's own five names share them.
  fontSizes: { xs: rem(13), sm: rem(15), md: rem(15), lg: rem(18), xl: rem(18) },
  lineHeights: { xs: '1.5', sm: '1.5', md: '1.5', lg: '1.4', xl: '1.4' },
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: rem(24), lineHeight: '1.3' },
      h2: { fontSize: rem(18), lineHeight: '1.4' },
      h3: { fontSize: rem(15), lineHeight: '1.5' },
      h4: { fontSize: rem(15), lineHeight: '1.5' },
      h5: { fontSize: rem(15), lineHeight: '1.5' },
      h6: { fontSize: rem(15), lineHeight: '1.5' },
    },
  },
  spacing: { xs: rem(8), sm: rem(12), md: rem(16), lg: rem(24), xl: rem(32) },
  defaultRadius: rem(6),
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Within a sentence a link is told by more than its colour.
    Anchor: { defaultProps: { underline: 'always' } },
    // A header element of theirs is no banner of the page.
    Modal: { defaultProps: { attributes: { header: { role: 'presentation' } } } },
    Drawer: { defaultProps: { attributes: { header: { role: 'presentation' } } } },
  },
  focusRing: 'auto',
  autoContrast: false,
})

/** Colours of Mantine's that are too pale for AA, and our own, which `tokens.css` holds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-dimmed': 'var(--text-soft)',
    '--mantine-color-placeholder': 'var(--text-soft)',
    '--mantine-color-error': 'var(--bad-text)',
    '--mantine-color-anchor': 'var(--link)',
    '--mantine-color-default-border': 'var(--border-strong)',
    '--mantine-color-disabled-color': 'var(--text-soft)',
  },
  dark: {
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-dimmed': 'var(--text-soft)',
    '--mantine-color-placeholder': 'var(--text-soft)',
    '--mantine-color-error': 'var(--bad-text)',
    '--mantine-color-anchor': 'var(--link)',
    '--mantine-color-default': 'var(--raised)',
    '--mantine-color-default-border': 'var(--border-strong)',
    '--mantine-color-disabled-color': 'var(--text-soft)',
  },
})
