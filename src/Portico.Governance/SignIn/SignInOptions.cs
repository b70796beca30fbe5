using System.ComponentModel.DataAnnotations;

namespace Portico.Governance.SignIn;

/// <summary>Sessions of people. Section <c>SignIn</c>.</summary>
public sealed class SignInOptions
{
    public const string Section = "SignIn";

    /// <summary>Minutes without a request after which a session ends, 5 to 10,080.</summary>
    [Range(5, 10_080)]
    public int IdleMinutes { get; set; } = 120;

    /// <summary>Hours after which a session ends in any case, 1 to 720.</summary>
    [Range(1, 720)]
    public int AbsoluteHours { get; set; } = 12;

    /// <summary>Hours for which an invitation is good, 1 to 720.</summary>
    [Range(1, 720)]
    public int InvitationHours { get; set; } = 72;
}
