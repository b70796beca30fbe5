namespace Portico.Governance.Forensics.Subjects;

/// <summary>Finds the legal hold that keeps something of a person, whichever class it is of.</summary>
sealed class SubjectHolds(Holds holds, IEnumerable<ISubjectData> classes)
{
    /// <summary>The name of a hold that is over the person, or over something of theirs; null = none.</summary>
    public async Task<string?> FindAsync(Subject subject, CancellationToken ct)
    {
        var held = await holds.HeldAsync(ct);
        if (held.IsEmpty)
            return null;
        if (held.People.Contains(subject.Person))
            return await holds.NameOfAsync(new HoldSubject(HoldScope.Person, subject.Person), ct);
        foreach (var each in classes)
            if (await each.HeldAsync(subject, held, ct) is { } found && await holds.NameOfAsync(found, ct) is { } name)
                return name;
        return null;
    }

    public static string Words(string hold) =>
        $"The legal hold '{hold}' keeps something of this person: nothing of them is erased before it is released.";
}
