import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, get, tagOf } from "../api/client";
import { type SavedView, viewsQuery } from "../api/views";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Field } from "../design/Field";
import { Menu, type MenuItem } from "../design/Menu";
import { fieldError, ProblemNotice } from "../design/Notice";
import { Toast } from "../design/Toast";
import classes from "./Views.module.css";
import { type ViewPageName, viewPages, viewQuery, viewSearch } from "./views";

const maxName = 80;

/** The views that one keeps of a page: what it shows now is kept under a name, shown again, and removed with a way back. */
export function Views({ of, search }: { of: ViewPageName; search: Readonly<Record<string, string | undefined>> }) {
  const page = viewPages[of];
  const navigate = useNavigate();
  const queries = useQueryClient();
  const views = useQuery(viewsQuery);
  const [isNaming, setNaming] = useState(false);
  const [removed, setRemoved] = useState<SavedView>();
  const kept = views.data?.filter((v) => v.page === of) ?? [];
  const now = viewQuery(page, search);
  const shown = kept.find((v) => v.query === now);
  const again = () => queries.invalidateQueries({ queryKey: viewsQuery.queryKey });
  const remove = useMutation({
    mutationFn: (view: SavedView) =>
      get(api.DELETE("/api/views/{id}", { params: { path: { id: view.id }, header: { "If-Match": tagOf(view.version) } } })),
    onMutate: setRemoved,
    onSettled: again,
  });
  const back = useMutation({
    mutationFn: ({ page, name, query }: SavedView) => get(api.POST("/api/views", { body: { page, name, query } })),
    onSuccess: async () => {
      setRemoved(undefined);
      await again();
    },
  });
  const problem = remove.error ?? back.error;
  const why =
    now === "" ? "This is what the page shows anyway" : shown !== undefined ? `This is kept as ${shown.name}` : undefined;
  const items: MenuItem[] = [
    { name: "Save this view", icon: "plus", why, onSelect: () => setNaming(true) },
    ...(kept.length > 0 ? ["rule" as const, { group: "My views" }] : []),
    ...kept.map(
      (view): MenuItem => ({
        name: view.name,
        isShown: view === shown,
        aside: { name: `Remove ${view.name}`, icon: "close", onSelect: () => remove.mutate(view) },
        onSelect: () => void navigate({ to: page.to, search: viewSearch(page, view.query) as never }),
      }),
    ),
    ...(views.error === null ? [] : [{ group: views.error.message }]),
  ];
  return (
    <>
      <Menu items={items}>
        <Button
          kind="quiet"
          small
          icon="bookmark"
          aria-label={shown === undefined ? "Views" : `View ${shown.name}`}
          title="Views"
        >
          {shown === undefined ? undefined : <span className={`cut ${classes.name}`}>{shown.name}</span>}
        </Button>
      </Menu>
      {isNaming && (
        <SaveView page={of} query={now} kept={kept} withoutSaid={search.said !== undefined} onClose={() => setNaming(false)} />
      )}
      {removed !== undefined && (
        <Toast
          state={problem === null ? "good" : "failed"}
          text={problem === null ? `View ${removed.name} is removed` : problem.message}
          {...(remove.isSuccess ? { undo: () => back.mutate(removed) } : {})}
          busy={remove.isPending || back.isPending}
          onClose={() => setRemoved(undefined)}
        />
      )}
    </>
  );
}

function SaveView({
  page,
  query,
  kept,
  withoutSaid,
  onClose,
}: {
  page: ViewPageName;
  query: string;
  kept: readonly SavedView[];
  withoutSaid: boolean;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const same = kept.find((v) => v.name === name.trim());
  const save = useMutation({
    mutationFn: () =>
      same === undefined
        ? get(api.POST("/api/views", { body: { page, name, query } }))
        : get(
            api.PATCH("/api/views/{id}", {
              params: { path: { id: same.id }, header: { "If-Match": tagOf(same.version) } },
              body: { query },
            }),
          ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: viewsQuery.queryKey });
      onClose();
    },
  });
  return (
    <Dialog
      title="Save this view"
      onClose={onClose}
      onSend={() => name.trim() !== "" && save.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="main" type="submit" busy={save.isPending} why={name.trim() === "" ? "Name it first" : undefined}>
            {same === undefined ? "Save view" : "Replace view"}
          </Button>
        </>
      }
    >
      <p className="muted">
        The filters, the time as it is written, the order and the columns are kept with your account. The palette leads to it too.
        {withoutSaid && " What is looked for in what was said is not kept."}
      </p>
      <Field
        label="Name"
        help={same === undefined ? "Failed yesterday, Spend by model." : "You have a view of this name. It is replaced."}
        error={fieldError(save.error, "name")}
        autoFocus
        autoComplete="off"
        maxLength={maxName}
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <ProblemNotice problem={save.error} fields={["name"]} />
    </Dialog>
  );
}
