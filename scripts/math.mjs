// Turns the TeX of the page's symbols into MathML while it is bundled, so that the page holds no typesetter.
import { readFile } from 'node:fs/promises';
import temml from 'temml';

const typeset = (tex, displayMode) => temml.renderToString(tex, { displayMode, throwOnError: true });

export const mathPlugin = {
  name: 'math',
  setup(b) {
    b.onLoad({ filter: /symbols\.json$/ }, async ({ path }) => {
      const symbols = Object.entries(JSON.parse(await readFile(path, 'utf8')));
      const set = symbols.map(([name, { tex, equation, ...rest }]) => [
        name,
        { ...rest, tex: typeset(tex, false), equation: typeset(equation, true) },
      ]);
      return { contents: JSON.stringify(Object.fromEntries(set)), loader: 'json' };
    });
  },
};
