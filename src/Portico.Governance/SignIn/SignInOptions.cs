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

    /// <summary>Seconds after which an identity provider is asked again about a person with a session or a key, 30 to 280: whoever was removed there is out within five minutes.</summary>
    [Range(30, 280)]
    public int RecheckSeconds { get; set; } = 240;

    /// <summary>
    /// Seconds that an identity provider may take for one answer, 1 to 60. A step of a sign-in, which may ask several times, waits twice as long at most. Added to RecheckSeconds it is
    /// how long a removal takes at most: together they should stay under 300.
    /// </summary>
    [Range(1, 60)]
    public int ProviderTimeoutSeconds { get; set; } = 10;

    /// <summary>Minutes for which sessions go on whose identity provider does not answer, 0 to 1,440. Keys go on longer: a provider that is away says nothing of a person.</summary>
    [Range(0, 1_440)]
    public int GraceMinutes { get; set; } = 60;
}
