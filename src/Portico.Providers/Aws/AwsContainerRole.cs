using System.Net;
using Portico.Core.Chat;

namespace Portico.Providers.Aws;

/// <summary>
/// The role of a container, as ECS (a path at 169.254.170.2) and EKS Pod Identity (an address and a token) give it
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
/// </summary>
sealed class AwsContainerRole
{
    const string Relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    const string Full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    const string TokenFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

    /// <summary>Where an address without TLS may lead: the token must not travel further.</summary>
    static readonly IPAddress[] OfTheMachine =
    [
        IPAddress.Parse("169.254.170.2"),
        IPAddress.Parse("169.254.170.23"),
        IPAddress.Parse("fd00:ec2::23"),
    ];

    readonly AwsLocal local;
    readonly Func<string, string?> value;
    readonly AwsRenewal renewal;

    public AwsContainerRole(AwsLocal local, Func<string, string?> value)
    {
        (this.local, this.value) = (local, value);
        renewal = new AwsRenewal(local.Time, AskAsync);
    }

    public bool IsSet => value(Relative) is not null || value(Full) is not null;

    public ValueTask<AwsKeys> GetAsync(ProviderConnection connection, CancellationToken ct) => renewal.GetAsync(connection, ct);

    async Task<AwsKeys> AskAsync(ProviderConnection connection, CancellationToken ct)
    {
        var address = Address(connection);
        var (status, body) = await local.AskAsync(HttpMethod.Get, address, await TokenAsync(connection, ct), connection, ct);
        return status == 200
            ? AwsLocal.Keys(body, connection, "this container's credential service")
            : throw AwsAuth.Refused(
                connection,
                $"the credential service of this container answered {status}. Check the task's role (ECS) or the pod identity association (EKS)"
            );
    }

    Uri Address(ProviderConnection connection)
    {
        if (value(Relative) is { } path)
            return new Uri($"http://169.254.170.2/{path.TrimStart('/')}");
        return Uri.TryCreate(value(Full), UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || IsNear(address))
            ? address
            : throw AwsAuth.Refused(
                connection,
                $"{Full} is not an address that keys are asked for at: https, or http on loopback, 169.254.170.2 or 169.254.170.23"
            );
    }

    static bool IsNear(Uri address) =>
        address.Scheme == Uri.UriSchemeHttp
        && (
            address.Host == "localhost"
            || (
                IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)
                && (IPAddress.IsLoopback(ip) || OfTheMachine.AsSpan().Contains(ip))
            )
        );

    /// <summary>Read anew each time: the platform replaces the file.</summary>
    async Task<(string Name, string Value)?> TokenAsync(ProviderConnection connection, CancellationToken ct)
    {
        var token = value("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        if (value(TokenFile) is { } file)
            try
            {
                token = (await File.ReadAllTextAsync(file, ct)).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw AwsAuth.Refused(connection, $"the file that {TokenFile} names cannot be read", e);
            }
        if (token is null)
            return null;
        return token.AsSpan().ContainsAny('\r', '\n')
            ? throw AwsAuth.Refused(connection, $"the text of {TokenFile} has several lines and is no token")
            : ("Authorization", token);
    }
}
