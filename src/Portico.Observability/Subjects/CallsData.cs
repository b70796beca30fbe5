using System.Text.Json;
using Portico.Governance.Access;
using Portico.Governance.Forensics;
using Portico.Governance.Forensics.Subjects;

namespace Portico.Observability.Subjects;

/// <summary>Records of calls: cost, tokens and times. They stay, under the person's id alone, so that sums and bills hold.</summary>
sealed class CallsData(ICallStore calls, JournalDrain drain) : ISubjectData
{
    const int PageSize = 500;

    public string Class => "calls";

    public string Says =>
        "Records of the person's calls, newest first: when, for what, which model, tokens and cost, how it ended. Not what was said.";

    public async Task CopyAsync(Subject subject, SubjectPackage package, CancellationToken ct)
    {
        await drain.FlushAsync(ct);
        await package.BeginListAsync("calls/calls.json", ct);
        var filter = new CallFilter(Reach.Everywhere) { PersonId = subject.Person };
        string? after = null;
        while (true)
        {
            var page = await calls.ListAsync(filter, new PageRequest(PageSize, after), ct);
            foreach (var call in page.Take(PageSize))
                await package.AddAsync(json => JsonSerializer.Serialize(json, call, RecordJson.Default.CallRecord), ct);
            if (page.Count <= PageSize)
                return;
            after = page[PageSize - 1].Id.ToString();
        }
    }

    /// <summary>A call that is held is told apart by whose it is, until it is released.</summary>
    public async Task<HoldSubject?> HeldAsync(Subject subject, HeldThings held, CancellationToken ct)
    {
        foreach (var id in held.Calls)
            if (CallId.TryParse(id, out var call) && (await calls.FindAsync(call, Reach.Everywhere, ct))?.PersonId == subject.Person)
                return new HoldSubject(HoldScope.Call, id);
        return null;
    }
}
