import dns, { type Answer, type DecodedPacket, type Packet } from 'dns-packet';
import type { Forwarder } from './forwarder.ts';
import { type DnsZone, ttl } from './zone.ts';

const rcodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
type Rcode = keyof typeof rcodes;

/** Largest answer over UDP to who says nothing about it: RFC 1035. */
const plainSize = 512;
/** Largest that we send to anybody over UDP: fits in one Ethernet frame. */
const largestSize = 1232;
/** An alias may lead to an alias; not for ever. */
const longestChain = 8;

export interface RespondContext {
  zone: DnsZone | undefined;
  transport: 'udp' | 'tcp';
  forwarder: Forwarder;
  onForwardError: (error: unknown) => void;
}

/** One message in, one out; `undefined` for what is no question at all. */
export async function respond(
  message: Buffer,
  context: RespondContext,
): Promise<Buffer | undefined> {
  if (message.length < 12 || (message.readUInt8(2) & 0x80) !== 0) return undefined;
  let query: DecodedPacket;
  try {
    query = dns.decode(message);
  } catch {
    return failure(message, 'FORMERR');
  }
  if (((query.flags ?? 0) >> 11) & 0xf) return failure(message, 'NOTIMP');
  const [question] = query.questions ?? [];
  if (!question || query.questions?.length !== 1) return failure(message, 'FORMERR');
  if (!context.zone || (question.class !== undefined && question.class !== 'IN')) {
    return reply(query, 'REFUSED', {}, context);
  }
  try {
    return await answer(message, query, context.zone, context);
  } catch (error) {
    context.onForwardError(error);
    return reply(query, 'SERVFAIL', {}, context);
  }
}

async function answer(
  message: Buffer,
  query: DecodedPacket,
  zone: DnsZone,
  context: RespondContext,
): Promise<Buffer> {
  const [question] = query.questions ?? [];
  const type = question?.type ?? 'A';
  const chain: Answer[] = [];
  let name = question?.name ?? '';
  while (chain.length <= longestChain) {
    const result = zone.resolve(name, type);
    const authorities = [soa(zone.domain)];
    switch (result.found) {
      case 'records':
        return reply(
          query,
          'NOERROR',
          { answers: [...chain, ...result.answers], additionals: result.additionals ?? [] },
          context,
        );
      case 'nodata':
        return reply(query, 'NOERROR', { answers: chain, authorities }, context);
      case 'nothing':
        return reply(query, 'NXDOMAIN', { answers: chain, authorities }, context);
      case 'alias':
        chain.push(result.answer);
        if (type === 'CNAME') return reply(query, 'NOERROR', { answers: chain }, context);
        name = result.target;
        break;
      case 'elsewhere': {
        if (chain.length === 0) return context.forwarder.forward(message, context.transport);
        const foreign = await ask(context.forwarder, name, type);
        const rcode = foreign.rcode in rcodes ? (foreign.rcode as Rcode) : 'SERVFAIL';
        return reply(query, rcode, { answers: [...chain, ...(foreign.answers ?? [])] }, context);
      }
    }
  }
  return reply(query, 'SERVFAIL', { answers: chain }, context);
}

/** Our own question to an upstream resolver. */
async function ask(
  forwarder: Forwarder,
  name: string,
  type: string,
): Promise<DecodedPacket & { rcode: string }> {
  const question = dns.encode({
    type: 'query',
    id: 0,
    flags: dns.RECURSION_DESIRED,
    questions: [{ name, type: type as Answer['type'] }],
  } as Packet);
  let decoded = dns.decode(await forwarder.forward(question, 'udp'));
  if (decoded.flag_tc) decoded = dns.decode(await forwarder.forward(question, 'tcp'));
  return decoded as DecodedPacket & { rcode: string };
}

/** Who asks what to answer with; a name that is not there is asked for again after `ttl`. */
function soa(domain: string): Answer {
  return {
    type: 'SOA',
    name: domain,
    ttl,
    data: {
      mname: `ns.dns.${domain}`,
      rname: `hostmaster.${domain}`,
      serial: 1,
      refresh: 7200,
      retry: 1800,
      expire: 86_400,
      minimum: ttl,
    },
  };
}

interface Sections {
  answers?: Answer[];
  authorities?: Answer[];
  additionals?: Answer[];
}

function reply(
  query: DecodedPacket,
  rcode: Rcode,
  sections: Sections,
  { transport }: Pick<RespondContext, 'transport'>,
): Buffer {
  const edns = query.additionals?.find((record) => record.type === 'OPT');
  const asked = edns && 'udpPayloadSize' in edns ? Number(edns.udpPayloadSize) : plainSize;
  const limit = transport === 'tcp' ? 0xffff : Math.min(Math.max(asked, plainSize), largestSize);
  const opt = edns
    ? [{ type: 'OPT', name: '.', udpPayloadSize: largestSize, flags: 0, options: [] }]
    : [];
  const make = (parts: Sections, more: number) =>
    dns.encode({
      type: 'response',
      id: query.id ?? 0,
      flags:
        dns.AUTHORITATIVE_ANSWER |
        dns.RECURSION_AVAILABLE |
        ((query.flags ?? 0) & dns.RECURSION_DESIRED) |
        more |
        rcodes[rcode],
      questions: query.questions ?? [],
      answers: parts.answers ?? [],
      authorities: parts.authorities ?? [],
      additionals: [...(parts.additionals ?? []), ...(opt as unknown as Answer[])],
    } as Packet);
  const whole = make(sections, 0);
  if (whole.length <= limit) return whole;
  const { answers = [], authorities = [] } = sections;
  const withoutAdditionals = make({ answers, authorities }, 0);
  if (withoutAdditionals.length <= limit) return withoutAdditionals;
  // As many as fit: resolvers that never come back over TCP (older musl) live on these.
  let fitting = answers;
  let cut = make({ answers: fitting }, dns.TRUNCATED_RESPONSE);
  while (cut.length > limit) {
    const share = Math.floor((fitting.length * limit) / cut.length);
    fitting = fitting.slice(0, Math.min(share, fitting.length - 1));
    cut = make({ answers: fitting }, dns.TRUNCATED_RESPONSE);
  }
  return cut;
}

/** An answer to what could not be read: its header only. */
function failure(message: Buffer, rcode: Rcode): Buffer {
  const header = Buffer.alloc(12);
  message.copy(header, 0, 0, 3);
  header.writeUInt8(header.readUInt8(2) | 0x80, 2);
  header.writeUInt8(0x80 | rcodes[rcode], 3);
  return header;
}
