import { count, exactMoney } from "../../design/format";
import { SourceLink } from "../../design/SourceLink";
import classes from "./Details.module.css";
import { columnsOf, decimal, type Price, rate, tokenClasses, unitClasses } from "./price";

/** A price with all its classes: tokens by class of service, then what is not counted in tokens. */
export function PriceTable({ price }: { price: Price }) {
  const columns = columnsOf(price);
  const rows = tokenClasses.filter(([name]) => columns.some((c) => c.rates[name] !== null));
  const units = unitClasses.filter(([name]) => price.units?.[name] != null);
  const images = Object.entries(price.units?.image ?? {}) as [string, number][];
  return (
    <>
      {rows.length > 0 && (
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">$ per million tokens</th>
                {columns.map((c) => (
                  <th key={c.key} scope="col" className={classes.right}>
                    {c.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([name, title]) => (
                <tr key={name}>
                  <td>{title}</td>
                  {columns.map((c) => (
                    <td key={c.key} className={classes.right}>
                      {c.rates[name] !== null ? (
                        rate(c.rates[name])
                      ) : (
                        <span className="faint" title={c.key === "standard" ? "No price of its own" : "As the standard class"}>
                          –
                        </span>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {units.length + images.length > 0 && (
        <table className={classes.table}>
          <tbody>
            {units.map(([name, title]) => (
              <tr key={name}>
                <td>{title}</td>
                <td className={classes.right}>{rate(price.units?.[name] ?? null)}</td>
              </tr>
            ))}
            {images.map(([name, nano]) => (
              <tr key={name}>
                <td>
                  An image, {name === "*" ? "any other" : name}
                  {name === price.units?.image_default ? " (where none is asked for)" : ""}
                </td>
                <td className={classes.right}>{rate(nano)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="muted" style={{ paddingTop: 6 }}>
        {price.tier_above_input_tokens !== null &&
          `The tier holds above ${count(price.tier_above_input_tokens)} tokens of input. `}
        {price.per_request_nano_usd > 0 && (
          <span title={exactMoney(price.per_request_nano_usd)}>
            Each request costs ${decimal(price.per_request_nano_usd)} besides.{" "}
          </span>
        )}
        {price.source !== null && <>From: {/^https?:/.test(price.source) ? <SourceLink url={price.source} /> : price.source}</>}
      </p>
    </>
  );
}
