import { Button } from "../../design/Button";
import { Menu } from "../../design/Menu";

/** All calls that fit, as a file that the browser takes as it comes. */
export function Export({ parameters }: { parameters: () => string }) {
  const take = (format: "csv" | "jsonl") => {
    const link = document.createElement("a");
    link.href = `/api/calls/export?${parameters()}&format=${format}`;
    link.download = "";
    link.click();
  };
  return (
    <Menu
      items={[
        { group: "All calls that fit the filters" },
        { name: "CSV", note: "a line a call", onSelect: () => take("csv") },
        { name: "JSON", note: "an object a line", onSelect: () => take("jsonl") },
      ]}
    >
      <Button kind="quiet" small icon="export" aria-label="Export" title="Export" />
    </Menu>
  );
}
