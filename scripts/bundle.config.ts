import path from 'node:path';

/** Settings of rolldown for what `npm start` runs: `dormice.js`, and for the benchmark the API server alone. */

const root = path.dirname(import.meta.dirname);
/** Any folder of that depth: files are looked up from it. */
const out = path.join(root, 'dist', 'bundle');
const packages = path.join(root, 'packages', path.sep);

/** What rolldown hands to a plugin; the little of it that is used. */
interface Bundling {
  emitFile(file: { type: 'chunk'; id: string }): string;
}

/**
 * A module of ours may ask where it lies, to find a file beside it or its worker. In a bundle it says where it lay, so
 * files are found as ever; a worker's code is bundled as well, and the bundle's is started.
 */
const ownAddresses = {
  name: 'own-addresses',
  transform(this: Bundling, code: string, id: string): string | undefined {
    if (!id.startsWith(packages) || !code.includes('import.meta.url')) return undefined;
    const from = path.relative(out, id).split(path.sep).join('/');
    return code
      .replace(/new URL\('(\.\/[a-z-]+-worker\.ts)', import\.meta\.url\)/g, (_, worker: string) => {
        const file = this.emitFile({ type: 'chunk', id: path.resolve(path.dirname(id), worker) });
        return `new URL(import.meta.ROLLUP_FILE_URL_${file})`;
      })
      .replaceAll('import.meta.url', `new URL('${from}', import.meta.url).href`);
  },
};

export default {
  cwd: root,
  input: {
    dormice: 'packages/cli/src/main.ts',
    'api-only': 'bench/lib/api-only.ts',
  },
  platform: 'node',
  plugins: [ownAddresses],
  output: {
    dir: out,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    // Characters beyond ASCII would make V8 keep the whole text with two bytes for each.
    charset: 'ascii',
    comments: false,
    // Names stay: stack traces are read by people.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  },
};
