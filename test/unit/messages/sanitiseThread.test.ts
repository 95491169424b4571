import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { MailContext } from '../../../src/server/context';
import { LONGEST_HTML, sanitiseForEditor } from '../../../src/server/messages/sanitise';
import { editorHtml, SanitiseThread, sanitiseThreadOf, SHORT_HTML } from '../../../src/server/messages/sanitiseThread';

let folder: string;
let thread: SanitiseThread;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mail-sanitise-'));
});
afterEach(() => thread?.stop());
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A worker that behaves badly on certain words, as a parser with a bug would. */
async function brokenWorker(): Promise<string> {
  const file = path.join(folder, 'brokenWorker.js');
  await writeFile(
    file,
    `const { parentPort } = require('node:worker_threads');
     parentPort.on('message', (job) => {
       if (job.html === 'hang') for (;;);
       if (job.html === 'crash') throw new Error('crash');
       if (job.html === 'exit') process.exit(1);
       if (job.html === 'eat') { const all = []; for (;;) all.push(new Array(1e5).fill({})); }
       parentPort.postMessage({ id: job.id, html: job.html, remoteImages: 0, text: null });
     });`,
  );
  return file;
}

test('html is made safe in the thread, with the inline images and the text asked for', async () => {
  thread = new SanitiseThread({ timeLimit: 60_000 });
  const inline = new Map([['logo@x', 'data:image/png;base64,AAAA']]);
  const answer = await thread.run('<p onclick=x>Hello <img src="cid:logo@x"><script>1</script></p>', inline, true);
  expect(answer.html).toBe('<p>Hello <img src="data:image/png;base64,AAAA" /></p>');
  expect(answer.text).toBe('Hello');
});

test('the thread works as it is built and shipped', async () => {
  const outfile = path.join(folder, 'sanitiseWorker.js');
  const entry = path.join(import.meta.dirname, '../../../src/server/messages/sanitiseWorker.ts');
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs' });
  thread = new SanitiseThread({ file: outfile, timeLimit: 60_000 });
  const html = '<a href="javascript:x">one</a> <a href="https://x.test">two</a><img src="http://x.test/i">';
  expect(await thread.run(html, new Map(), true)).toEqual({
    id: 1,
    html:
      '<a>one</a> <a href="https://x.test/" target="_blank" rel="noopener noreferrer">two</a>' +
      '<img src="https://x.test/i" />',
    remoteImages: 1,
    text: 'one two <https://x.test/>',
  });
});

test.each(['hang', 'crash', 'exit', 'eat'])(
  'a thread that does "%s" costs one message and is replaced',
  async (word) => {
    thread = new SanitiseThread({ file: await brokenWorker(), timeLimit: word === 'hang' ? 300 : 30_000 });
    const [bad, good] = await Promise.allSettled([
      thread.run(word, new Map(), false),
      thread.run('fine', new Map(), false),
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'htmlUnsafe', kind: 'permanent' } });
    expect(good).toMatchObject({ status: 'fulfilled', value: { html: 'fine' } });
  },
);

test('what the sanitiser refuses does not cost the thread', async () => {
  thread = new SanitiseThread({ timeLimit: 60_000 });
  await thread.run('fine', new Map(), false);
  const worker: unknown = Reflect.get(thread, 'worker');
  await expect(thread.run('<b>'.repeat(30_000), new Map(), false)).rejects.toMatchObject({ code: 'htmlUnsafe' });
  await expect(thread.edit('<b>'.repeat(5_000), false)).rejects.toMatchObject({ code: 'invalidInput' });
  expect(Reflect.get(thread, 'worker')).toBe(worker);
});

test('html for the editor is made safe in the thread as it is made safe here', async () => {
  thread = new SanitiseThread({ timeLimit: 60_000 });
  const html = '<p style="color:red" onclick=x>Hello <img src="https://x.test/i"><script>1</script></p>';
  expect(await thread.edit(html, true)).toMatchObject({ html: sanitiseForEditor(html), text: 'Hello' });
  expect(await thread.edit(html, false)).toMatchObject({ html: '<p>Hello </p>', text: null });
});

test('only long html for the editor goes to the thread', async () => {
  const mail = {} as MailContext;
  const thread = sanitiseThreadOf(mail);
  const inThread = vi.spyOn(thread, 'edit').mockResolvedValue({ html: 'there', text: null });
  expect(await editorHtml(mail, '<p onclick=x>here', true)).toEqual({ html: '<p>here</p>', text: 'here' });
  expect(inThread).not.toHaveBeenCalled();
  expect(await editorHtml(mail, 'x'.repeat(SHORT_HTML + 1), false)).toEqual({ html: 'there', text: null });
});

test('a message behind a full queue is told so at once, and one that comes later is made safe', async () => {
  thread = new SanitiseThread({ file: await brokenWorker(), timeLimit: 30_000, longestQueue: 2 });
  const waiting = [thread.run('one', new Map(), false), thread.run('two', new Map(), false)];
  await expect(thread.run('three', new Map(), false)).rejects.toMatchObject({ code: 'htmlBusy', kind: 'transient' });
  await Promise.all(waiting);
  expect((await thread.run('four', new Map(), false)).html).toBe('four');
});

test('html longer than the limit is refused without starting a thread', async () => {
  thread = new SanitiseThread({ file: path.join(folder, 'does-not-exist.js') });
  await expect(thread.run('x'.repeat(LONGEST_HTML + 1), new Map(), false)).rejects.toMatchObject({
    code: 'htmlUnsafe',
  });
});

test('a thread without work ends and starts again when needed', async () => {
  thread = new SanitiseThread({ file: await brokenWorker(), timeLimit: 30_000, idleTime: 1 });
  await thread.run('one', new Map(), false);
  await expect.poll(() => Reflect.get(thread, 'worker')).toBeNull();
  expect((await thread.run('two', new Map(), false)).html).toBe('two');
});
