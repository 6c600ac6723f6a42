import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestDormice } from './lib/dormice.ts';
import { until } from './lib/run.ts';

const executablePath = process.env['E2E_CHROMIUM'] ?? '/usr/bin/chromium';
const shots = path.join(path.dirname(import.meta.dirname), '.cache', 'screenshots');

/** Of no use without a browser; CI installs one. */
describe.skipIf(!existsSync(executablePath))('the dashboard in a browser', () => {
  let dormice: TestDormice;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  const row = (name: string) => page.getByTestId(`cluster-${name}`);
  const phase = (name: string) => row(name).getByTestId('phase');
  const url = () => /^Dashboard:\s+(\S+)/m.exec(dormice.output)?.[1] ?? '';
  const shot = (name: string) => page.screenshot({ path: path.join(shots, `${name}.png`) });

  beforeAll(async () => {
    await mkdir(shots, { recursive: true });
    dormice = await TestDormice.create();
    await dormice.start();
    browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      // A refused request is said on the page; the browser notes it too.
      const refused = message.text().includes('status of 400');
      if (message.type() === 'error' && !refused) problems.push(message.text());
    });
  });

  afterAll(async () => {
    await browser?.close();
    await dormice?.remove();
  });

  it('shows nothing without the token', async () => {
    const bare = new URL(url());
    for (const at of [
      '/',
      '/api/clusters',
      '/api/events',
      '/api/clusters/vc-demo/demo/kubeconfig',
    ]) {
      const response = await fetch(new URL(at, bare.origin));
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain('demo');
    }
    const wrong = await fetch(new URL('/?token=0000', bare.origin), { redirect: 'manual' });
    expect(wrong.status).toBe(401);
  });

  it('refuses writes that come from another site', async () => {
    const login = await fetch(url(), { redirect: 'manual' });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const { origin } = new URL(url());
    const response = await fetch(`${origin}/api/clusters/vc-demo/demo/sleep`, {
      method: 'POST',
      headers: { cookie, origin: 'https://evil.example' },
    });
    expect(response.status).toBe(403);
  });

  it('lists the demo cluster as running, live', async () => {
    await page.goto(url());
    await expect.poll(() => phase('demo').textContent()).toBe('Running');
    await expect.poll(() => page.getByTestId('process').textContent()).toContain('1 of 1 awake');
    expect(page.url()).not.toContain('token');
    await shot('running');
  });

  it('puts it to sleep and starts it again', async () => {
    await row('demo').getByRole('button', { name: 'Sleep' }).click();
    await expect.poll(() => phase('demo').textContent()).toBe('Sleeping');
    expect(await row('demo').textContent()).toContain('Connecting wakes it');
    await shot('sleeping');
    await row('demo').getByRole('button', { name: 'Start' }).click();
    await expect.poll(() => phase('demo').textContent()).toBe('Running');
  });

  it('creates one from a template, and says what happens to volumes and state', async () => {
    await page.getByRole('button', { name: 'New virtual cluster' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('session-1');
    await page.getByLabel('Session with a home volume').check();
    await shot('create');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await expect.poll(() => phase('session-1').textContent()).toBe('Running');
    const text = await row('session-1').textContent();
    expect(text).toContain('ephemeral');
    expect(text).toContain('"home" (10Gi) will be there again');
  });

  it('explains a name that is not possible', async () => {
    await page.getByRole('button', { name: 'New virtual cluster' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Not Possible');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('lower-case letters');
    await page.getByRole('button', { name: 'Cancel' }).click();
  });

  it('gives the kubeconfig', async () => {
    const download = page.waitForEvent('download');
    await row('demo').getByRole('link', { name: 'Kubeconfig' }).click();
    const file = await (await download).path();
    expect(await readFile(file, 'utf8')).toContain('dormice_demo_vc-demo');
  });

  it('deletes only after the name was typed', async () => {
    await row('session-1').getByText('Delete').click();
    const button = page.getByRole('button', { name: 'Delete for good' });
    expect(await button.isDisabled()).toBe(true);
    await page.getByLabel('Type session-1 to confirm').fill('session-1');
    await shot('delete');
    await button.click();
    await until('the row to go', async () => (await row('session-1').count()) === 0, 30_000);
    expect(problems).toEqual([]);
  });
});
