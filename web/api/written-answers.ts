// The answers of the API that came with the document: the runtime has written the page from them, or a script that ran before the
// app has asked.

const id = 'couture-answers';
let urls: readonly string[] = [];

/** URL → answer; nothing for documents without content, such as the worker's. */
export function writtenAnswers(): Readonly<Record<string, unknown>> {
  const data = document.getElementById(id);
  data?.remove();
  const answers = JSON.parse(data?.textContent || '{}') as Record<string, unknown>;
  urls = Object.keys(answers);
  return answers;
}

/** Hands answers to the app, in a document without content. */
export function writeAnswers(answers: Readonly<Record<string, unknown>>): void {
  // No script element: pages with Trusted Types forbid scripts to write into one.
  const data = document.createElement('data');
  data.id = id;
  data.hidden = true;
  data.textContent = JSON.stringify(answers);
  document.querySelector('main.boot')?.append(data);
}

/** URLs of the answers that came with the document: the page has not requested them. */
export function writtenUrls(): readonly string[] {
  return urls;
}
