/**
 * A hook without a page: as much of React as hooks need, in place of the real one (`vi.mock('react', () => import('./hooks'))`).
 * Effects run after each rendering, states set in between are shown together.
 */
type Deps = readonly unknown[] | undefined;

interface Effect {
  deps: Deps;
  clean: (() => void) | undefined;
}

interface Host {
  slots: unknown[];
  at: number;
  effects: (() => void)[];
  render: () => void;
}

let host: Host | null = null;

/** The slot of this call, made by `make` the first time. */
function slot<T>(make: () => T): T {
  if (!host) throw new Error('A hook was called outside of mounted()');
  const at = host.at++;
  if (at >= host.slots.length) host.slots.push(make());
  return host.slots[at] as T;
}

const changed = (before: Deps, now: Deps): boolean =>
  !before || !now || before.length !== now.length || now.some((value, at) => !Object.is(value, before[at]));

export function useState<T>(initial: T | (() => T)): [T, (next: T | ((before: T) => T)) => void] {
  const { render } = host as Host;
  const state = slot(() => {
    const made = {
      value: typeof initial === 'function' ? (initial as () => T)() : initial,
      set: (next: T | ((before: T) => T)) => {
        const value = typeof next === 'function' ? (next as (before: T) => T)(made.value) : next;
        if (Object.is(value, made.value)) return;
        made.value = value;
        render();
      },
    };
    return made;
  });
  return [state.value, state.set];
}

export const useRef = <T>(initial?: T): { current: T | undefined } => slot(() => ({ current: initial }));

export function useMemo<T>(make: () => T, deps: Deps): T {
  const kept = slot((): { deps: Deps; value: T | undefined } => ({ deps: undefined, value: undefined }));
  if (changed(kept.deps, deps)) Object.assign(kept, { deps, value: make() });
  return kept.value as T;
}

export const useCallback = <T>(callback: T, deps: Deps): T => useMemo(() => callback, deps);

export function useEffect(run: () => void | (() => void), deps?: Deps): void {
  const effect = slot((): Effect => ({ deps: undefined, clean: undefined }));
  if (!changed(effect.deps, deps)) return;
  effect.deps = deps ?? [Symbol('always')];
  (host as Host).effects.push(() => {
    effect.clean?.();
    effect.clean = run() ?? undefined;
  });
}

/** Waits until what was answered has been taken in and shown. */
export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

export interface Mounted<T, P> {
  /** What the hook returned last. */
  readonly current: T;
  /** Renders again with other properties. */
  show(props: P): void;
  unmount(): void;
}

/** Runs a hook until it is unmounted. */
export function mounted<T, P>(hook: (props: P) => T, first: P): Mounted<T, P> {
  let props = first;
  let result: T;
  let asked = false;
  let gone = false;
  const mine: Host = {
    slots: [],
    at: 0,
    effects: [],
    render: () => {
      if (asked || gone) return;
      asked = true;
      queueMicrotask(draw);
    },
  };
  const draw = () => {
    asked = false;
    if (gone) return;
    mine.at = 0;
    const before = host;
    host = mine;
    try {
      result = hook(props);
    } finally {
      host = before;
    }
    for (const effect of mine.effects.splice(0)) effect();
  };
  draw();
  return {
    get current() {
      return result;
    },
    show(next) {
      props = next;
      draw();
    },
    unmount() {
      gone = true;
      for (const one of mine.slots) {
        if (typeof one === 'object' && one !== null && 'clean' in one) (one as Effect).clean?.();
      }
    },
  };
}
