/** A way to a server on which a connection can be cut off, or say nothing any more. */
import { connect, createServer, type Socket } from 'node:net';

export class Through {
  private readonly sockets = new Set<Socket>();
  private held = false;
  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly port: number,
  ) {}

  static async to(host: string, port: number): Promise<Through> {
    const server = createServer({ pauseOnConnect: false });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const through = new Through(server, (server.address() as { port: number }).port);
    server.on('connection', (near) => {
      const far = connect(port, host);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        through.sockets.add(one);
        one.on('data', (data) => void (through.held || other.write(data)));
        one.on('error', () => undefined);
        one.on('close', () => {
          through.sockets.delete(one);
          other.destroy();
        });
      }
    });
    return through;
  }
  /** Every connection breaks, in the middle of whatever it was saying. */
  cut(): void {
    this.held = false;
    for (const socket of this.sockets) socket.destroy();
  }
  /** Connections stay, and whatever is said on them is lost. */
  hold(): void {
    this.held = true;
  }
  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
