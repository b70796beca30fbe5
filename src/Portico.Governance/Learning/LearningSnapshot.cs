using System.Collections.Frozen;

namespace Portico.Governance.Learning;

sealed record Standing(int Acknowledged, FrozenDictionary<string, long> Passed)
{
    public static readonly Standing None = new(0, FrozenDictionary<string, long>.Empty);
}

/// <summary>A course of an organisation's own.</summary>
sealed record OwnCourse(OrganisationId OrganisationId, Course Course, string Markdown, DateTimeOffset CreatedAt);

sealed record LearningRows(
    IReadOnlyList<OwnCourse> Courses,
    IReadOnlyList<AccessRule> Rules,
    IReadOnlyDictionary<OrganisationId, int> Required,
    IReadOnlyDictionary<PersonId, Standing> People
);

/// <summary>What access depends on, immutable: rules, what was acknowledged and passed, and the newest version of each course.</summary>
public sealed class LearningSnapshot
{
    readonly FrozenDictionary<OrganisationId, AccessRule[]> rules;
    readonly FrozenDictionary<OrganisationId, int> required;
    readonly FrozenDictionary<PersonId, Standing> people;
    readonly FrozenDictionary<(OrganisationId, string), OwnCourse> own;

    internal LearningSnapshot(LearningRows rows)
    {
        rules = rows.Rules.GroupBy(r => r.OrganisationId).ToFrozenDictionary(g => g.Key, g => g.ToArray());
        required = rows.Required.ToFrozenDictionary();
        people = rows.People.ToFrozenDictionary();
        own = rows.Courses.ToFrozenDictionary(c => (c.OrganisationId, c.Course.Id));
    }

    /// <summary>The version of the acceptable-use policy that must have been acknowledged, at least.</summary>
    public int RequiredVersion(OrganisationId organisation) => required.GetValueOrDefault(organisation, AcceptableUses.Shipped);

    internal int Acknowledged(PersonId person) => people.GetValueOrDefault(person)?.Acknowledged ?? 0;

    /// <summary>Until when a person's certificate of a course is good; null when there was none.</summary>
    internal DateTimeOffset? PassedUntil(PersonId person, string course) =>
        people.GetValueOrDefault(person, Standing.None).Passed.TryGetValue(course, out var until) ? Micros.ToTime(until) : null;

    internal IReadOnlyList<AccessRule> Rules(OrganisationId organisation) => rules.GetValueOrDefault(organisation) ?? [];

    /// <summary>The newest version of every course that an organisation has, by id.</summary>
    internal IReadOnlyList<Course> Courses(OrganisationId organisation) =>
        own
            .Values.Where(o => o.OrganisationId == organisation)
            .Select(o => o.Course)
            .Concat(CourseLibrary.All.Where(c => !own.ContainsKey((organisation, c.Course.Id))).Select(c => c.Course))
            .OrderBy(c => c.Id, StringComparer.Ordinal)
            .ToList();

    internal (Course Course, string Markdown, bool Own)? Find(OrganisationId organisation, string id) =>
        own.TryGetValue((organisation, id), out var found) ? (found.Course, found.Markdown, true)
        : CourseLibrary.Find(id) is { } shipped ? (shipped.Course, shipped.Markdown, false)
        : null;

    internal IEnumerable<OwnCourse> Own => own.Values;

    /// <summary>Why a person may not call yet; empty where they may, and for callers that are no person. Allocates nothing then.</summary>
    public IReadOnlyList<Lack> Missing(Caller caller, DateTimeOffset now)
    {
        if (rules.Count == 0 || !rules.TryGetValue(caller.Organisation.Id, out var all))
            return [];
        // A key of a program that acts for somebody is not that person's.
        if ((caller.Key is { } key ? key.PersonId : caller.Person?.Id) is not { } person)
            return [];
        return IsOpen(all, caller.Organisation.Id, caller.Workspace.Id, person, now)
            ? []
            : Missing(caller.Organisation.Id, person, now, w => w == caller.Workspace.Id);
    }

    bool IsOpen(AccessRule[] all, OrganisationId organisation, WorkspaceId workspace, PersonId person, DateTimeOffset now)
    {
        var standing = people.GetValueOrDefault(person, Standing.None);
        var micros = Micros.Of(now);
        foreach (var rule in all)
        {
            if (rule.From > now || (rule.WorkspaceId is { } only && only != workspace))
                continue;
            if (rule.AcceptableUse && standing.Acknowledged < RequiredVersion(organisation))
                return false;
            for (var i = 0; i < rule.Courses.Count; i++)
                if (!standing.Passed.TryGetValue(rule.Courses[i], out var until) || until <= micros)
                    return false;
        }
        return true;
    }

    /// <summary>What a person has not done of what rules demand, each once.</summary>
    /// <param name="organisation">The person's.</param>
    /// <param name="person">Who.</param>
    /// <param name="now">Rules that begin later do not count.</param>
    /// <param name="inWorkspace">Which workspaces' rules count beside those of the organisation.</param>
    internal IReadOnlyList<Lack> Missing(
        OrganisationId organisation,
        PersonId person,
        DateTimeOffset now,
        Func<WorkspaceId, bool> inWorkspace
    )
    {
        var standing = people.GetValueOrDefault(person, Standing.None);
        var holding = Rules(organisation).Where(r => r.From <= now && (r.WorkspaceId is not { } w || inWorkspace(w))).ToList();
        var lacks = new List<Lack>();
        if (holding.Exists(r => r.AcceptableUse) && standing.Acknowledged < RequiredVersion(organisation))
            lacks.Add(new Lack("acceptable_use", null, "acknowledge the acceptable-use policy", "/console/learning/policy"));
        foreach (var id in holding.SelectMany(r => r.Courses).Distinct(StringComparer.Ordinal))
            if (!HasPassed(standing, id, now))
                lacks.Add(
                    new Lack(
                        "course",
                        id,
                        $"pass the course '{Find(organisation, id)?.Course.Title ?? id}'",
                        $"/console/learning/course?course={id}"
                    )
                );
        return lacks;
    }

    static bool HasPassed(Standing standing, string course, DateTimeOffset now) =>
        standing.Passed.TryGetValue(course, out var until) && until > Micros.Of(now);
}
