/**
 * An object is gone when a controller comes to it: every controller meets that while a namespace is emptied, and which of
 * them does in one run is chance. What is not to be gone would be missed by the workload.
 */
const ofDeletions = [
  /\\?"(NAME\/)?NAME\\?" not found/,
  /"Error getting updated StatefulSet from lister"/,
];

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
        .replace(/&[a-z0-9]+\.\w+\{.*\}/, 'OBJECT')
        .replace(/\b[a-z-]+-round-\d+[\w-]*/g, 'NAME')
        .replace(/\d+/g, '0'),
    )
    .map((line) => (ofDeletions.some((one) => one.test(line)) ? 'E (an object is gone)' : line));
  return [...new Set(kinds)].sort();
}
