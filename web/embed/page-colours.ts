// Colours for pages of other shops in the dark: the elements' own are for light pages, and follow the page's `color-scheme` here.

/** As in styles/tokens.css, except that paper and surface are white on light pages. */
const colours: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  paper: ['#fff', '#131210'],
  surface: ['#fff', '#1c1a17'],
  tint: ['#f1ece3', '#24211d'],
  ink: ['#17130f', '#f4f0e8'],
  muted: ['#655d52', '#b0a899'],
  line: ['#e3dccf', '#38332c'],
  'line-strong': ['#857c6e', '#857c6e'],
  accent: ['#2563eb', '#8fb2ff'],
  'accent-ink': ['#fff', '#0d1730'],
  sale: ['#b42318', '#ff9b8f'],
  good: ['#1f6b3b', '#7fd6a0'],
  'warn-paper': ['#fdf3d7', '#3a2f12'],
  'warn-ink': ['#5c4300', '#f6dd9a'],
};

/** Sets those that the page does not set itself; older browsers keep the light ones. */
export function followColourScheme(): void {
  if (!CSS.supports('color', 'light-dark(#000, #fff)')) return;
  const set = getComputedStyle(document.documentElement);
  const missing = Object.entries(colours).filter(
    ([name]) => set.getPropertyValue(`--couture-${name}`).trim() === '',
  );
  const sheet = new CSSStyleSheet();
  // No specificity, so that a stylesheet of the page that comes later wins. light-dark() is resolved where it is used.
  sheet.replaceSync(`:where(:root) {
    ${missing.map(([name, [light, dark]]) => `--couture-${name}: light-dark(${light}, ${dark});`).join('\n')}
  }`);
  document.adoptedStyleSheets.push(sheet);
}
