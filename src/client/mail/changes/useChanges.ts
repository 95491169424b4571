/** Changes of mail: shown at once, asked of the server, undone on demand; what fails is told and shown as it was. */
import { useCallback, useMemo, useRef, useState } from 'react';
import { useFlowEngine } from '@nocobase/flow-engine';
import type { MoveResult } from '../../../shared/types';
import { errorView, useApi, type MailApi } from '../../api';
import { errorText, useT } from '../../locale';
import { takesAway, undoing, type Order } from './change';
import { meantBy, scopeOf } from './place';
import { doneText } from './words';

/** What was done last, as long as it is told. */
export interface Done {
  text: string;
  /** Absent where there is no way back. */
  moved: MoveResult | null;
  undone: boolean;
}

export interface Changes {
  /** Orders that lists and conversations show although the server has not answered yet. */
  pending: readonly Order[];
  done: Done | null;
  run: (order: Order) => void;
  /** Takes the last change back. @returns whether there was one */
  undo: () => boolean;
  dismiss: () => void;
}

/** How many conversations are read at a time. */
const AT_ONCE = 6;

/** Looks into the conversations for the messages that are meant; one that is gone meanwhile is left out. */
async function readMeant(api: MailApi, { action, place, threadIds }: Order): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < threadIds.length; at += AT_ONCE) {
    const answers = await Promise.allSettled(
      threadIds.slice(at, at + AT_ONCE).map((id) => api.threads.get(id, scopeOf(place))),
    );
    for (const answer of answers) {
      if (answer.status === 'fulfilled') ids.push(...meantBy(action, place, answer.value));
      else if (errorView(answer.reason).code !== 'notFound') throw answer.reason;
    }
  }
  return ids;
}

async function ask(api: MailApi, order: Order): Promise<MoveResult | null> {
  const { change } = order;
  const selection = order.selection ?? { ids: await readMeant(api, order) };
  if (selection.ids?.length === 0) return null;
  switch (change.verb) {
    case 'move':
      return api.messages.move(selection, change.to);
    case 'remove':
      return api.messages.remove(selection, change.permanently);
    default:
      await api.messages.setFlags(selection, { [change.verb]: change.value });
      return null;
  }
}

const canBeUndone = ({ change }: Order): boolean =>
  takesAway(change) && !(change.verb === 'remove' && change.permanently);

/** @param reload reads again what the changes touch; its promise ends when that is shown */
export function useChanges(reload: () => Promise<unknown>): Changes {
  const t = useT();
  const api = useApi();
  const { context } = useFlowEngine();
  const [pending, setPending] = useState<readonly Order[]>([]);
  const [done, setDone] = useState<Done | null>(null);
  const latest = useRef({ reload, done });
  latest.current = { reload, done };
  /** Moves that the server has not answered yet; `back`: they are taken back as soon as it has. */
  const moves = useRef(new Map<Order, { back: boolean }>());

  const fail = useCallback(
    (thrown: unknown) => context.message.error(errorText(t, errorView(thrown)).sentence),
    [context, t],
  );

  const takeBack = useCallback(
    (moved: MoveResult) => {
      Promise.all(undoing(moved).map(({ ids, to }) => api.messages.move({ ids }, to)))
        .then(() => setDone({ text: t('Undone'), moved: null, undone: true }))
        .catch((thrown: unknown) => {
          setDone(null);
          fail(thrown);
        })
        .finally(() => void latest.current.reload());
    },
    [api, fail, t],
  );

  const run = useCallback(
    (order: Order) => {
      setPending((before) => [...before, order]);
      const settle = () => setPending((before) => before.filter((other) => other !== order));
      if (canBeUndone(order)) moves.current.set(order, { back: false });
      const answered = () => {
        const back = moves.current.get(order)?.back ?? false;
        moves.current.delete(order);
        return back;
      };
      ask(api, order).then(
        async (result) => {
          const back = answered();
          const moved = result && undoing(result).length > 0 ? result : null;
          if (back && moved) return takeBack(moved);
          const text = doneText(t, order.action, order.messageIds ? 1 : order.threadIds.length, order.folder);
          if (text) setDone({ text, moved, undone: false });
          await latest.current.reload();
          settle();
        },
        (thrown: unknown) => {
          answered();
          settle();
          fail(thrown);
          void latest.current.reload();
        },
      );
    },
    [api, fail, t, takeBack],
  );

  const undo = useCallback(() => {
    const [order, move] = [...moves.current].filter(([, { back }]) => !back).at(-1) ?? [];
    if (order && move) {
      move.back = true;
      setPending((before) => before.filter((other) => other !== order));
      return true;
    }
    const last = latest.current.done;
    if (!last?.moved || last.undone) return false;
    setDone({ ...last, undone: true });
    takeBack(last.moved);
    return true;
  }, [takeBack]);

  const dismiss = useCallback(() => setDone(null), []);
  return useMemo(() => ({ pending, done, run, undo, dismiss }), [pending, done, run, undo, dismiss]);
}
