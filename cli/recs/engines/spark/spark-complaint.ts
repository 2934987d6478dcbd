// What Spark said before it failed → the few lines of it that tell why.

/** The deepest cause, and where Spark names one the statement's own error before it. '' where neither is found. */
export function sparkComplaint(lines: readonly string[]): string {
  const named = lines.find((line) => /^(Error in query|\[[A-Z_.]+\]|Error: )/.test(line));
  const cause = lines.filter((line) => line.startsWith('Caused by: ')).at(-1);
  const thrown = lines.find((line) => /^(Exception in thread|[\w.$]+(Exception|Error)): /.test(line));
  // Of a Java that broke down there is no exception: the signal, or what it had too little of.
  const broken = lines.find((line) => /^# +(SIG[A-Z]+ |There is insufficient memory)/.test(line));
  const found = [named ?? thrown ?? broken?.replace(/^# +/, 'Java broke down: '), cause]
    .filter((line) => line !== undefined)
    .map(shortened);
  return [...new Set(found)].join(' ');
}

const mostCharacters = 600;

function shortened(line: string): string {
  const plain = line.replace(/^Caused by: (?:[\w$]+\.)*/, '');
  return plain.length > mostCharacters ? `${plain.slice(0, mostCharacters)}…` : plain;
}
