using Portico.Core.Chat;

namespace Portico.Observability;

/// <summary>
/// A record as the journal holds it: the version of the form, then the members in a fixed order (see <see cref="ByteWriter"/>). Half the bytes of its
/// JSON and a third of the time. A member that is added to the record goes to the end, under a new version; a test compares whole records.
/// </summary>
static class RecordBytes
{
    const byte Version = 6;

    /// <summary>The form before there was anything but tokens.</summary>
    const byte TokensOnly = 1;

    /// <summary>The form before there were classes of service.</summary>
    const byte Classless = 2;

    /// <summary>The form before there were calls of a provider's tools.</summary>
    const byte Toolless = 3;

    /// <summary>The form before there were findings.</summary>
    const byte Findless = 4;

    /// <summary>The form before it was told which content rules were in force.</summary>
    const byte Ruleless = 5;

    public static void Write(CallRecord r, ByteWriter to)
    {
        to.Byte(Version);
        to.Id(r.Id.Value);
        to.Number(r.StartedAtUs);
        to.Text(r.NodeId);
        to.Text(r.ParentId);
        to.Text(r.OrganisationId);
        to.Text(r.WorkspaceId);
        to.Text(r.UseCaseId);
        to.Text(r.KeyId);
        to.Text(r.PersonId);
        to.Text(r.EndUser);
        to.Text(r.Operation);
        to.Text(r.Wire);
        to.Flag(r.Stream);
        to.Text(r.RequestedModel);
        to.Text(r.Route);
        to.Text(r.Model);
        to.Text(r.Provider);
        to.Text(r.ProviderFamily);
        to.Text(r.ConnectionId);
        to.Text(r.DeploymentId);
        to.Text(r.ServedModel);
        to.Text(r.UpstreamRequestId);
        to.Text(r.TraceId);
        to.Byte((byte)r.Outcome);
        to.Number(r.Status);
        to.Text(r.ErrorCode);
        to.Text(r.ErrorMessage);
        to.Byte((byte)r.Finish);
        WriteUsage(r.Usage, to);
        to.Number(r.CostNanoUsd);
        to.Flag(r.Unpriced);
        to.Text(r.PriceId);
        to.Number(r.PriceVersion);
        to.Number(r.HeldNanoUsd);
        to.Number(r.SavedNanoUsd);
        to.Text(r.Cache);
        to.Number(r.DurationUs);
        to.Number(r.FirstOutputUs);
        to.Number(r.OverheadUs);
        to.Number(r.CountedInputTokens);
        to.Flag(r.CountEstimated);
        to.Text(r.ContextFitted);
        to.Number(r.Attempts.Count);
        for (var i = 0; i < r.Attempts.Count; i++)
            WriteAttempt(r.Attempts[i], r, to);
        to.Number(r.Trail.Count);
        for (var i = 0; i < r.Trail.Count; i++)
        {
            var entry = r.Trail[i];
            to.Text(entry.Stage);
            to.Text(entry.Fact);
            to.Number(entry.AtUs);
        }
        to.Number(r.Settlements.Count);
        for (var i = 0; i < r.Settlements.Count; i++)
        {
            var settled = r.Settlements[i];
            to.Text(settled.MeterId);
            to.Number(settled.WindowStartUs);
            to.Number(settled.Amount);
        }
        to.Number(r.Findings.Count);
        for (var i = 0; i < r.Findings.Count; i++)
            FindingBytes.Write(r.Findings[i], to);
        to.Text(r.ScreenedBy);
    }

    /// <exception cref="InvalidDataException">The bytes are cut, or a later build wrote them.</exception>
    public static CallRecord Read(ReadOnlySpan<byte> bytes)
    {
        var from = new ByteReader(bytes);
        var version = from.Byte();
        if (version is < TokensOnly or > Version)
            throw new InvalidDataException($"It is in form {version}, this build reads forms up to {Version}: a later build wrote it.");
        var record = new CallRecord
        {
            Id = new CallId(from.Id()),
            StartedAtUs = from.Number(),
            NodeId = from.Text() ?? "",
            ParentId = from.Text(),
            OrganisationId = from.Text(),
            WorkspaceId = from.Text(),
            UseCaseId = from.Text(),
            KeyId = from.Text(),
            PersonId = from.Text(),
            EndUser = from.Text(),
            Operation = from.Text() ?? "",
            Wire = from.Text() ?? "",
            Stream = from.Flag(),
            RequestedModel = from.Text(),
            Route = from.Text(),
            Model = from.Text(),
            Provider = from.Text(),
            ProviderFamily = from.Text(),
            ConnectionId = from.Text(),
            DeploymentId = from.Text(),
            ServedModel = from.Text(),
            UpstreamRequestId = from.Text(),
            TraceId = from.Text(),
            Outcome = (CallOutcome)from.Byte(),
            Status = (int)from.Number(),
            ErrorCode = from.Text(),
            ErrorMessage = from.Text(),
            Finish = (FinishReason)from.Byte(),
            Usage = ReadUsage(ref from, version),
            CostNanoUsd = from.Number(),
            Unpriced = from.Flag(),
            PriceId = from.Text(),
            PriceVersion = from.Number(),
            HeldNanoUsd = from.Number(),
            SavedNanoUsd = from.Number(),
            Cache = from.Text() ?? "",
            DurationUs = from.Number(),
            FirstOutputUs = from.Number(),
            OverheadUs = from.Number(),
            CountedInputTokens = (int)from.Number(),
            CountEstimated = from.Flag(),
            ContextFitted = from.Text(),
        };
        var attempts = new AttemptRecord[from.Count()];
        for (var i = 0; i < attempts.Length; i++)
            attempts[i] = ReadAttempt(record, ref from, version);
        var trail = new TrailEntry[from.Count()];
        for (var i = 0; i < trail.Length; i++)
            trail[i] = new TrailEntry(from.Text() ?? "", from.Text() ?? "", from.Number());
        var settlements = new MeterSettlement[from.Count()];
        for (var i = 0; i < settlements.Length; i++)
            settlements[i] = new MeterSettlement(from.Text() ?? "", from.Number(), from.Number());
        (record.Attempts, record.Trail, record.Settlements) = (attempts, trail, settlements);
        if (version > Findless)
            record.Findings = FindingBytes.ReadAll(ref from);
        if (version > Ruleless)
            record.ScreenedBy = from.Text();
        return record;
    }

