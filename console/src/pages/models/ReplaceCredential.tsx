import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, tagOf } from "../../api/client";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Fields } from "../../design/Form";
import { ProblemNotice } from "../../design/Notice";
import { Tried } from "./ConnectDialog";
import { CredentialFields } from "./ConnectionFields";
import { draftOf, missing, textOf } from "./connect";
import { type Connection, familiesQuery, useHubChanged } from "./models";

/** Another credential in place of the one that is kept: tried first. Neither is ever shown. */
export function ReplaceCredential({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const changed = useHubChanged();
  const families = useQuery(familiesQuery);
  const known = families.data ?? [];
  const [given, setGiven] = useState<{ credential: string; fields: Record<string, string> }>({ credential: "", fields: {} });
  const draft = { ...draftOf(connection, known), ...given };
  const family = known.find((f) => f.family === connection.family);
  const service = family?.services.find((s) => s.label === draft.service);
  // The API keeps the old one where none is given: there is no replacing it by nothing.
  const forms = family?.credentials.filter((c) => c.shape !== "none" && service?.credentials.includes(c.name)) ?? [];
  const form = forms.find((f) => f.name === draft.credential) ?? forms[0];
  const body = () => ({ credential: textOf(form, draft.fields) ?? "" });
  const path = { path: { id: connection.id } };
  const check = useMutation({
    mutationFn: async () => await get(api.POST("/api/connections/{id}/check", { params: path, body: body() })),
  });
  const save = useMutation({
    mutationFn: () =>
      get(
        api.PATCH("/api/connections/{id}", {
          params: { ...path, header: { "If-Match": tagOf(connection.version) } },
          body: body(),
        }),
      ),
    onSuccess: async () => {
      onClose();
      await changed();
    },
    onError: changed,
  });
  const why = missing(form, draft.fields).length > 0 ? "Give the credential first" : undefined;
  const problem = save.error ?? check.error;
  const works = check.data?.works;
  return (
    <Dialog
      wide
      title={`Replace the credential of ${connection.name}`}
      onClose={onClose}
      onSend={() => (why !== undefined ? undefined : works ? save.mutate() : check.mutate())}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {works === false && (
            <Button onClick={() => save.mutate()} busy={save.isPending}>
              Replace it all the same
            </Button>
          )}
          <Button kind="main" type="submit" busy={works ? save.isPending : check.isPending} why={why}>
            {works ? "Replace credential" : "Test credential"}
          </Button>
        </>
      }
    >
      <Fields>
        <p className="muted">
          {connection.has_credential ? "The one that is kept is sealed and shown to nobody. " : ""}Every node signs in with the
          new one within 2 seconds of the change.
        </p>
        <CredentialFields
          draft={{ ...draft, credential: form?.name ?? "" }}
          families={known.map((f) =>
            f.family !== connection.family
              ? f
              : {
                  ...f,
                  services: f.services.map((s) => ({
                    ...s,
                    credentials: s.credentials.filter((n) => forms.some((c) => c.name === n)),
                  })),
                },
          )}
          problem={problem}
          onChange={(next) => {
            setGiven({ credential: next.credential, fields: next.fields });
            check.reset();
            save.reset();
          }}
        />
        <Tried result={check.data} name={connection.name} isSaved />
        <ProblemNotice problem={problem} fields={["credential"]} />
      </Fields>
    </Dialog>
  );
}
