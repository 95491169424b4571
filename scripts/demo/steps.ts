const beat = 10_000;

/** Tells people what is being done, how far it is and how long it takes. */
export class Steps {
  private number = 0;

  constructor(
    private readonly total = 5,
    private readonly print: (line: string) => void = console.log,
  ) {}

  /** Does one step of the set-up; work that takes long is reported on while it goes on. */
  async run<T>(title: string, work: (say: (line: string) => void) => Promise<T> | T): Promise<T> {
    const label = `[${++this.number}/${this.total}]`;
    const started = Date.now();
    const seconds = () => ((Date.now() - started) / 1000).toFixed(1);
    const say = (line: string) => this.print(`      ${line}`);
    this.print(`${label} ${title}`);
    const timer = setInterval(() => say(`… ${Math.round((Date.now() - started) / 1000)} s`), beat);
    try {
      const result = await work(say);
      this.print(`      done in ${seconds()} s`);
      return result;
    } finally {
      clearInterval(timer);
    }
  }
}
