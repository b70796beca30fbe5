import { PlainTable } from "../../design/PlainTable";
import type { Column } from "../../design/Table";
import type { Grant, Places } from "./grants";

/** Roles with their places, where not all of them hold everywhere. */
export function Holds({ grants, places }: { grants: readonly Grant[]; places: Places }) {
  if (grants.every((g) => g.place == null && !g.origin)) return null;
  const columns: Column<Grant>[] = [
    { id: "role", head: "Role", width: 130, cell: (g) => <b className="strong">{g.role}</b> },
    {
      id: "place",
      head: "Where",
      cell: (g) => {
        const place = g.place == null ? undefined : places.get(g.place);
        return g.place == null ? "everywhere" : place === undefined ? <span className="mono">{g.place}</span> : place.name;
      },
    },
    {
      id: "kind",
      head: "Which is",
      width: 120,
      cell: (g) => <span className="muted">{g.place == null ? "the whole platform" : (places.get(g.place)?.kind ?? "")}</span>,
    },
    { id: "origin", head: "Given", width: 120, cell: (g) => <span className="muted">{g.origin ?? "by hand"}</span> },
  ];
  return (
    <PlainTable
      label="Roles with their places"
      columns={columns}
      rows={[...grants]}
      idOf={(g) => `${g.role} ${g.place ?? ""} ${g.origin ?? ""}`}
    />
  );
}
