/** 53 bits of a text: two runs of FNV-1a from different starts. */
export function hashOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return ((high ^ (high >>> 13)) & 0x1fffff) * 0x1_0000_0000 + ((low ^ (low >>> 15)) >>> 0);
}

/**
 * Deals a flow its hand: `size` different cards out of `deck`, the same for the same hash. Two flows seldom share a whole
 * hand, so that one which fills its queues leaves others at least one of theirs.
 */
export function dealHand(hash: number, deck: number, size: number): number[] {
  const left = Array.from({ length: deck }, (_, card) => card);
  const hand: number[] = [];
  let rest = hash;
  for (let dealt = 0; dealt < Math.min(size, deck); dealt += 1) {
    const at = rest % left.length;
    rest = Math.floor(rest / left.length);
    hand.push(...left.splice(at, 1));
  }
  return hand;
}
