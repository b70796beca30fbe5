using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;

namespace Portico.Governance.Api;

/// <summary>What the holder of an admin token may do.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AdminRole>))]
public enum AdminRole
{
    /// <summary>Everything.</summary>
    [JsonStringEnumMemberName("admin")]
    Admin,

    /// <summary>Everything but to decide which models may be used, and to give access to others.</summary>
    [JsonStringEnumMemberName("operator")]
    Operator,

    /// <summary>Reads, and decides which models may be used.</summary>
    [JsonStringEnumMemberName("approver")]
    Approver,

    /// <summary>Reads.</summary>
    [JsonStringEnumMemberName("viewer")]
    Viewer,
}

/// <summary>What an endpoint needs of who calls it.</summary>
public enum AdminRight
{
    /// <summary>To see what is there; prompts and answers that are kept are not in it.</summary>
    Read,

    /// <summary>To change what is there.</summary>
    Operate,

    /// <summary>To approve, quarantine and retire models, and to make the rules for them.</summary>
    Decide,

    /// <summary>To make and revoke admin tokens.</summary>
    GrantAccess,
}

/// <summary>The right that an endpoint needs; without one a look needs Read and anything else Operate.</summary>
public sealed record NeededRight(AdminRight Right);

public static class AdminRights
{
    public static bool May(this AdminRole role, AdminRight right) =>
        right == AdminRight.Read
        || role switch
        {
            AdminRole.Admin => true,
            AdminRole.Operator => right == AdminRight.Operate,
            AdminRole.Approver => right == AdminRight.Decide,
            _ => false,
        };

    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, AdminRight right)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new NeededRight(right));

    internal static string Says(this AdminRight right) =>
        right switch
        {
            AdminRight.Read => "look at the management API",
            AdminRight.Operate => "change anything",
            AdminRight.Decide => "decide which models may be used",
            _ => "give or take access to the management API",
        };

    internal static string Roles(this AdminRight right) =>
        string.Join(" or ", Enum.GetValues<AdminRole>().Where(r => r.May(right)).Select(r => r.ToString().ToLowerInvariant()));
}
