import { csrf, get } from "./client";
import type { paths } from "./schema";

/** Sends a large body and tells how much of it has gone: fetch cannot. The way an answer is read is that of `get`. */
export function send<T>(path: keyof paths, body: unknown, onSent: (share: number) => void, signal: AbortSignal): Promise<T> {
  return get<T>(
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", path);
      request.setRequestHeader("Content-Type", "application/json");
      if (csrf !== undefined) request.setRequestHeader("X-Portico-Csrf", csrf);
      request.upload.onprogress = (e) => e.lengthComputable && onSent(e.loaded / e.total);
      request.upload.onload = () => onSent(1);
      request.onload = () => {
        const response = new Response(null, { status: request.status === 204 ? 200 : request.status });
        const read = parsed(request.responseText);
        resolve(response.ok ? { data: read as T, response } : { error: read, response });
      };
      request.onerror = () => reject(new TypeError("It could not be sent."));
      request.onabort = () => reject(new DOMException("It was stopped.", "AbortError"));
      signal.addEventListener("abort", () => request.abort());
      request.send(JSON.stringify(body));
    }),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What stands between may answer in its own words: the status tells it then.
    return undefined;
  }
}
