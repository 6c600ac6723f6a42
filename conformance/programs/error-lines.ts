/**
 * The kinds of klog's error lines (`E1123 23:19:52.123456 1 file.go:7] "message" key="value"`): without time, process,
 * line number and what is particular to an object, sorted, each once.
 */
export function errorLinesOf(log: string): string[] {
  const kinds = log
    .split('\n')
    .filter((line) => /^[EF]\d{4} /.test(line))
    .map((line) =>
      line
        .replace(/^([EF])\d{4} \S+\s+\d+ /, '$1 ')
        .replace(/(\.go):\d+\]/, '$1]')
        .replace(/https?:\/\/[0-9.[\]:]+/g, 'URL')
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID')
        .replace(/\b[a-z-]+-round-\d+[\w-]*/g, 'NAME')
        .replace(/\d+/g, '0'),
    );
  return [...new Set(kinds)].sort();
}
