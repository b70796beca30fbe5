import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** An error of the API as it is told: what is wrong, what to do, which field. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly advice: string;
  readonly param: string | undefined;
  readonly requestId: string | undefined;
  /** All that it says: some errors name places. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Partial<Schemas["Problem"]> | undefined) {
    super(body?.detail ?? (status === 0 ? "Portico does not answer." : `Portico answered ${status}.`));
    this.status = status;
    this.code = body?.code ?? (status === 0 ? "unreachable" : "unknown");
    this.advice = body?.advice ?? "";
    this.param = body?.param;
    this.requestId = body?.request_id;
    this.body = body ?? {};
  }

  /** Nobody is signed in, or not any more. */
  get isSignedOut() {
    return this.status === 401;
  }

  /** It may be different in a moment. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

let csrf: string | undefined;

/** What changes by this session carry; told by /api/me. */
export function carry(token: string | undefined) {
  csrf = token;
}

export const api = createClient<paths>({ baseUrl: location.origin });

api.use({
  onRequest({ request }) {
    if (csrf !== undefined && request.method !== "GET") request.headers.set("X-Portico-Csrf", csrf);
    return request;
  },
});

type Reply<T> = { data?: T; error?: unknown; response: Response };

/** The answer, or the problem thrown. */
export async function get<T>(reply: Promise<Reply<T>>): Promise<T> {
  const { data, error, response } = await reply.catch((reason: unknown) => {
    if (reason instanceof DOMException && reason.name === "AbortError") throw reason;
    throw new Problem(0, undefined);
  });
  if (!response.ok) throw new Problem(response.status, isProblem(error) ? error : undefined);
  return data as T;
}

function isProblem(value: unknown): value is Schemas["Problem"] {
  return typeof value === "object" && value !== null && "code" in value;
}

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

/** The version that a change was made on, as If-Match has it. */
export function tagOf(version: number): string {
  return `"v${version}"`;
}