    /// <summary>What an attempt shares with its call, mostly all of it, is a mark and not a text.</summary>
    static void WriteAttempt(AttemptRecord a, CallRecord r, ByteWriter to)
    {
        to.Id(a.Id.Value);
        to.Number(a.Number);
        to.Text(a.DeploymentId, r.DeploymentId);
        to.Text(a.ConnectionId, r.ConnectionId);
        to.Text(a.Provider, r.Provider);
        to.Text(a.Model, r.Model);
        to.Number(a.StartedAtUs - r.StartedAtUs);
        to.Number(a.DurationUs);
        to.Number(a.FirstOutputUs);
        to.Number(a.Status);
        to.Text(a.Outcome);
        to.Text(a.Fault);
        to.Text(a.ErrorCode, r.ErrorCode);
        to.Text(a.ErrorMessage, r.ErrorMessage);
        WriteUsage(a.Usage, to);
        to.Number(a.CostNanoUsd);
        to.Flag(a.Unpriced);
        to.Text(a.PriceId, r.PriceId);
        to.Number(a.PriceVersion);
        to.Text(a.UpstreamRequestId, r.UpstreamRequestId);
    }

    static AttemptRecord ReadAttempt(CallRecord r, ref ByteReader from, byte version) =>
        new()
        {
            Id = new AttemptId(from.Id()),
            Number = (int)from.Number(),
            DeploymentId = from.Text(r.DeploymentId) ?? "",
            ConnectionId = from.Text(r.ConnectionId) ?? "",
            Provider = from.Text(r.Provider) ?? "",
            Model = from.Text(r.Model) ?? "",
            StartedAtUs = from.Number() + r.StartedAtUs,
            DurationUs = from.Number(),
            FirstOutputUs = from.Number(),
            Status = (int)from.Number(),
            Outcome = from.Text() ?? "",
            Fault = from.Text(),
            ErrorCode = from.Text(r.ErrorCode),
            ErrorMessage = from.Text(r.ErrorMessage),
            Usage = ReadUsage(ref from, version),
            CostNanoUsd = from.Number(),
            Unpriced = from.Flag(),
            PriceId = from.Text(r.PriceId),
            PriceVersion = from.Number(),
            UpstreamRequestId = from.Text(r.UpstreamRequestId),
        };

    static void WriteUsage(in Usage u, ByteWriter to)
    {
        to.Byte((byte)u.Source);
        to.Number(u.Input);
        to.Number(u.CacheRead);
        to.Number(u.CacheWrite);
        to.Number(u.CacheWriteLong);
        to.Number(u.AudioInput);
        to.Number(u.ImageInput);
        to.Number(u.Output);
        to.Number(u.Reasoning);
        to.Number(u.AudioOutput);
        // Most calls have none of it: one byte says so.
        var more = u.HasUnits || u.ImageOutput != 0 || u.ImageClass is not null || u.Class != PriceClass.Standard;
        to.Flag(more);
        if (!more)
            return;
        to.Number(u.ImageOutput);
        to.Number(u.Searches);
        to.Number(u.Characters);
        to.Number(u.AudioMs);
        to.Number(u.Images);
        to.Text(u.ImageClass);
        to.Byte((byte)u.Class);
        to.Number(u.WebSearches);
        to.Number(u.FileSearches);
        to.Number(u.Containers);
    }

    static Usage ReadUsage(ref ByteReader from, byte version)
    {
        var tokens = new Usage
        {
            Source = (UsageSource)from.Byte(),
            Input = from.Number(),
            CacheRead = from.Number(),
            CacheWrite = from.Number(),
            CacheWriteLong = from.Number(),
            AudioInput = from.Number(),
            ImageInput = from.Number(),
            Output = from.Number(),
            Reasoning = from.Number(),
            AudioOutput = from.Number(),
        };
        if (version == TokensOnly || !from.Flag())
            return tokens;
        return tokens with
        {
            ImageOutput = from.Number(),
            Searches = from.Number(),
            Characters = from.Number(),
            AudioMs = from.Number(),
            Images = from.Number(),
            ImageClass = from.Text(),
            Class = version <= Classless ? PriceClass.Standard : (PriceClass)from.Byte(),
            WebSearches = version <= Toolless ? 0 : from.Number(),
            FileSearches = version <= Toolless ? 0 : from.Number(),
            Containers = version <= Toolless ? 0 : from.Number(),
        };
    }
}
