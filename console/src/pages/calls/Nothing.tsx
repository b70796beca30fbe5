import { useQuery } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { Button } from "../../design/Button";
import { time, type Zone } from "../../design/format";
import { Notice } from "../../design/Notice";
import { writeRange } from "../../design/range";
import type { CallQuery, CallSearch } from "./calls";

const hour = 3_600_000;

/** An empty list says why it is empty, when there was something, and leads there. */
export function Nothing({
  query,
  hasFilter,
  zone,
  show,
  onClear,
}: {
  query: CallQuery;
  hasFilter: boolean;
  zone: Zone;
  show: (next: CallSearch) => void;
  onClear: () => void;
}) {
  const newest = useQuery({
    queryKey: ["calls", "newest", query],
    queryFn: ({ signal }) => get(api.GET("/api/calls", { params: { query: { ...query, limit: 1 } }, signal })),
  });
  if (newest.data === undefined) return null;
  const call = newest.data.items[0];
  if (call !== undefined) {
    const at = new Date(call.started_at_us / 1000);
    const lead = () => show({ time: writeRange(new Date(at.getTime() - hour), new Date(at.getTime() + hour), zone) });
    return (
      <Notice
        state="idle"
        title="No calls in this stretch of time"
        actions={<Button onClick={lead}>Show the hours around it</Button>}
      >
        The newest {hasFilter && "that fits "}is from {time(at, new Date(), zone)}.
      </Notice>
    );
  }
  if (hasFilter)
    return (
      <Notice state="idle" title="No call fits these filters" actions={<Button onClick={onClear}>Clear filters</Button>}>
        Neither in this stretch of time nor in another.
      </Notice>
    );
  return (
    <Notice state="idle" title="No calls yet">
      Make one with a service key: the first start printed a curl that does.
    </Notice>
  );
}
