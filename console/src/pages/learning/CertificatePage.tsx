import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button } from "../../design/Button";
import { Copy } from "../../design/Copy";
import { Mark } from "../../design/Icon";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { TopBar } from "../../shell/Shell";
import classes from "./Certificate.module.css";
import { certificateQuery } from "./queries";

const here = getRouteApi("/inside/learning/certificate");

const date = (at: string) => new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

/** A certificate, as it is printed: who, what, when, and how it is checked. */
export function CertificatePage() {
  const { id = "" } = here.useSearch();
  const found = useQuery(certificateQuery(id));
  const view = found.data;
  return (
    <>
      <TopBar above={<Link to="/learning">Learning</Link>} title="Certificate">
        {view !== undefined && <Button onClick={() => print()}>Print</Button>}
      </TopBar>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section className={classes.page} tabIndex={0} aria-label="Certificate page">
        {view === undefined ? (
          found.error === null ? (
            <LoadingRows columns={1} />
          ) : (
            <ProblemNotice problem={found.error} />
          )
        ) : (
          <>
            {view.expired && (
              <Notice state="risk" title="This certificate is over">
                Taking the quiz of the course again gives a new one.
              </Notice>
            )}
            <article className={classes.certificate} aria-label="Certificate">
              <div className={classes.mark}>
                <Mark size={32} />
                <span>Portico</span>
              </div>
              <p className={classes.kind}>Certificate of completion</p>
              <h2>{view.name}</h2>
              <p>has passed the course</p>
              <h3>{view.certificate.title}</h3>
              <p className="muted">
                version {view.certificate.course_version}, with {view.certificate.score} % of the questions right
              </p>
              <dl>
                <div>
                  <dt>Issued</dt>
                  <dd>{date(view.certificate.issued_at)}</dd>
                </div>
                <div>
                  <dt>Good until</dt>
                  <dd>{date(view.certificate.expires_at)}</dd>
                </div>
                <div>
                  <dt>Certificate</dt>
                  <dd className="mono">{view.certificate.id}</dd>
                </div>
              </dl>
              <p className={classes.signed}>
                <StatusMark state={view.signed ? "good" : "failed"} />
                {view.signed
                  ? `Signed with the audit key ${view.certificate.key_id}`
                  : "The signature does not fit: this text was changed, or its key is gone"}
              </p>
            </article>
            <details className={classes.proof}>
              <summary>Check it elsewhere</summary>
              <p className="muted">
                The signature is over the line “portico certificate v1”, a line feed, and this text, as ECDSA over P-256 with
                SHA-256. An auditor has the public key.
              </p>
              <pre className="mono">{view.certificate.text}</pre>
              <p>
                <Copy text={view.certificate.text} label="text" /> <Copy text={view.certificate.signature} label="signature" />
              </p>
            </details>
          </>
        )}
      </section>
    </>
  );
}
