import { Screen } from './screen';
import { CTRL_C, onTerminal } from './terminal';

describe('the terminal of these tests', () => {
  const env = { PATH: process.env.PATH };

  test('the terminal of the tests has its size, takes input, and returns the exit code', async () => {
    const steps = [{ wait: '13 61' }, { send: 'abc\r' }];
    const session = await onTerminal(['sh', '-c', 'stty size; read line; echo "got $line"; exit 7'], { env, columns: 61, rows: 13, steps });
    expect(session.screen.lines).toEqual(['13 61', 'abc', 'got abc']);
    expect(session).toMatchObject({ exitCode: 7, isTidy: true });
  });

  test('the terminal of the tests sends a signal for Ctrl-C', async () => {
    const loop = 'trap "exit 9" INT; echo ready; while :; do sleep 0.1; done';
    const session = await onTerminal(['sh', '-c', loop], { env, steps: [{ wait: 'ready' }, { send: CTRL_C }] });
    expect(session.exitCode).toBe(9);
  });

  test('the terminal of the tests notices a mode or cursor that a command does not restore', async () => {
    expect((await onTerminal(['sh', '-c', 'stty -echo raw'], { env })).isTidy).toBe(false);
    expect((await onTerminal(['printf', '\x1b[?25l'], { env })).isTidy).toBe(false);
  });

  test('the terminal of the tests says which step was not met', async () => {
    await expect(onTerminal(['echo', 'one'], { env, steps: [{ wait: 'one' }, { wait: 'two' }] }))
      .rejects.toThrow('step 2: the command ended without "two". The terminal shows:\none');
    await expect(onTerminal(['sleep', '60'], { env, steps: [{ wait: 'two', timeout: 0.2 }] })).rejects.toThrow('step 1: 0.2 s passed without "two"');
    await expect(onTerminal(['sleep', '60'], { env, timeout: 0.2 })).rejects.toThrow('the command had not ended');
  });
});

describe('the screen', () => {
  const shown = (output: string, columns = 10, rows = 5) => new Screen(output, columns, rows).lines;

  test.each([
    ['lines', 'a\r\nb', ['a', 'b']],
    ['a line that is longer than the screen is wide', '0123456789ab', ['0123456789', 'ab']],
    ['a full line with a break after it', '0123456789\r\nab', ['0123456789', 'ab']],
    ['a line that is written over', 'abc\rx', ['xbc']],
    ['a line that is erased', 'abc\x1b[2K\x1b[Gd', ['d']],
    ['lines that are drawn over', 'a\r\nb\r\n\x1b[2K\x1b[1A\x1b[2K\x1b[1A\x1b[2K\x1b[Gc', ['c']],
    ['all from the cursor on that is erased', 'a\r\nb\r\nc\x1b[999D\x1b[2A\x1b[1B\x1b[Jd', ['a', 'd']],
  ])('the screen shows %s', (_, output, lines) => {
    expect(shown(output)).toEqual(lines);
  });

  test('the screen does not draw over what has scrolled out', () => {
    expect(shown('1\r\n2\r\n3\r\n\x1b[9A\x1b[2Kx', 10, 2)).toEqual(['1', '2', 'x']);
  });

  test('the screen refuses unknown sequences', () => {
    expect(() => shown('\x1b[5n')).toThrow('does not know');
    expect(() => shown('\x1b]0;title\x07')).toThrow('does not know');
  });
});
