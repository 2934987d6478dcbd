// Output of a failed Spark job → the few lines that explain the failure.

/** The statement's error if Spark names one, followed by the deepest cause. '' if neither is found. */
export function sparkComplaint(lines: readonly string[]): string {
  const named = lines.find((line) => /^(Error in query|\[[A-Z_.]+\]|Error: )/.test(line));
  const cause = lines.filter((line) => line.startsWith('Caused by: ')).at(-1);
  const thrown = lines.find((line) => /^(Exception in thread|[\w.$]+(Exception|Error)): /.test(line));
  // A crashed JVM prints no exception, only the signal or the lack of memory.
  const broken = lines.find((line) => /^# +(SIG[A-Z]+ |There is insufficient memory)/.test(line));
  const found = [named ?? thrown ?? broken?.replace(/^# +/, 'Java crashed: '), cause]
    .filter((line) => line !== undefined)
    .map(shortened);
  return [...new Set(found)].join(' ');
}

const maxCharacters = 600;

function shortened(line: string): string {
  const plain = line.replace(/^Caused by: (?:[\w$]+\.)*/, '');
  return plain.length > maxCharacters ? `${plain.slice(0, maxCharacters)}…` : plain;
}
