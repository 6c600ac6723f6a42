import { type DumpOptions, SCALAR_STYLE, type ScalarStyleRule } from 'js-yaml';

/** What a text without quotes may not begin with, and what may not stand in it. */
const opening = /^(?:[,[\]{}#&*!|>'"%@`]|[?:-](?:\s|$)|---|\.\.\.|\s)/;
const inside = /:(?:\s|$)|\s#|\s$/;
const needsEscapes =
  /[^\n\x20-\x7e\x85\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]|\ufeff/u;

const allows = (mask: number, style: number): boolean => (mask & (1 << style)) !== 0;

/**
 * The quotes that Go's YAML gives: lines as a literal block, double quotes for what would be read as something else than
 * a text (`"true"`), single ones for what is no plain text (`'*'`).
 */
const asGoQuotes: ScalarStyleRule = (layout) => {
  const { allowedStylesMask: mask, node, style } = layout;
  const { value } = node;
  if (style !== SCALAR_STYLE.PLAIN) return;
  if (needsEscapes.test(value)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
  else if (value.includes('\n')) {
    const isBlock = !layout.isKey && allows(mask, SCALAR_STYLE.LITERAL_BLOCK);
    layout.style = isBlock ? SCALAR_STYLE.LITERAL_BLOCK : SCALAR_STYLE.DOUBLE_QUOTED;
  } else if (value !== '' && (opening.test(value) || inside.test(value))) {
    layout.style = SCALAR_STYLE.SINGLE_QUOTED;
  } else if (!allows(mask, SCALAR_STYLE.PLAIN)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
};

/** As sigs.k8s.io/yaml writes: keys in order, lists not indented, its quotes. Long lines are not broken. */
export const yamlStyle: DumpOptions = {
  sortKeys: true,
  lineWidth: -1,
  noRefs: true,
  seqNoIndent: true,
  scalarStyleRules: [asGoQuotes],
};
