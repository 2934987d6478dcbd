// Words that break where the terminal ends: text and width → lines.

/** Lines of at most `width` characters, broken between words; a word that is longer stays whole. */
export function wrappedLines(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && [...longer].length > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** Fits the paragraphs of a text into a width. Indented lines, such as examples, and lines that end with a colon stay. */
export function wrappedText(text: string, width: number): string {
  const fitted: string[] = [];
  let paragraph: string[] = [];
  const end = () => {
    if (paragraph.length > 0) fitted.push(...wrappedLines(paragraph.join(' '), width));
    paragraph = [];
  };
  for (const line of text.split('\n')) {
    if (line !== '' && !line.startsWith(' ') && !line.endsWith(':')) paragraph.push(line);
    else {
      end();
      fitted.push(line);
    }
  }
  end();
  return fitted.join('\n');
}
