import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { connectionsQuery, keysQuery, modelsQuery, routesQuery, useCasesQuery } from "../api/lists";
import { type Me, useSignOut } from "../api/session";
import { viewsQuery } from "../api/views";
import { shortId } from "../design/format";
import { useZone } from "../design/zone";
import type { CallLink } from "../pages/calls/link";
import type { Entry } from "./palette";
import { allowed, foot, mayOpen, type Place, tasks } from "./places";
import { nextScheme, useScheme } from "./scheme";
import { viewPageOf, viewSearch } from "./views";
import { useWorkspaces } from "./workspace";

/** What the palette has for the one who is signed in: pages, things by name or id, and what can be done. */
export function useEntries(
  me: Me,
  showKeys: () => void,
  copyLink: () => void,
): { entries: readonly Entry[]; isLoading: boolean } {
  const navigate = useNavigate();
  const signOut = useSignOut();
  const [scheme, setScheme] = useScheme();
  const [zone, setZone] = useZone();
  const may = (permission: string) => me.permissions.includes(permission);
  const keys = useQuery({ ...keysQuery, enabled: may("keys.read") });
  const routes = useQuery({ ...routesQuery, enabled: may("routes.read") });
  const models = useQuery({ ...modelsQuery, enabled: may("models.read") });
  const connections = useQuery({ ...connectionsQuery, enabled: may("connections.read") });
  const useCases = useQuery({ ...useCasesQuery, enabled: may("organisation.read") });
  const workspaces = useWorkspaces();
  const views = useQuery(viewsQuery);
  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew when the palette opens and when a list comes
  const entries = useMemo(() => {
    const to =
      (address: string, search: Record<string, string | undefined> = {}) =>
      () =>
        void navigate({ to: address, search: search as never });
    const opens = (page: Place["to"]) => mayOpen(page, me.permissions);
    const all: Entry[] = [];
    for (const task of tasks)
      for (const place of allowed(task.places, me.permissions))
        all.push({ id: `page:${place.to}`, group: "Go to", name: place.name, note: `Page · ${task.name}`, run: to(place.to) });
    for (const place of allowed(foot, me.permissions))
      all.push({ id: `page:${place.to}`, group: "Go to", name: place.name, note: "Page", run: to(place.to) });

    const calls = (name: string, search: CallLink): Entry[] =>
      opens("/calls")
        ? [{ id: `calls:${Object.values(search).join()}`, group: "Do", name, note: "", run: to("/calls", search) }]
        : [];
    const explain = (name: string): Entry[] =>
      opens("/routes") && may("keys.read")
        ? [
            {
              id: `explain:${name}`,
              group: "Do",
              name: "Explain a call of this name",
              note: "Calls no provider",
              run: to("/routes", { explain: name }),
            },
          ]
        : [];
    for (const key of keys.data ?? [])
      all.push({
        id: key.id,
        group: "Go to",
        name: key.name,
        note: `Key · ${key.prefix}…`,
        isOneOfMany: true,
        words: `${key.id} ${key.prefix}`,
        run: to("/keys", { key: key.id }),
        ...acting(calls("Calls of this key", { key: key.id })),
      });
    for (const route of routes.data ?? [])
      all.push({
        id: route.id,
        group: "Go to",
        name: route.name,
        note: "Route",
        isOneOfMany: true,
        words: route.id,
        run: to("/routes", { route: route.id }),
        ...acting([...calls("Calls of this route", { route: route.name }), ...explain(route.name)]),
      });
    for (const model of models.data ?? [])
      all.push({
        id: model.id,
        group: "Go to",
        name: model.name,
        note: "Model",
        isOneOfMany: true,
        words: model.id,
        run: to("/models", { model: model.id }),
        ...acting([...calls("Calls of this model", { model: model.name }), ...explain(model.name)]),
      });
    for (const connection of connections.data ?? [])
      if (opens("/models"))
        all.push({
          id: connection.id,
          group: "Go to",
          name: connection.name,
          note: `Connection · ${connection.family}`,
          isOneOfMany: true,
          words: connection.id,
          run: to("/models", { connection: connection.id }),
        });
    for (const useCase of opens("/calls") ? (useCases.data ?? []) : [])
      all.push({
        id: useCase.id,
        group: "Go to",
        name: useCase.name,
        note: "Calls of the use case",
        isOneOfMany: true,
        words: useCase.id,
        run: to("/calls", { use_case: useCase.id }),
      });

    for (const view of views.data ?? []) {
      const page = viewPageOf(view.page);
      if (page !== undefined && opens(page.to))
        all.push({
          id: view.id,
          group: "Go to",
          name: view.name,
          note: `View · ${page.name}`,
          isOneOfMany: true,
          words: "view",
          run: to(page.to, viewSearch(page, view.query)),
        });
    }

    if (may("keys.write"))
      all.push({
        id: "do:new-key",
        group: "Do",
        name: "New key",
        note: "Asks for its name first",
        run: to("/keys", { new: "1" }),
      });
    if (may("connections.write"))
      all.push({
        id: "do:connect",
        group: "Do",
        name: "Connect a provider",
        note: "Tried before it is saved",
        run: to("/models", { connect: "1" }),
      });
    if (may("routes.write"))
      all.push({ id: "do:new-route", group: "Do", name: "New route", note: "Shown before it is saved", run: to("/routes/edit") });
    for (const workspace of workspaces.data ?? [])
      all.push({
        id: `show:${workspace.id}`,
        group: "Do",
        name: `Show ${workspace.name} alone`,
        note: "Every page has this workspace alone",
        isOneOfMany: true,
        words: workspace.id,
        run: () => void navigate({ to: ".", search: ((old: object) => ({ ...old, workspace: workspace.id })) as never }),
      });
    all.push(
      {
        id: "do:copy-link",
        group: "Do",
        name: "Copy the link to this page",
        note: "With its filters",
        run: copyLink,
      },
      {
        id: "do:zone",
        group: "Do",
        name: zone === "utc" ? "Show times in my zone" : "Show times in UTC",
        note: "In this browser",
        run: () => setZone(zone === "utc" ? "local" : "utc"),
      },
      {
        id: "do:colours",
        group: "Do",
        name: `Colours: ${nextScheme(scheme)}`,
        note: "In this browser",
        words: "dark light theme",
        run: () => setScheme(nextScheme(scheme)),
      },
      { id: "do:keys", group: "Do", name: "Show all keys of the keyboard", note: "?", words: "shortcuts help", run: showKeys },
    );
    if (me.session !== null)
      all.push({ id: "do:leave", group: "Do", name: "Sign out", note: me.name, run: () => signOut.mutate() });
    return all;
  }, [me, keys.data, routes.data, models.data, connections.data, useCases.data, workspaces.data, views.data, scheme, zone]);
  return {
    entries,
    isLoading: [keys, routes, models, connections, useCases, workspaces, views].some((q) => q.isLoading),
  };
}

/** What was typed is the id of a call: then that call is offered. */
export function callEntry(text: string, run: (id: string) => void): Entry | undefined {
  const id = text.trim();
  return /^call_[0-9a-hjkmnp-tv-z]{26}$/.test(id)
    ? { id, group: "Go to", name: `Call ${shortId(id)}`, note: "Opens it", words: id, run: () => run(id) }
    : undefined;
}

const acting = (actions: readonly Entry[]) => (actions.length === 0 ? {} : { actions });
