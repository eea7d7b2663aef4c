/** Reads the body of an HTTP response within a limit, since the server at an address may be anyone's. */

/**
 * The first `limit` bytes of a response as text (UTF-8), and whether that was the whole body; the rest is not fetched. Rejects as `fetch`
 * does.
 */
export async function boundedText(
  response: Response,
  limit: number,
): Promise<{ readonly text: string; readonly whole: boolean }> {
  const decoder = new TextDecoder();
  // Not every browser can iterate over a body.
  const reader = response.body?.getReader();
  let text = "";
  let left = limit;
  for (let next = await reader?.read(); next?.value; next = await reader!.read()) {
    text += decoder.decode(next.value.subarray(0, left), { stream: true });
    left -= next.value.length;
    if (left < 0) {
      await reader!.cancel();
      break;
    }
  }
  return { text: text + decoder.decode(), whole: left >= 0 };
}
