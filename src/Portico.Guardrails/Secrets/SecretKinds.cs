using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Secrets;

/// <summary>All kinds of findings of <see cref="SecretsDetector"/>, for pages that list them.</summary>
public static class SecretKinds
{
    internal static readonly DetectorKind ServiceToken = new("secrets.service_token", "Token behind the name of a service");

    internal static IReadOnlyList<TokenFormat> Formats { get; } =
    [.. TokenFormat.Read(FormatTableCloud.Rows), .. TokenFormat.Read(FormatTableCode.Rows), .. TokenFormat.Read(FormatTableBusiness.Rows)];

    internal static IReadOnlyList<ServiceShape> Shapes { get; } = ServiceShape.Read(ServiceTable.Rows);

    /// <summary>In the order of their ids, each id once.</summary>
    public static IReadOnlyList<DetectorKind> All { get; } =
    [
        .. Formats
            .Select(f => f.Kind)
            .Concat(Shapes.Select(s => s.Kind))
            .Concat([
                WebTokenRule.Kind,
                WebTokenRule.KeyKind,
                KeyBlockRule.Kind,
                KeyBlockRule.Putty,
                UriRule.Kind,
                CommandRule.Header,
                CommandRule.Option,
                CommandRule.Statement,
                AssignmentRule.Password,
                AssignmentRule.Token,
                ServiceToken,
            ])
            .DistinctBy(k => k.Id)
            .OrderBy(k => k.Id, StringComparer.Ordinal),
    ];

    static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> formed = Formats
        .SelectMany(f => f.Services)
        .Concat(Shapes.SelectMany(s => s.Names))
        .ToHashSet(StringComparer.Ordinal)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>It is known what the keys of a service look like whose name is, or begins with, what stands there.</summary>
    internal static bool IsFormed(string service)
    {
        for (var length = TokenFormat.LeastName; length <= service.Length; length++)
        {
            if (formed.Contains(service.AsSpan(0, length)))
                return true;
        }
        return false;
    }
}
