/**
 * A pure function that remembers its results: the same as without, only sooner, so that all apps of a process may share it. It
 * forgets everything when there are too many, which costs less than knowing which were asked for last.
 * @param most results kept at a time
 */
export function remembering<R>(most: number, make: (key: string) => R): (key: string) => R {
  const known = new Map<string, R>();
  return (key) => {
    let result = known.get(key);
    if (result === undefined) {
      result = make(key);
      if (known.size >= most) known.clear();
      known.set(key, result);
    }
    return result;
  };
}
