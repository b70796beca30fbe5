using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Portico.Core;
using Portico.Core.Chat;
using Portico.Governance.Policy.Guardrails;
using Portico.Providers;

namespace Portico.Gateway.Local;

/// <summary>
/// Models that this node itself answers with: the classifier of content behind /v1/moderations in OpenAI's form. They pass keys, limits, policies and records as any other model does, and cost nothing.
/// </summary>
public sealed class LocalModels(DetectorModelCatalog detectors) : ISingleProvider, IModelLister
{
    /// <summary>Of the model, below the connection of the same node.</summary>
    const string Moderation = "moderation";

    /// <summary>What a moderation call without a model is answered by.</summary>
    public const string DefaultModeration = "portico/" + Moderation;

    public static ProviderFamily Family(IServiceProvider services)
    {
        var local = new LocalModels(services.GetRequiredService<DetectorModelCatalog>());
        return new ProviderFamily(InProcessFamilies.Portico, Dialect.OpenAiChat, null, null, local)
        {
            Singles = local,
            Form = new ConnectionForm(
                "Portico itself",
                [
                    new ServiceForm(
                        "Portico itself",
                        BaseUrl: "http://portico.invalid/",
                        AddressHelp: "Nothing is called: this node answers with the models that come with it."
                    )
                    {
                        Credentials = ["none"],
                    },
                ],
                [new CredentialForm("none", "No credential", CredentialShape.None, []) { Help = "It needs none." }]
            ),
        };
    }

    public bool Serves(CallKind kind) => kind == CallKind.Moderation;

    public Task<IReadOnlyList<OfferedModel>> ListModelsAsync(ProviderConnection connection, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<OfferedModel>>([new OfferedModel(Moderation, "portico")]);

    public Task<ProviderReply> AskAsync(SingleCall call, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (call.UpstreamModel != Moderation || call.Request is not ModerationRequest request)
            throw new UpstreamException(
                ErrorTable.UpstreamRejected,
                Fault.Caller,
                $"This node has the model '{Moderation}' for moderations, and no other."
            )
            {
                Status = 404,
                UpstreamParam = "model",
            };
        if (request.Images > 0)
            throw new UpstreamException(ErrorTable.UpstreamRejected, Fault.Caller, "This node's own model reads texts, not images.")
            {
                Status = 400,
                UpstreamParam = "input",
            };
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
            LocalModeration.Write(json, call.CallId, request, detectors.Current.Platform.Models.Content, ct);
        // It counts no tokens: the gateway does.
        return Task.FromResult(
            new ProviderReply(
                new WholeReply(buffer.ToArray(), new Completion(default, FinishReason.Stop, DefaultModeration), Dialect.Single)
            )
        );
    }
}
