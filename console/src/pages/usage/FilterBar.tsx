import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Filter } from "../../design/Filter";
import { Pick } from "../../design/Pick";
import { usageQuery } from "./queries";
import type { Range } from "./range";
import { type Dimension, dimensions, type Filters, labelOf, nameOf } from "./usage";

/** What the report is narrowed to; values are those that occur in its range. */
export function FilterBar({
  range,
  filters,
  onChange,
}: {
  range: Range;
  filters: Filters;
  onChange: (dimension: Dimension, value: string | undefined) => void;
}) {
  const [adding, setAdding] = useState<Dimension>();
  const shown = dimensions.filter((d) => filters[d.value] !== undefined || d.value === adding);
  const more = dimensions.filter((d) => !shown.includes(d));
  return (
    <>
      {shown.map((d) => (
        <One
          key={d.value}
          dimension={d.value}
          range={range}
          value={filters[d.value]}
          onChange={(value) => {
            setAdding(undefined);
            onChange(d.value, value);
          }}
        />
      ))}
      <Pick
        label="+"
        options={[{ value: "", label: "Filter" }, ...more]}
        value=""
        onChange={(value) => setAdding(value === "" ? undefined : (value as Dimension))}
      />
    </>
  );
}

function One({
  dimension,
  range,
  value,
  onChange,
}: {
  dimension: Dimension;
  range: Range;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const report = useQuery(usageQuery({ by: [dimension], ...range, filters: {} })).data;
  const values = (report?.lines ?? []).map((l) => l.group[dimension] ?? "").filter((v) => v !== "");
  const options = [...new Set(value === undefined ? values : [value, ...values])]
    .map((v) => ({ value: v, label: nameOf(dimension, v, report?.names ?? {}) }))
    .sort((a, b) => a.label.localeCompare(b.label));
  return <Filter name={labelOf(dimension)} value={value} options={options} onChange={onChange} />;
}
