/** A real desk as a process of its own: `nightdesk up --demo` on free ports and a folder that goes when it does. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const UP_WITHIN_MS = 45_000;
const STOP_WITHIN_MS = 10_000;
const OUTPUT_CHARS_MAX = 100_000;

export interface Options {
  speed?: number;
  seed?: number;
  /** False: a live desk that nothing has come to. */
  demo?: boolean;
  /** The engine on Kafka, Redis and PostgreSQL, whose parts are processes of their own. */
  onKafka?: boolean;
}

/** Whether this machine has what the engine on Kafka needs, as `make services` fetched it. */
export const HAS_SERVICES =
  existsSync(join(ROOT, '.make/kafka')) && existsSync('/usr/bin/redis-server');

export class Desk {
  private process: ChildProcess | null = null;
  private said = '';
  private readonly data = folder();

  private constructor(
    readonly port: number,
    private readonly options: Options,
  ) {}

  /** Starts a demo night; resolves once the console answers. */
  static async up(options: Options = {}): Promise<Desk> {
    const desk = new Desk(await freePorts(), options);
    await desk.start();
    return desk;
  }

  get console(): string {
    return this.printed(/Console: (\S+)/);
  }

  /** The one-use link that the first start printed. */
  get signIn(): string {
    return this.printed(/Sign in: (\S+)/);
  }

  /** Starts again in the same folder, on the same ports. */
  async start(): Promise<void> {
    const { speed = 600, seed = 7, demo = true, onKafka = false } = this.options;
    const args = ['up', '--data', this.data, '--port', String(this.port)];
    if (onKafka) args.push('--engine', 'kafka');
    const night = ['--demo', '--speed', String(speed), '--seed', String(seed)];
    const child = spawn(command(), [...args, ...(demo ? night : [])], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NIGHTDESK_KAFKA_JARS: join(ROOT, '.make/kafka') },
    });
    this.process = child;
    const hear = (words: Buffer): void => {
      this.said = (this.said + words.toString()).slice(-OUTPUT_CHARS_MAX);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    await this.answers();
  }

  /** A new key for operations, or for another role. */
  key(...of: string[]): string {
    return (
      this.told('keys', 'add', ...(of.length > 0 ? of : ['--role', 'operations']))['key'] ?? ''
    );
  }

  /** The link of a new enrolment, or of a new person. */
  link(...words: string[]): string {
    return this.told(...words)['link'] ?? '';
  }

  /** SIGKILL: no goodbye, as when the machine dies. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** SIGKILL to one process of the engine on Kafka, and to whoever is started in its place, until told to stop. */
  dying(role: string): { stop: () => void } {
    const timer = setInterval(() => {
      const pid = this.children().find(({ name }) => name === role)?.pid;
      if (pid != null) killed(pid);
    }, 50);
    return { stop: () => clearInterval(timer) };
  }

  async down(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.data, { recursive: true, force: true });
  }

  /** How the supervisor's children stand. */
  private children(): { name: string; pid: number | null }[] {
    const file = join(this.data, 'services/children.json');
    return JSON.parse(readFileSync(file, 'utf8')) as { name: string; pid: number | null }[];
  }

  /** What a command prints as JSON. */
  private told(...words: string[]): Record<string, string> {
    const args = [...words, '--data', this.data, '--json'];
    const said = execFileSync(command(), args, {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, NIGHTDESK_PORT: String(this.port) },
    });
    return JSON.parse(said) as Record<string, string>;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    this.process = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await ended;
    clearTimeout(late);
  }

  private async answers(): Promise<void> {
    const until = Date.now() + UP_WITHIN_MS;
    for (;;) {
      if (this.process?.exitCode != null) throw new Error(`nightdesk up ended:\n${this.said}`);
      if (Date.now() > until) throw new Error(`nightdesk up gave no answer:\n${this.said}`);
      const greeted = /Console: /.test(this.said);
      if (greeted && (await isReady(`http://127.0.0.1:${this.port}/readyz`))) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private printed(pattern: RegExp): string {
    const found = pattern.exec(this.said)?.[1];
    if (found === undefined) throw new Error(`nightdesk up printed no ${pattern}:\n${this.said}`);
    return found;
  }
}

/** PostgreSQL's own user may enter it. */
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'nightdesk-browser-'));
  chmodSync(made, 0o711);
  return made;
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has just ended
  }
}

function command(): string {
  const ours = join(ROOT, '.venv/bin/nightdesk');
  return process.env['NIGHTDESK'] ?? (existsSync(ours) ? ours : 'nightdesk');
}

async function isReady(address: string): Promise<boolean> {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}

let nextPort = 18_000 + 2 * (process.pid % 900);

/**
 * A port that is free together with the next, which the live socket takes. Below those that systems give to outgoing
 * connections: one of those would take it between this choice and the desk's start.
 */
async function freePorts(tries = 20): Promise<number> {
  const port = nextPort;
  nextPort += 2;
  try {
    await listen(port);
    await listen(port + 1);
    return port;
  } catch (taken) {
    if (tries === 0) throw taken;
    return freePorts(tries - 1);
  }
}

function listen(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
