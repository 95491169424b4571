/** Grants, refresh tokens and sessions in memory, mirrored to one file so that they outlive a restart. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Entry {
  payload: AdapterPayload;
  /** Milliseconds; null lasts for ever. */
  until: number | null;
}

type Model = Map<string, Entry>;

const SAVE_DELAY_MS = 50;

export class IdentityStore {
  /** Entra leaves a used refresh token alive; the strict mode kills the whole grant on re-use. */
  softRotation = true;
  private readonly models = new Map<string, Model>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly file: string) {
    if (!existsSync(file)) return;
    const stored = JSON.parse(readFileSync(file, 'utf8')) as Record<string, [string, Entry][]>;
    for (const [name, entries] of Object.entries(stored)) this.models.set(name, new Map(entries));
  }

  model(name: string): Model {
    let model = this.models.get(name);
    if (!model) this.models.set(name, (model = new Map<string, Entry>()));
    return model;
  }

  /** A live payload by its id, for checks oidc-provider does not make. */
  peek(name: string, id: string): AdapterPayload | undefined {
    const entry = this.model(name).get(id);
    if (!entry) return undefined;
    if (entry.until !== null && entry.until < Date.now()) {
      this.model(name).delete(id);
      return undefined;
    }
    return entry.payload;
  }

  remove(names: string[], matches: (payload: AdapterPayload) => boolean): void {
    for (const name of names) {
      for (const [id, entry] of this.model(name)) if (matches(entry.payload)) this.model(name).delete(id);
    }
    this.changed();
  }

  /** What `new Provider({ adapter })` asks for. */
  adapter(name: string): Adapter {
    const model = this.model(name);
    const findBy = (key: 'uid' | 'userCode', value: string) =>
      Promise.resolve([...model.values()].find((entry) => entry.payload[key] === value)?.payload);
    return {
      upsert: async (id, payload, expiresIn) => {
        model.set(id, { payload, until: expiresIn ? Date.now() + expiresIn * 1000 : null });
        this.changed();
      },
      find: async (id) => this.peek(name, id),
      findByUid: (uid) => findBy('uid', uid),
      findByUserCode: (code) => findBy('userCode', code),
      destroy: async (id) => {
        model.delete(id);
        this.changed();
      },
      consume: async (id) => {
        if (name === 'RefreshToken' && this.softRotation) return;
        const entry = model.get(id);
        if (entry) entry.payload.consumed = Math.floor(Date.now() / 1000);
        this.changed();
      },
      revokeByGrantId: async (grantId) => {
        this.remove([...this.models.keys()], (payload) => payload.grantId === grantId);
      },
    };
  }

  /** Writes what is pending; to be called before the process ends. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    mkdirSync(path.dirname(this.file), { recursive: true });
    const plain = Object.fromEntries([...this.models].map(([name, model]) => [name, [...model]]));
    writeFileSync(`${this.file}.new`, JSON.stringify(plain), { mode: 0o600 });
    renameSync(`${this.file}.new`, this.file);
  }

  private changed(): void {
    this.timer ??= setTimeout(() => this.flush(), SAVE_DELAY_MS).unref();
  }
}
