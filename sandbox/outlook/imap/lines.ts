/** Splits an IMAP byte stream into lines and literals. */

export interface LineSink {
  /** A line with its CRLF; `literal` tells that raw bytes follow. */
  line(text: string, literal: boolean): void;
  /** Bytes of a literal, possibly in several pieces; `last` on the final one. */
  raw(bytes: Buffer, last: boolean): void;
}

export class LineSplitter {
  private buffer: Buffer = Buffer.alloc(0);
  private left = 0;

  constructor(private readonly sink: LineSink) {}

  /** Whether the stream stands inside a literal. */
  get insideLiteral(): boolean {
    return this.left > 0;
  }

  /** The other side was refused before its literal: no bytes of it will come. */
  expectLine(): void {
    this.left = 0;
  }

  push(data: Buffer): void {
    this.buffer = this.buffer.length ? Buffer.concat([this.buffer, data]) : data;
    for (;;) {
      if (this.left) {
        if (!this.buffer.length) return;
        const piece = this.buffer.subarray(0, this.left);
        this.buffer = this.buffer.subarray(piece.length);
        this.left -= piece.length;
        this.sink.raw(piece, this.left === 0);
        continue;
      }
      const end = this.buffer.indexOf('\r\n');
      if (end < 0) return;
      const text = this.buffer.subarray(0, end + 2).toString('latin1');
      this.buffer = this.buffer.subarray(end + 2);
      const size = Number(/\{(\d+)\+?\}\r\n$/.exec(text)?.[1] ?? -1);
      this.left = Math.max(size, 0);
      this.sink.line(text, size >= 0);
      if (size === 0) this.sink.raw(Buffer.alloc(0), true);
    }
  }
}
