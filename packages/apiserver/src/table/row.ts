import type { KubeObject } from '@dormice/apimachinery';
import { Elapsed, type Kind, showCell } from '@dormice/kinds';
import { partialMetadata } from './table.ts';

/** A row of a table as JSON, but for the times that go on: those stand between its texts. */
export interface Row {
  texts: readonly string[];
  times: readonly Elapsed[];
  /** Are the texts ASCII, so that each character is a byte? */
  ascii: boolean;
  /** About what it holds, bytes. */
  size: number;
}

const own = 200;
const isAscii = /^[\0-\x7f]*$/;

/** The row of an object, which carries its metadata as tables do unless they are asked for more or less. */
export function rowOf(kind: Kind, object: KubeObject): Row {
  const texts: string[] = [];
  const times: Elapsed[] = [];
  let text = '{"cells":[';
  for (const [index, { cell }] of kind.columns.entries()) {
    if (index > 0) text += ',';
    const value = cell(object);
    if (value instanceof Elapsed) {
      texts.push(text);
      times.push(value);
      text = '';
    } else {
      text += JSON.stringify(value ?? null);
    }
  }
  texts.push(`${text}],"object":${JSON.stringify(partialMetadata(object))}}`);
  const size = texts.reduce((sum, { length }) => sum + length, own);
  return { texts, times, size, ascii: texts.every((one) => isAscii.test(one)) };
}

/** Longer than any time as text, and a comma: what a row needs besides its texts, bytes. */
const spare = 64;

/** Rows as they are now, with commas between them. Written piece by piece: joining strings first would take as long again. */
export function encodeRows(rows: readonly Row[], now: Date): Uint8Array {
  const bytes = Buffer.allocUnsafe(rows.reduce((sum, row) => sum + mostBytes(row), 0));
  let at = 0;
  for (const [index, { texts, times, ascii }] of rows.entries()) {
    const encoding = ascii ? 'latin1' : 'utf8';
    if (index > 0) at += bytes.write(',', at, 'latin1');
    for (const [place, text] of texts.entries()) {
      at += bytes.write(text, at, encoding);
      const time = times[place];
      if (time) at += bytes.write(JSON.stringify(showCell(time, now)), at, 'utf8');
    }
  }
  return bytes.subarray(0, at);
}

/** UTF-8 takes three bytes at most for a unit of a string. */
const mostBytes = ({ size, times, ascii }: Row): number =>
  size * (ascii ? 1 : 3) + spare * (times.length + 1);
