/** People offered while addresses are typed: those the server knows, then those met in this tab, newest first. */
import { useEffect, useMemo, useState } from 'react';
import { observable } from '@nocobase/flow-engine';
import type { Application } from '@nocobase/client-v2';
import type { AddressView } from '../../shared/types';
import { useApi, useApp } from '../api';
import { addressKey, uniqueAddresses } from '../mail/addresses';

const MOST = 300;
const met = new WeakMap<Application, { people: AddressView[] }>();

function metOf(app: Application): { people: AddressView[] } {
  const known = met.get(app) ?? observable<{ people: AddressView[] }>({ people: [] });
  met.set(app, known);
  return known;
}

/** Remembers people of mail that was shown. */
export function meet(app: Application, people: readonly AddressView[]): void {
  const state = metOf(app);
  const known = new Set(state.people.map(({ address }) => addressKey(address)));
  const fresh = uniqueAddresses(people).filter(({ address }) => address && !known.has(addressKey(address)));
  if (fresh.length > 0) state.people = [...fresh, ...state.people].slice(0, MOST);
}

/** Forgets the people of mail that was shown. */
export function forgetMet(app: Application): void {
  metOf(app).people = [];
}

export function useSuggestions(): AddressView[] {
  const app = useApp();
  const api = useApi();
  const { people } = metOf(app);
  const [known, setKnown] = useState<AddressView[]>([]);
  useEffect(() => {
    let here = true;
    // Without them one can still type.
    api.people.list().then(
      (list) => here && setKnown(list.map(({ name, address }) => ({ name, address }))),
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [api]);
  return useMemo(() => uniqueAddresses([...known, ...people]), [known, people]);
}
