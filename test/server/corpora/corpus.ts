/** Third-party messages (folder MAIL_CORPORA, kept out of this repository), and the scorer that lies beside them. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../../../scripts/lib/repo';

/** Folder of the corpora; they are absent on most machines. */
export const corpora = path.resolve(process.env.MAIL_CORPORA ?? path.join(repoRoot, '../shared/corpora'));
/** Compares what a module's `parse(buffer)` reads with what the authors of the messages expect. */
export const scorer = path.resolve(process.env.MAIL_SCORER ?? path.join(corpora, '../tools/score/score-mime.mjs'));

export interface CorpusMessage {
  /** Set and file, for the report of a failed test. */
  name: string;
  raw: Buffer;
}

interface Expectation {
  id: string;
  file?: string;
  raw?: string;
}

/** All messages, by the rules of the scorer: those of `expected.json` where a set has one, else every file. */
export function corpusMessages(): CorpusMessage[] {
  if (!existsSync(corpora)) return [];
  const sets = readdirSync(corpora).filter((set) => statSync(path.join(corpora, set)).isDirectory());
  return sets.sort().flatMap((set) => {
    const folder = path.join(corpora, set);
    if (existsSync(path.join(folder, '.not-mime'))) return [];
    const expected = path.join(folder, 'expected.json');
    if (existsSync(expected)) {
      const list = JSON.parse(readFileSync(expected, 'utf8')) as Expectation[];
      return list.map(({ id, file, raw }) => ({
        name: `${set}/${id}`,
        raw: raw === undefined ? readFileSync(path.join(folder, file!)) : Buffer.from(raw),
      }));
    }
    return filesOf(folder)
      .filter((file) => !/NOTICE|LICEN|COPYING/i.test(path.basename(file)))
      .map((file) => ({ name: path.relative(corpora, file), raw: readFileSync(file) }));
  });
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      return entry.isDirectory() ? filesOf(file) : [file];
    });
}
