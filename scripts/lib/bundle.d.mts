export function bundleOf(
  root: string,
  node: string,
  say: (text: string) => void,
): string | undefined;
