/** Which inline styles of a mail survive: properties and values by allow-list, never anything that is fetched or covers the page. */

const LENGTH = String.raw`-?(?:\d{1,4}(?:\.\d{1,4})?|\.\d{1,4})(?:px|pt|em|rem|ex|ch|%|in|cm|mm|pc|vw)?`;
const UNSIGNED = LENGTH.slice(2);
const COLOUR = String.raw`(?:#[\da-f]{3,8}|[a-z]{3,30}|rgba?\([\d\s.,%/]{1,60}\)|hsla?\([\d\s.,%/deg]{1,60}\))`;
const WORDS = String.raw`[a-z][a-z-]{0,30}`;

const exactly = (pattern: string) => new RegExp(`^(?:${pattern})$`, 'i');
const upToFour = (item: string) => exactly(`${item}(?:\\s+${item}){0,3}`);

const colour = exactly(COLOUR);
const word = exactly(WORDS);
const size = exactly(`${UNSIGNED}|auto|none|normal|min-content|max-content|fit-content`);
const sizes = upToFour(`(?:${UNSIGNED}|auto|0)`);
const border = upToFour(`(?:${UNSIGNED}|${COLOUR}|${WORDS})`);

/** Property → what its value must look like. What is missing here is dropped: position, content, filter, background images, … */
const PROPERTIES: ReadonlyMap<string, RegExp> = new Map<string, RegExp>([
  ...[
    'color',
    'background-color',
    'border-color',
    'border-top-color',
    'border-right-color',
    'border-bottom-color',
    'border-left-color',
    'text-decoration-color',
  ].map((name): [string, RegExp] => [name, colour]),
  // `background: #fff` is common; a value with an image does not match.
  ['background', colour],
  ['border-color', upToFour(COLOUR)],
  ['font-family', /^[\w\s,'"\-\u0080-\uffff]{1,300}$/],
  ['font-size', exactly(`${UNSIGNED}|(?:x{1,3}-)?(?:small|large)|medium|smaller|larger`)],
  ['font-weight', exactly('normal|bold|bolder|lighter|[1-9]00')],
  ['font-style', exactly('normal|italic|oblique')],
  ['font-variant', word],
  ['font', /^[\w\s,.%'"/\-\u0080-\uffff]{1,300}$/],
  ['line-height', size],
  ['letter-spacing', exactly(`${LENGTH}|normal`)],
  ['word-spacing', exactly(`${LENGTH}|normal`)],
  ['text-align', word],
  ['text-decoration', exactly(`${WORDS}(?:\\s+(?:${WORDS}|${COLOUR})){0,2}`)],
  ['text-decoration-line', word],
  ['text-decoration-style', word],
  ['text-transform', word],
  ['text-indent', exactly(UNSIGNED)],
  ['text-overflow', word],
  ['vertical-align', exactly(`${LENGTH}|${WORDS}`)],
  ['white-space', word],
  ['word-break', word],
  ['word-wrap', word],
  ['overflow-wrap', word],
  ['direction', exactly('ltr|rtl')],
  ['unicode-bidi', word],
  ['list-style-type', word],
  ['list-style-position', exactly('inside|outside')],
  ['list-style', exactly(`${WORDS}(?:\\s+(?:inside|outside))?`)],
  [
    'display',
    exactly('none|block|inline|inline-block|table|inline-table|table-row|table-cell|table-row-group|list-item'),
  ],
  ['visibility', exactly('visible|hidden|collapse')],
  ['float', exactly('left|right|none')],
  ['clear', exactly('left|right|both|none')],
  ['overflow', exactly('hidden|visible|auto')],
  ['opacity', /^(?:0|1|0?\.\d{1,4}|1\.0+)$/],
  ['box-sizing', exactly('border-box|content-box')],
  ['table-layout', exactly('auto|fixed')],
  ['border-collapse', exactly('collapse|separate')],
  ['border-spacing', sizes],
  ['caption-side', word],
  ['empty-cells', word],
  ...['width', 'height', 'min-width', 'min-height', 'max-width', 'max-height'].map((name): [string, RegExp] => [
    name,
    size,
  ]),
  ...['padding', 'margin', 'border-width', 'border-radius'].map((name): [string, RegExp] => [name, sizes]),
  ...['top', 'right', 'bottom', 'left'].flatMap((side): [string, RegExp][] => [
    [`padding-${side}`, size],
    [`margin-${side}`, size],
    [`border-${side}`, border],
    [`border-${side}-width`, size],
    [`border-${side}-style`, word],
  ]),
  ...['border', 'outline'].map((name): [string, RegExp] => [name, border]),
  ['border-style', upToFour(WORDS)],
]);

/** What a background may say beside its colour. */
const PICTURE = /\burl\((?:"[^"]*"|'[^']*'|[^()"']*)\)/gi;
const NO_COLOURS = new Set([
  ...['none', 'repeat', 'space', 'round', 'scroll', 'fixed', 'local', 'top', 'right', 'bottom', 'left', 'center'],
  ...['cover', 'contain', 'auto', 'initial', 'inherit', 'unset', 'revert'],
]);

/** The colour behind a picture, empty where none is named: light words on a dark picture need it more than the picture. */
function backgroundColour(value: string): string {
  const parts = value.replace(PICTURE, ' ').match(/[a-z]+\([^()]*\)|\S+/gi) ?? [];
  const colours = parts.filter((part) => colour.test(part) && !NO_COLOURS.has(part.toLowerCase()));
  const unknown = parts.some((part) => part.includes('(') && !colour.test(part));
  return colours.length === 1 && !unknown ? (colours[0] ?? '') : '';
}

const LONGEST_STYLE = 8_000;

/**
 * The declarations of a style attribute that may stay (CSS Style Attributes).
 * Comments, escapes and anything that looks like a function other than a colour end their declaration, so nothing hides in them.
 * @param style value of the attribute, entities decoded
 * @returns a value that needs no more checking; empty where nothing may stay
 */
export function safeStyle(style: string): string {
  if (style.length > LONGEST_STYLE) return '';
  const kept: string[] = [];
  for (const declaration of style.split(';')) {
    const colon = declaration.indexOf(':');
    if (colon < 0) continue;
    const property = declaration.slice(0, colon).trim().toLowerCase();
    const whole = declaration.slice(colon + 1).trim();
    // Begins with a sign, not with spaces: a search for spaces up to an end takes the square of their number.
    const important = /!\s*important$/i.test(whole);
    const written = important ? whole.replace(/!\s*important$/i, '').trimEnd() : whole;
    const value = property === 'background' && !colour.test(written) ? backgroundColour(written) : written;
    if (value && PROPERTIES.get(property)?.test(value)) {
      kept.push(`${property}:${value}${important ? ' !important' : ''}`);
    }
  }
  return kept.join(';');
}
