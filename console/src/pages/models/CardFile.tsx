import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, type Schemas } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { CopyButton } from "../../design/CopyButton";
import { Dialog } from "../../design/Dialog";
import { Fields } from "../../design/Form";
import { fieldError, Notice, ProblemNotice } from "../../design/Notice";
import { TextArea } from "../../design/TextArea";
import { type HubModel, useHubChanged } from "./models";

/** A card as a file that others read and write: Hugging Face's front matter, or a CycloneDX document. */
export function CardFile({ model, onClose }: { model: HubModel; onClose: () => void }) {
  const may = useMay();
  const changed = useHubChanged();
  const [format, setFormat] = useState("hf");
  const [text, setText] = useState<string>();
  const path = { path: { id: model.summary.model_id } };
  const file = useQuery({
    queryKey: ["hub", model.summary.model_id, "file", format],
    gcTime: 0,
    queryFn: ({ signal }) =>
      get(api.GET("/api/models/{id}/card/export", { params: { ...path, query: { format } }, signal })) as Promise<
        Schemas["CardExport"]
      >,
  });
  const enter = useMutation({
    mutationFn: () =>
      get(
        api.PUT("/api/models/{id}/card/import", {
          params: { ...path, header: { "If-Match": "*" } },
          body: { format, text: text ?? "" },
        }),
      ),
    onSuccess: changed,
  });
  const shown = text ?? file.data?.text ?? "";
  if (enter.data !== undefined)
    return (
      <Dialog
        title="The card is entered"
        onClose={onClose}
        onSend={onClose}
        actions={
          <Button kind="main" type="submit">
            Done
          </Button>
        }
      >
        {enter.data.left_out.length > 0 && (
          <Notice state="risk" title="A card has no place for some of it">
            Left out: {enter.data.left_out.join(", ")}.
          </Notice>
        )}
      </Dialog>
    );
  const isChanged = text !== undefined && text !== file.data?.text;
  return (
    <Dialog
      wide
      title={`Card of ${model.summary.model} as a file`}
      onClose={onClose}
      onSend={() => isChanged && enter.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <CopyButton text={() => shown}>Copy</CopyButton>
          {may("models.write") && (
            <Button
              kind="main"
              type="submit"
              busy={enter.isPending}
              why={isChanged ? undefined : "Put another file in its place first"}
            >
              Enter this file
            </Button>
          )}
        </>
      }
    >
      <Fields>
        <Choice
          label="Format"
          value={format}
          options={[
            { value: "hf", label: "Hugging Face, the head of a README.md" },
            { value: "cyclonedx", label: "CycloneDX, a JSON document" },
          ]}
          error={fieldError(enter.error, "format")}
          onChange={(e) => {
            setFormat(e.currentTarget.value);
            setText(undefined);
          }}
        />
        <TextArea
          label={file.data?.file_name ?? "File"}
          isCode
          rows={18}
          readOnly={!may("models.write")}
          spellCheck={false}
          help={may("models.write") ? "Put another file in its place to enter that: it replaces the card." : undefined}
          value={shown}
          error={fieldError(enter.error, "text")}
          onChange={(e) => setText(e.currentTarget.value)}
        />
        <ProblemNotice problem={file.error ?? enter.error} fields={["format", "text"]} />
      </Fields>
    </Dialog>
  );
}
