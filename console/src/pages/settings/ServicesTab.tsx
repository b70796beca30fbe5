import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useMay } from "../../api/session";
import { AskedTable } from "../../design/AskedTable";
import { Button } from "../../design/Button";
import { Notice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { sortedRows } from "../../design/sort";
import type { Column } from "../../design/Table";
import { servicesQuery } from "./queries";
import { ServiceDrawer } from "./ServiceDrawer";
import { ServiceForm } from "./ServiceForm";
import type { TabProps } from "./SettingsPage";
import classes from "./SettingsPage.module.css";
import type { Service } from "./services";
import { type OpensName, useOpens } from "./useOpens";

const word = (s: Service) => (s.enabled ? "On" : "Off");

function columnsOf(opens: OpensName): Column<Service>[] {
  return [
    {
      id: "name",
      head: "Name",
      sort: (s) => s.name,
      cell: (s) => (
        <span className={classes.name}>
          <StatusMark state={s.enabled ? "good" : "idle"} label={word(s)} />
          <span className="cut">{s.name}</span>
        </span>
      ),
    },
    { id: "opens", head: "Opens", sort: opens, cell: (s) => <span className="cut">{opens(s)}</span> },
    {
      id: "issuer",
      head: "Issuer",
      spare: true,
      sort: (s) => s.issuer,
      cell: (s) => <span className="mono muted cut">{s.issuer}</span>,
    },
    { id: "subject", head: "Subject", sort: (s) => s.subject, cell: (s) => <span className="mono muted cut">{s.subject}</span> },
    { id: "state", head: "State", width: 90, sort: word, cell: word },
  ];
}

/** Services whose own tokens open a key or an admin token. */
export function ServicesTab({ search, show }: TabProps) {
  const may = useMay();
  const services = useQuery(servicesQuery);
  const opens = useOpens();
  const columns = useMemo(() => columnsOf(opens), [opens]);
  const rows = useMemo(() => sortedRows([...(services.data ?? [])], columns, search.sort), [services.data, columns, search.sort]);
  const open = rows.find((s) => s.id === search.open);
  return (
    <div className={classes.page}>
      <div className={classes.list}>
        <div className={classes.bar}>
          <p className="muted cut">
            {may("keys.write")
              ? "A pipeline, a cluster or a cloud service shows its own token in place of a key: nothing to hand out, nothing to rotate."
              : "You may look. Whoever has keys.write sets this up."}
          </p>
          {may("keys.write") && (
            <Button kind="main" icon="plus" onClick={() => show({ open: search.open, new: "1" })}>
              Add a service
            </Button>
          )}
        </div>
        <AskedTable
          query={services}
          loading={4}
          label="Services"
          columns={columns}
          rows={rows}
          idOf={(s) => s.id}
          openId={open?.id}
          onOpen={(id) => show({ open: id })}
          isNarrow={open !== undefined}
          sorting={{ by: search.sort, onSort: (sort) => show({ open: search.open, sort }) }}
        >
          <Notice state="idle" title="No service comes in by tokens of its own">
            Programs send keys. Add a service that has tokens from its cloud, cluster or pipeline, and it needs none.
          </Notice>
        </AskedTable>
      </div>
      {open !== undefined && <ServiceDrawer key={open.id} of={open} opens={opens} onClose={() => show({})} />}
      {search.new !== undefined && may("keys.write") && (
        <ServiceForm onClose={(made) => show(made === undefined ? { open: search.open } : { open: made })} />
      )}
    </div>
  );
}
