namespace Portico.Providers.SageMaker;

/// <summary>
/// What a deployment names: <c>endpoint</c>, <c>endpoint/inference-component</c>, and either with <c>#model</c> behind it where the container wants the name of a
/// model in the body (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html).
/// </summary>
sealed record SageMakerTarget(string Endpoint, string? Component, string? Model)
{
    const string ComponentHeader = "X-Amzn-SageMaker-Inference-Component";

    public static SageMakerTarget Of(string upstreamModel)
    {
        var hash = upstreamModel.IndexOf('#', StringComparison.Ordinal);
        var (place, model) = hash < 0 ? (upstreamModel, null) : (upstreamModel[..hash], upstreamModel[(hash + 1)..]);
        var slash = place.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new SageMakerTarget(place, null, model) : new SageMakerTarget(place[..slash], place[(slash + 1)..], model);
    }

    public Uri Address(Uri baseUrl, bool streamed) =>
        new(
            $"{baseUrl.ToString().TrimEnd('/')}/endpoints/{Uri.EscapeDataString(Endpoint)}/invocations{(streamed ? "-response-stream" : "")}"
        );

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; } = Component is null ? [] : [new(ComponentHeader, Component)];

    /// <summary>The control plane beside the runtime; an address of one's own serves both (https://docs.aws.amazon.com/general/latest/gr/sagemaker.html).</summary>
    public static Uri Control(Uri baseUrl)
    {
        var root = new UriBuilder(baseUrl);
        if (root.Host.StartsWith("runtime.sagemaker", StringComparison.Ordinal))
            root.Host = string.Concat("api.", root.Host.AsSpan("runtime.".Length));
        return root.Uri;
    }
}
