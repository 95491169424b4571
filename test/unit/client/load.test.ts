import { describe, expect, test, vi } from 'vitest';
import { useLoad, type Loaded } from '../../../src/client/load';
import { mounted, settle } from './hooks';

vi.mock('react', () => import('./hooks'));
vi.mock('../../../src/client/api', () => ({ errorView: (error: unknown) => error }));

/** Answers that wait until the test gives them, in the order they were asked for. */
function questions() {
  const asked: { give(answer: string): void; refuse(error: object): void }[] = [];
  const read = () => new Promise<string>((give, refuse) => asked.push({ give, refuse }));
  return { asked, read };
}

describe('what a component reads', () => {
  test('is shown as it comes, however often it is asked for again, and a late answer shows nothing old', async () => {
    const { asked, read } = questions();
    const hook = mounted<Loaded<string>, null>(() => useLoad(read), null);
    void hook.current.reload();
    void hook.current.reload();
    asked[1]?.give('second');
    await settle();
    expect(hook.current).toMatchObject({ data: 'second', loading: true });
    asked[0]?.give('first');
    await settle();
    expect(hook.current).toMatchObject({ data: 'second', loading: true });
    asked[2]?.give('third');
    await settle();
    expect(hook.current).toMatchObject({ data: 'third', loading: false });
    hook.unmount();
  });

  test('stays where reading it again fails, and an older failure says nothing', async () => {
    const { asked, read } = questions();
    const hook = mounted<Loaded<string>, null>(() => useLoad(read), null);
    asked[0]?.give('first');
    await settle();
    void hook.current.reload();
    void hook.current.reload();
    asked[2]?.refuse({ code: 'newest' });
    asked[1]?.refuse({ code: 'older' });
    await settle();
    expect(hook.current).toMatchObject({ data: 'first', error: { code: 'newest' }, loading: false });
    hook.unmount();
  });

  test('and was replaced meanwhile is not replaced by an answer to an older question', async () => {
    const { asked, read } = questions();
    const hook = mounted<Loaded<string>, null>(() => useLoad(read), null);
    hook.current.set('saved');
    asked[0]?.give('before it was saved');
    await settle();
    expect(hook.current).toMatchObject({ data: 'saved', loading: false });
    hook.unmount();
  });

  test('belongs to the question: an answer to another one is not shown', async () => {
    const one = questions();
    const other = questions();
    const hook = mounted<Loaded<string>, () => Promise<string>>((read) => useLoad(read), one.read);
    hook.show(other.read);
    one.asked[0]?.give('of the one');
    await settle();
    expect(hook.current.data).toBeUndefined();
    other.asked[0]?.give('of the other');
    await settle();
    expect(hook.current.data).toBe('of the other');
    hook.unmount();
  });
});
