using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Portico.Governance.SignIn;

/// <summary>
/// Passwords as they are kept: <c>pbkdf2-sha512$rounds$salt$hash</c>, salt and hash in base 64. Rounds as OWASP's Password Storage Cheat Sheet asks for.
/// </summary>
static class Passwords
{
    public const int MinLength = 12;
    public const int MaxLength = 256;
    public const int Rounds = 210_000;
    const string Scheme = "pbkdf2-sha512";
    const int SaltBytes = 16;
    const int HashBytes = 64;

    /// <summary>Nobody's password: an unknown account costs as much time as a known one.</summary>
    public static readonly string Nobody = Hash(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));

    /// <exception cref="PorticoException">It may not be one.</exception>
    public static void Check(string? password, string email)
    {
        if (password is null || password.Length is < MinLength or > MaxLength)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"A password has {MinLength} to {MaxLength} characters; a few words with blanks between them make a good one.",
                "password"
            );
        if (password.Equals(email, StringComparison.OrdinalIgnoreCase) || password.Distinct().Take(4).Count() < 4)
            throw new PorticoException(ErrorTable.InvalidRequest, "This password would be guessed first. Choose another.", "password");
    }

    public static string Hash(string password) => Hash(password, Rounds);

    internal static string Hash(string password, int rounds)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var rest = $"{Convert.ToBase64String(salt)}${Convert.ToBase64String(Derive(password, salt, rounds))}";
        return string.Create(CultureInfo.InvariantCulture, $"{Scheme}${rounds}${rest}");
    }

    /// <summary>In the same time whether it fits or not.</summary>
    public static bool Fits(string password, string kept)
    {
        var (rounds, salt, hash) = Parse(kept);
        return CryptographicOperations.FixedTimeEquals(Derive(password, salt, rounds), hash);
    }

    /// <summary>It was kept by a build that took fewer rounds.</summary>
    public static bool IsOutdated(string kept) => Parse(kept).Rounds < Rounds;

    static (int Rounds, byte[] Salt, byte[] Hash) Parse(string kept) =>
        kept.Split('$') is [Scheme, var rounds, var salt, var hash]
            ? (int.Parse(rounds, CultureInfo.InvariantCulture), Convert.FromBase64String(salt), Convert.FromBase64String(hash))
            : throw new InvalidOperationException("A password is kept in a form that this build does not know.");

    static byte[] Derive(string password, byte[] salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, rounds, HashAlgorithmName.SHA512, HashBytes);
}
