import { useQuery } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { Button } from "../../design/Button";
import { time, type Zone } from "../../design/format";
import { Notice } from "../../design/Notice";
import { writeRange } from "../../design/range";
import type { ActQuery, ActSearch } from "./acts";

const hour = 3_600_000;

/** An empty list says why it is empty, when there was something, and leads there. */
export function Nothing({
  query,
  zone,
  show,
  onClear,
}: {
  query: ActQuery;
  zone: Zone;
  show: (next: ActSearch) => void;
  onClear: () => void;
}) {
  const newest = useQuery({
    queryKey: ["audit", "newest", query],
    queryFn: ({ signal }) => get(api.GET("/api/audit/acts", { params: { query: { ...query, limit: 1 } }, signal })),
  });
  if (newest.data === undefined) return null;
  const act = newest.data.items[0];
  const hasFilter = Object.keys(query).length > 0;
  if (act !== undefined) {
    const at = new Date(act.at);
    const lead = () => show({ time: writeRange(new Date(at.getTime() - hour), new Date(at.getTime() + hour), zone) });
    return (
      <Notice
        state="idle"
        title="Nothing was done in this stretch of time"
        actions={<Button onClick={lead}>Show the hours around it</Button>}
      >
        The newest act {hasFilter && "that fits "}is from {time(at, new Date(), zone)}.
      </Notice>
    );
  }
  if (hasFilter)
    return (
      <Notice state="idle" title="No act fits these filters" actions={<Button onClick={onClear}>Clear filters</Button>}>
        Neither in this stretch of time nor in another.
      </Notice>
    );
  return (
    <Notice state="idle" title="Nothing was done yet">
      Every change stands here from now on, every reading of what was said, and every refusal of somebody who showed a credential.
    </Notice>
  );
}
