// The running Portico: its address and keys, the management API, records of calls, and clients as an application would make them.
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { setTimeout as wait } from 'node:timers/promises';

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run tests/clients/run, which starts a server.`);
  return value;
}

export const url = needed('PORTICO_URL').replace(/\/$/, '');
export const key = needed('PORTICO_KEY');
export const v1 = `${url}/v1`;
const adminToken = needed('PORTICO_ADMIN');

/** Calls the management API; a refusal is thrown with its text. */
export async function admin(method, path, body, headers = {}) {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

let useCase;

/** A new key of a use case of this file's own; the secret is in `secret`. */
export async function newKey(name, more = {}) {
  useCase ??= admin('GET', '/api/workspaces').then((page) =>
    admin('POST', '/api/use-cases', { workspace_id: page.items[0].id, name: `client tests ${process.pid}` }),
  );
  return admin('POST', '/api/keys', { name, use_case_id: (await useCase).id, ...more });
}

/** The record of a call, once it has ended. */
export async function recordOf(callId, { within = 10_000 } = {}) {
  const until = Date.now() + within;
  for (;;) {
    try {
      return await admin('GET', `/api/calls/${callId}`);
    } catch (e) {
      if (Date.now() > until || !/: 404 /.test(e.message)) throw e;
      await wait(50);
    }
  }
}

/** The OpenAI SDK with another base URL and key, and nothing else; `sent` lists the requests that it made. */
export function openai(options = {}) {
  const sent = [];
  const client = new OpenAI({
    baseURL: v1,
    apiKey: key,
    fetch: (target, init) => {
      sent.push({ target: String(target), at: Date.now(), init });
      return fetch(target, init);
    },
    ...options,
  });
  return Object.assign(client, { sent });
}

/** The Anthropic SDK with another base URL and key, and nothing else; `sent` lists the requests that it made. */
export function anthropic(options = {}) {
  const sent = [];
  const client = new Anthropic({
    baseURL: url,
    apiKey: key,
    fetch: (target, init) => {
      sent.push({ target: String(target), at: Date.now(), init });
      return fetch(target, init);
    },
    ...options,
  });
  return Object.assign(client, { sent });
}

export const say = (content) => [{ role: 'user', content }];

let offered = 0;

/**
 * Offers a model of the simulated provider whose name holds a number of its own, such as slow-chunks-50, and gives the name to call it by.
 * The names of the provider's list are there from the start; others are deployments like any other.
 */
export async function simulated(model, facts = { context_tokens: 100_000 }) {
  const name = `tests-${process.pid}/${model}-${++offered}`;
  const { items } = await admin('GET', '/api/connections?limit=1000');
  const made = await admin('POST', '/api/models', { name, approve: true, ...facts });
  await admin('POST', '/api/deployments', {
    model_id: made.id,
    connection_id: items.find((c) => c.family === 'sim').id,
    upstream_model: model,
  });
  await admin('POST', '/api/prices', { model_id: made.id, usd_per_mtok: { input: '1', output: '2' } });
  return name;
}
