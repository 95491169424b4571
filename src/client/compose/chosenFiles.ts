/** Which files of NocoBase are chosen to be attached. Pure. */
import type { HostFileRef, HostFileView } from '../../shared/types';

export interface ChosenFile extends HostFileView {
  /** The field of the record that it was found in. */
  record?: HostFileRef['record'];
}

export interface Choice {
  has: (file: ChosenFile) => boolean;
  toggle: (file: ChosenFile) => void;
}

/** The same file, found in a record or in its collection, is one file. */
export const fileKey = ({ collection, id }: HostFileRef): string => `${collection} ${id}`;

/** Chooses a file, or no longer. */
export function toggled(chosen: readonly ChosenFile[], file: ChosenFile): ChosenFile[] {
  const others = chosen.filter((one) => fileKey(one) !== fileKey(file));
  return others.length < chosen.length ? others : [...chosen, file];
}

/** What the server is asked for. */
export const refOf = ({ collection, id, record }: ChosenFile): HostFileRef => ({
  collection,
  id,
  ...(record && { record }),
});
