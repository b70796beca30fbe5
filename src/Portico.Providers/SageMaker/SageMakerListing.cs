using System.Buffers;
using System.Text.Json;

namespace Portico.Providers.SageMaker;

/// <summary>
/// The endpoints of an account that are in service, and the inference components behind those that have some
/// (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListEndpoints.html, …/API_ListInferenceComponents.html).
/// </summary>
sealed class SageMakerListing
{
    const string InService = "InService";

    readonly List<string> endpoints = [];
    readonly List<(string Endpoint, string Name)> components = [];

    public static ReadOnlyMemory<byte> Ask(string? next)
    {
        var target = new ArrayBufferWriter<byte>(128);
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        json.WriteString("StatusEquals"u8, InService);
        json.WriteNumber("MaxResults"u8, 100);
        if (next is not null)
            json.WriteString("NextToken"u8, next);
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    /// <summary>Takes a page; gives the token of the next, null after the last.</summary>
    public string? TakeEndpoints(JsonElement root)
    {
        foreach (var endpoint in root.GetProperty("Endpoints"u8).EnumerateArray())
            if (Text(endpoint, "EndpointStatus"u8) is null or InService && Text(endpoint, "EndpointName"u8) is { } name)
                endpoints.Add(name);
        return Text(root, "NextToken"u8);
    }

    public string? TakeComponents(JsonElement root)
    {
        foreach (var component in root.GetProperty("InferenceComponents"u8).EnumerateArray())
            if (
                Text(component, "InferenceComponentStatus"u8) is null or InService
                && Text(component, "InferenceComponentName"u8) is { } name
                && Text(component, "EndpointName"u8) is { } endpoint
            )
                components.Add((endpoint, name));
        return Text(root, "NextToken"u8);
    }

    /// <summary>An endpoint of components is called by one of them and not by itself.</summary>
    public IReadOnlyList<OfferedModel> Models =>
        [
            .. endpoints.Where(e => !components.Exists(c => c.Endpoint == e)).Select(e => new OfferedModel(e)),
            .. components.Select(c => new OfferedModel($"{c.Endpoint}/{c.Name}")),
        ];

    static string? Text(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
