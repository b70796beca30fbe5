using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Portico.Governance.Policy.Guards;
using Portico.Guardrails;

namespace Portico.Governance.Policy.Requests;

/// <summary>
/// Tells the same call again without keeping what it says: HMAC-SHA256 under a key of the store over who calls, what for, and every text. Each part counts with its length, so that
/// no two lists of parts are one. Not for two threads at once.
/// </summary>
public sealed class CallDigest : IDisposable
{
    readonly IncrementalHash hash;
    readonly byte[] key;
    byte[]? call;

    /// <param name="key">Of the store: <see cref="PolicyGrants"/> has it.</param>
    /// <param name="caller">Another key or person is another call.</param>
    public CallDigest(byte[] key, Caller caller)
    {
        this.key = key;
        hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Add(caller.UseCaseId);
        Add(caller.KeyId);
        Add(caller.PersonId);
    }

    public void Add(string? part) => Add(hash, part);

    /// <summary>Of the call under a rule: a rule that changed is another question. 64 hexadecimal digits.</summary>
    public string Under(ContentRule rule)
    {
        call ??= hash.GetHashAndReset();
        using var of = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        of.AppendData(call);
        Add(of, rule.Name);
        Add(of, $"{(int)rule.Channels} {(int)rule.Action} {rule.Threshold} {rule.FailsOpen}");
        foreach (var word in rule.Words)
            Add(of, word);
        Add(of, null);
        foreach (var pattern in rule.Patterns)
            Add(of, pattern);
        if (rule.Kinds.Count > 0)
        {
            Add(of, rule.MinScore.ToString(CultureInfo.InvariantCulture));
            foreach (var kind in rule.Kinds)
                Add(of, kind);
        }
        if (rule.Protects.Count > 0)
        {
            Add(of, null);
            foreach (var text in rule.Protects)
                Add(of, text);
        }
        foreach (var topic in rule.Topics)
        {
            Add(of, null);
            Add(of, $"{topic.IsAllowed} {rule.MinScore.ToString(CultureInfo.InvariantCulture)} {topic.Examples.Count}");
            foreach (var text in topic.Examples.Concat(topic.CounterExamples))
                Add(of, text);
        }
        return Convert.ToHexStringLower(of.GetHashAndReset());
    }

    /// <summary>Of the call under a guard: one that asks somebody else, or about other channels, is another question.</summary>
    public string Under(Guard guard)
    {
        call ??= hash.GetHashAndReset();
        using var of = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        of.AppendData(call);
        Add(of, guard.Kind);
        Add(of, $"{(int)guard.Channels} {(int)guard.Action} {guard.FailsOpen}");
        Add(of, guard.MinScore.ToString(CultureInfo.InvariantCulture));
        foreach (var target in guard.Targets)
        {
            Add(of, target.Url);
            Add(of, target.Model);
            Add(of, target.Criteria);
        }
        return Convert.ToHexStringLower(of.GetHashAndReset());
    }

    static void Add(IncrementalHash to, string? part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, part is null ? -1 : Encoding.UTF8.GetByteCount(part));
        to.AppendData(length);
        if (part is not null)
            to.AppendData(Encoding.UTF8.GetBytes(part));
    }

    public void Dispose() => hash.Dispose();
}
