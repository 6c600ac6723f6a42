import { describe, expect, it } from 'vitest';
import { framesOf, testServer } from '../testing/test-server.ts';
import { Histogram } from './instruments.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

async function scrape() {
  const server = await testServer();
  const text = async (): Promise<string> =>
    String((await server.send('GET', '/metrics')).body['text']);
  /** Labels and value of each sample of a metric. */
  const samples = async (name: string): Promise<string[]> =>
    (await text())
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`))
      .map((line) => line.slice(name.length));
  return { ...server, text, samples };
}

describe('metrics', () => {
  it('count requests with the labels of upstream', async () => {
    const { create, send, samples } = await scrape();
    await create(`${configMaps}?dryRun=All`, { metadata: { name: 'a' } });
    await send('GET', configMaps);
    await send('GET', `${configMaps}/none`);
    const found = await samples('apiserver_request_total');
    expect(found).toContain(
      '{code="201",dry_run="All",component="apiserver",group="",resource="configmaps",scope="resource",subresource="",verb="POST",version="v1"} 1',
    );
    expect(found).toContain(
      '{code="200",dry_run="",component="apiserver",group="",resource="configmaps",scope="namespace",subresource="",verb="LIST",version="v1"} 1',
    );
    expect(found).toContain(
      '{code="404",dry_run="",component="apiserver",group="",resource="configmaps",scope="resource",subresource="",verb="GET",version="v1"} 1',
    );
  });

  it('have no series that a client makes up', async () => {
    const { send, text } = await scrape();
    await send('GET', '/apis/made.up/v1/things');
    await send('GET', '/made-up');
    await send('GET', `${configMaps}/a/madeup`);
    expect(await text()).not.toMatch(/made.?up/);
  });

  it('count open watches and what they got', async () => {
    const { create, raw, samples } = await scrape();
    await create(configMaps, { metadata: { name: 'a' } });
    await framesOf(await raw('GET', `${configMaps}?watch=true`), 1);
    expect(await samples('apiserver_watch_events_total')).toEqual([
      '{group="",resource="configmaps",version="v1"} 1',
    ]);
    expect(await samples('apiserver_longrunning_requests')).toEqual([
      '{component="apiserver",group="",resource="configmaps",scope="namespace",subresource="",verb="WATCH",version="v1"} 0',
    ]);
  });

  it('tell what is stored, who has seats, and what admission did', async () => {
    const { samples } = await scrape();
    expect(await samples('apiserver_storage_objects')).toContain('{resource="namespaces"} 4');
    expect(await samples('apiserver_flowcontrol_nominal_limit_seats')).toContain(
      '{priority_level="workload-low"} 245',
    );
    expect(await samples('apiserver_flowcontrol_lower_limit_seats')).toContain(
      '{priority_level="workload-low"} 24',
    );
    const seats = await samples('apiserver_flowcontrol_dispatched_requests_total');
    expect(seats.join()).toContain('flow_schema="exempt",priority_level="exempt"');
    const steps = await samples('apiserver_admission_step_admission_duration_seconds_count');
    expect(steps.join()).toContain('operation="CREATE",rejected="false",type="admit"');
  });

  it('have one type line a metric, and upstream bounds', async () => {
    const { text } = await scrape();
    const types = (await text()).split('\n').filter((line) => line.startsWith('# TYPE'));
    expect(new Set(types).size).toBe(types.length);
    expect(await text()).toContain('le="1.25"');
  });
});

describe('a histogram', () => {
  it('counts what is at most as large as each bound', () => {
    const histogram = new Histogram([1, 5]);
    for (const value of [0.5, 1, 3, 10]) histogram.observe('a="b"', value);
    expect(histogram.lines('x')).toEqual([
      'x_bucket{a="b",le="1"} 2',
      'x_bucket{a="b",le="5"} 3',
      'x_bucket{a="b",le="+Inf"} 4',
      'x_sum{a="b"} 14.5',
      'x_count{a="b"} 4',
    ]);
  });
});
