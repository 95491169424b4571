/** Seeded randomness: the same seed gives the same mailbox, byte for byte. */

const POOL_SIZE = 4 << 20;

/** Small fast counting generator (sfc32), and what is drawn from it. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;
  /** Bytes that do not compress, like the attachments they stand for. */
  private readonly pool = Buffer.alloc(POOL_SIZE);

  constructor(seed: number) {
    this.a = 0x9e3779b9 ^ seed;
    this.b = 0x243f6a88 + seed;
    this.c = 0xb7e15162;
    this.d = 1 + seed;
    for (let i = 0; i < 16; i++) this.bits();
    for (let i = 0; i < POOL_SIZE; i += 4) this.pool.writeUInt32LE(this.bits(), i);
  }

  /** 32 bits. */
  bits(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t;
    return t >>> 0;
  }

  /** 0 to 1, without 1. */
  share(): number {
    return this.bits() / 4294967296;
  }

  chance(probability: number): boolean {
    return this.share() < probability;
  }

  /** Both ends included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.share() * (high - low + 1));
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.share() * from.length)]!;
  }

  /** Small ones are frequent, as sizes of mail are. */
  logUniform(low: number, high: number): number {
    return Math.round(Math.exp(Math.log(low) + this.share() * (Math.log(high) - Math.log(low))));
  }

  word(): string {
    return this.bits().toString(36);
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let to = 0, from = this.int(0, POOL_SIZE - 1); to < length; from = 0) {
      to += this.pool.copy(bytes, to, from, Math.min(POOL_SIZE, from + length - to));
    }
    if (length >= 4) bytes.writeUInt32LE(this.bits(), 0);
    return bytes;
  }
}
