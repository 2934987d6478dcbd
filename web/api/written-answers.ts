// The answers of the API that the runtime has written into the document, with the page that it made from them.

/** URL → answer; nothing for documents without content, such as the worker's. */
export function writtenAnswers(): Readonly<Record<string, unknown>> {
  const data = document.getElementById('couture-answers');
  data?.remove();
  return JSON.parse(data?.textContent || '{}');
}
