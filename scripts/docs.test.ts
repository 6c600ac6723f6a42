import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.dirname(import.meta.dirname);
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join('docs', name)),
];
const text = (page: string): string => readFileSync(path.join(root, page), 'utf8');

describe('the documentation', () => {
  it.each(pages)('%s names only paths that exist', (page) => {
    const named = [...text(page).matchAll(/`((?:packages|scripts|e2e|bench|docs)\/[^`\s]*)`/g)].map(
      ([, name = '']) => name,
    );
    expect(named.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
  });

  it.each(pages)('%s links only to what exists', (page) => {
    const links = [...text(page).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(
      ([, to = '']) => to,
    );
    const from = path.dirname(path.join(root, page));
    expect(links.filter((to) => !existsSync(path.join(from, to)))).toEqual([]);
  });

  it('tells what each direct dependency is for', () => {
    const packages = readdirSync(path.join(root, 'packages')).map((name) =>
      path.join('packages', name, 'package.json'),
    );
    const names = ['package.json', ...packages].flatMap((file) => {
      const manifest = JSON.parse(text(file)) as Record<string, Record<string, string>>;
      return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
        Object.keys(manifest[kind] ?? {}),
      );
    });
    const page = text('docs/dependencies.md');
    const untold = names.filter(
      (name) =>
        !name.startsWith('@dormice/') && !name.startsWith('@types/') && !page.includes(name),
    );
    expect(untold).toEqual([]);
  });
});
