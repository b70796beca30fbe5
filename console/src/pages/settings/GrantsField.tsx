import { useQuery } from "@tanstack/react-query";
import { rolesQuery } from "../../api/lists";
import { useMe } from "../../api/session";
import { Button } from "../../design/Button";
import { Checks } from "../../design/Checks";
import { Combo } from "../../design/Combo";
import { checksAt, everywhere, type GrantSet, optionsOf } from "./grants";
import classes from "./SettingsPage.module.css";
import { usePlaces } from "./usePlaces";

/** Roles at places: a place, and what may be done there; another place below it. */
export function GrantsField({
  sets,
  onChange,
  error,
}: {
  sets: readonly GrantSet[];
  onChange: (sets: GrantSet[]) => void;
  error?: string | undefined;
}) {
  const { data: me } = useMe();
  const roles = useQuery(rolesQuery);
  const places = usePlaces();
  const options = optionsOf(me, places);
  const taken = new Set(sets.map((s) => s.place));
  const free = options.find((o) => !taken.has(o.value));
  const put = (index: number, set: GrantSet) => onChange(sets.map((s, i) => (i === index ? set : s)));
  return (
    <>
      {sets.map((set, index) => (
        <div key={set.place} className={classes.grant}>
          <Combo
            label="Where"
            help={set.place === everywhere ? "What is given everywhere holds in every organisation." : undefined}
            options={options.filter((o) => o.value === set.place || !taken.has(o.value))}
            value={set.place}
            onChange={(place) => place !== undefined && put(index, { place, roles: set.roles })}
          />
          <Checks
            label={index === 0 ? "Roles" : `Roles in ${places.get(set.place)?.name ?? "every place"}`}
            options={checksAt(roles.data ?? [], me, set.place, places)}
            chosen={set.roles}
            onChange={(chosen) => put(index, { place: set.place, roles: chosen })}
            error={index === sets.length - 1 ? error : undefined}
          />
        </div>
      ))}
      {free !== undefined && (
        <Button icon="plus" onClick={() => onChange([...sets, { place: free.value, roles: [] }])}>
          Another place
        </Button>
      )}
    </>
  );
}

/** Why what was chosen cannot be sent yet. */
export function whyNotYet(sets: readonly GrantSet[]): string | undefined {
  return sets.some((s) => s.roles.length > 0) ? undefined : "Choose a role first";
}

/** What a new account or token begins with: one's own widest place. */
export function useFirstSets(): GrantSet[] {
  const { data: me } = useMe();
  const first = me?.places.find((p) => p.permissions.includes("access.write"));
  return [{ place: first?.place ?? everywhere, roles: [] }];
}
