/** What a dialog is about, for as long as it is on the page: it shows it until it has closed. */
import { useRef } from 'react';

/** @returns the value, or the last one that was not null */
export function useLast<T>(value: T | null): T | null {
  const last = useRef(value);
  if (value !== null) last.current = value;
  return last.current;
}
