// Text of the shop, ready for a terminal: names, chats and titles can contain escape sequences, which would move the cursor,
// rewrite earlier lines, set the window's title or, on some terminals, type commands.

/** Control characters but line feed and tab, and those that reverse the order of letters; the set of CVE-2021-42574. */
const unprintable = /[^\P{Cc}\n\t]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Shows them as JSON does, such as `\u001b`; so the text of a JSON document keeps its meaning. */
export function printable(text: string): string {
  return text.replaceAll(unprintable, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Like `printable`, on one line and without tabs: a line feed in a name starts no line of its own. */
export function printableLine(text: string): string {
  return printable(text.replaceAll(/[ \t]*[\r\n\t]+[ \t]*/g, ' '));
}
