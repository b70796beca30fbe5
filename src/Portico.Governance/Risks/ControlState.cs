using System.Text.Json.Serialization;

namespace Portico.Governance.Risks;

/// <summary>How a control stands at a level.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ControlState>))]
public enum ControlState
{
    /// <summary>It does what its sentence says there.</summary>
    [JsonStringEnumMemberName("in_force")]
    InForce,

    /// <summary>It does some of that.</summary>
    [JsonStringEnumMemberName("partial")]
    Partial,

    /// <summary>Portico could do it, and nobody has said so there.</summary>
    [JsonStringEnumMemberName("absent")]
    Absent,

    /// <summary>Nothing in Portico can tell.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}

/// <summary>What a check found, and by what, in one sentence.</summary>
public sealed record ControlFinding(ControlState State, string Says)
{
    public static ControlFinding InForce(string says) => new(ControlState.InForce, says);

    public static ControlFinding Partial(string says) => new(ControlState.Partial, says);

    public static ControlFinding Absent(string says) => new(ControlState.Absent, says);

    /// <summary>By how many of some things have something: all, some or none.</summary>
    /// <param name="with">That have it.</param>
    /// <param name="all">There are.</param>
    /// <param name="what">What they are, and what they have: <c>use cases have a class of risk</c>.</param>
    public static ControlFinding Share(int with, int all, string what) =>
        new(
            all == 0 || with == 0 ? ControlState.Absent
                : with == all ? ControlState.InForce
                : ControlState.Partial,
            $"{with} of {all} {what}."
        );
}
