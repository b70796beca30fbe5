import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { fullTime } from "../../design/format";
import { Notice } from "../../design/Notice";
import { useZone } from "../../design/zone";
import { TopBar } from "../../shell/Shell";
import { Acknowledge } from "./Acknowledge";
import classes from "./Policy.module.css";
import { learningQuery } from "./queries";

/** The acceptable-use policy, to read and to accept. */
export function PolicyPage() {
  const learning = useQuery(learningQuery);
  const [zone] = useZone();
  const state = learning.data?.acceptable_use;
  return (
    <>
      <TopBar above={<Link to="/learning">Learning</Link>} title="Acceptable use" />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section className={classes.page} tabIndex={0} aria-label="Policy">
        {state !== undefined && state.acknowledged_version === state.version && state.acknowledged_at !== null && (
          <div className={classes.state}>
            <Notice state="good" title={`You accepted version ${state.version}`}>
              On {fullTime(state.acknowledged_at, zone)}.
            </Notice>
          </div>
        )}
        <Acknowledge />
      </section>
    </>
  );
}
