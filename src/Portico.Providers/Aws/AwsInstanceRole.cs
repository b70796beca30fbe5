using System.Text;
using Portico.Core.Chat;

namespace Portico.Providers.Aws;

/// <summary>
/// The role of an EC2 instance, by the second version of its metadata service: a token first, then the role's name, then its keys
/// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html,
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html). The first version, which any request forged
/// through a server could read, is not asked.
/// </summary>
sealed class AwsInstanceRole
{
    const string Roles = "/latest/meta-data/iam/security-credentials/";
    const string Who = "this instance's metadata service";

    readonly AwsLocal local;
    readonly Func<string, string?> value;
    readonly AwsRenewal renewal;

    public AwsInstanceRole(AwsLocal local, Func<string, string?> value)
    {
        (this.local, this.value) = (local, value);
        renewal = new AwsRenewal(local.Time, AskAsync);
    }

    public bool IsOff => string.Equals(value("AWS_EC2_METADATA_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Keys that need no renewal yet, or null.</summary>
    public AwsKeys? Fresh => renewal.Fresh;

    /// <exception cref="UpstreamException">This is no instance, or it has no role.</exception>
    public ValueTask<AwsKeys> GetAsync(ProviderConnection connection, CancellationToken ct) => renewal.GetAsync(connection, ct);

    async Task<AwsKeys> AskAsync(ProviderConnection connection, CancellationToken ct)
    {
        var root = value("AWS_EC2_METADATA_SERVICE_ENDPOINT")?.TrimEnd('/') ?? "http://169.254.169.254";
        var token = await TextAsync(
            HttpMethod.Put,
            $"{root}/latest/api/token",
            ("X-aws-ec2-metadata-token-ttl-seconds", "300"),
            connection,
            ct
        );
        var header = ("X-aws-ec2-metadata-token", token);
        var role = (await TextAsync(HttpMethod.Get, root + Roles, header, connection, ct)).Split('\n')[0].Trim();
        if (role.Length == 0)
            throw AwsAuth.Refused(
                connection,
                "this instance has no role. Attach an instance profile to it, or give the connection a credential"
            );
        var keys = await BytesAsync(HttpMethod.Get, root + Roles + Uri.EscapeDataString(role), header, connection, ct);
        return AwsLocal.Keys(keys, connection, Who);
    }

    async Task<string> TextAsync(
        HttpMethod method,
        string address,
        (string, string) header,
        ProviderConnection connection,
        CancellationToken ct
    ) => Encoding.UTF8.GetString((await BytesAsync(method, address, header, connection, ct)).Span);

    async Task<ReadOnlyMemory<byte>> BytesAsync(
        HttpMethod method,
        string address,
        (string, string) header,
        ProviderConnection connection,
        CancellationToken ct
    )
    {
        var (status, body) = await local.AskAsync(method, new Uri(address), header, connection, ct);
        return status switch
        {
            200 => body,
            404 => throw AwsAuth.Refused(
                connection,
                "this instance has no role. Attach an instance profile to it, or give the connection a credential"
            ),
            _ => throw AwsAuth.Refused(connection, $"{Who} answered {status}. Behind a container it needs a hop limit of 2 (IMDSv2)"),
        };
    }
}
