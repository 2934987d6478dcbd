// The answers of the API that the runtime has written into the document, with the page that it made from them.

let urls: readonly string[] = [];

/** URL → answer; nothing for documents without content, such as the worker's. */
export function writtenAnswers(): Readonly<Record<string, unknown>> {
  const data = document.getElementById('couture-answers');
  data?.remove();
  const answers = JSON.parse(data?.textContent || '{}') as Record<string, unknown>;
  urls = Object.keys(answers);
  return answers;
}

/** URLs of the answers that came with the document: the page has not requested them. */
export function writtenUrls(): readonly string[] {
  return urls;
}
