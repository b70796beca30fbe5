using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers;
using Portico.Providers.Aws;
using Portico.Providers.Azure;
using Portico.Providers.Http;
using Portico.Providers.SageMaker;
using Portico.Tests.Gateway.Wire;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.Azure;
using Portico.Tests.Providers.Bedrock;
using Portico.Tests.Providers.Gemini;
using Portico.Tests.Providers.SageMaker;
using Portico.Tests.Repository;
using Portico.Tests.Support;

namespace Portico.Tests.Providers.Hosted;

/// <summary>
/// The scenes through the families that carry OpenAI's form elsewhere: SageMaker's endpoints and both of Azure's APIs, each over the scripted server of its family. A golden
/// file says where a call went and as what, what was read of the answer, and what callers of OpenAI's and Anthropic's form get.
/// </summary>
public sealed class HostedGoldenTests : IDisposable
{
    const string Folder = "tests/Portico.Tests/Providers/Hosted/Fixtures";

    /// <summary>The dated API has two lines: before and since stream_options came.</summary>
    static readonly string[] Services = ["sagemaker", "azure-v1", "azure-2024-10-21", "azure-2024-06-01"];

    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    public static TheoryData<string, string> Cells()
    {
        var cells = new TheoryData<string, string>();
        foreach (var service in Services)
        foreach (var scene in HostedScenes.All.Keys)
            cells.Add(service, scene);
        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task A_scene_is_sent_read_and_given_as_the_golden_file_says(string service, string name)
    {
        var scene = HostedScenes.All[name];
        var read = OpenAiChatReader.Read(Encoding.UTF8.GetBytes(scene.Request));
        var text = new StringBuilder();
        var (sent, events, failure) =
            service == "sagemaker" ? await OnSageMakerAsync(scene, read) : await OnAzureAsync(scene, read, service);
        Section(text, "sent", sent);
        if (failure is not null)
            Section(
                text,
                "failure",
                $"{failure.Kind.Code}, {failure.Fault}, {failure.Status}, {failure.UpstreamCode}, {failure.UpstreamParam}: {failure.Message}"
            );
        else
            Answered(text, events);
        Golden.Check($"{Folder}/{service}/{name}.golden.txt", text.ToString());
    }

    static void Answered(StringBuilder text, List<ModelEvent> events)
    {
        var usage = events[^1].Completion!.Usage;
        Section(text, "events", string.Join('\n', events.Select(Geminis.Line)));
        Section(text, "usage in disjoint parts", CanonicalText.Of(usage));
        Section(text, "to a caller of OpenAI's form, streamed", Encoding.UTF8.GetString(OpenAiChunkWriterTests.Written(events)).TrimEnd());
        var fold = new OpenAiAnswerFold(OpenAiChunkWriterTests.Call());
        fold.Add(events.ToArray());
        Section(text, "to a caller of OpenAI's form, whole", Encoding.UTF8.GetString(fold.ToJson(usage)));
        Section(
            text,
            "to a caller of Anthropic's form, streamed",
            Encoding.UTF8.GetString(MessagesEventWriterTests.Written(events)).TrimEnd()
        );
        Section(text, "to a caller of Anthropic's form, whole", Encoding.UTF8.GetString(MessagesEventWriterTests.Folded(events)));
    }

    static void Section(StringBuilder text, string title, string content) =>
        text.Append("## ").Append(title).Append('\n').Append(content.ReplaceLineEndings("\n")).Append("\n\n");

    static async Task<(List<ModelEvent> Events, UpstreamException? Failure)> AskAsync(
        ProviderFamily family,
        ProviderConnection connection,
        string model,
        ReadChat read
    )
    {
        // Events, not the provider's own bytes: what a caller of another form would get.
        var call = Anthropics.Call(read.Request, connection, model) with
        {
            Body = read.Body,
            ReplyDialect = Dialect.AnthropicMessages,
        };
        try
        {
            var reply = await family.Chat!.ChatAsync(call, TestContext.Current.CancellationToken);
            await using var stream = reply.Events;
            var (events, failure) = await Anthropics.DrainAsync(stream);
            failure.ShouldBeNull();
            return (events, null);
        }
        catch (UpstreamException e)
        {
            return ([], e);
        }
    }

    async Task<(string Sent, List<ModelEvent> Events, UpstreamException? Failure)> OnSageMakerAsync(HostedScene scene, ReadChat read)
    {
        await using var server = await ScriptedBedrock.StartAsync((_, context) => FromContainerAsync(context, scene));
        server.Service = "sagemaker";
        var family = SageMakerProvider.Family(http, new AwsAuth(TimeProvider.System, new AwsAmbient(http, _ => null, _ => null)));
        var (events, failure) = await AskAsync(family, SageMakers.Connection(server.Url), SageMakers.Endpoint, read);
        var got = server.Requests.ShouldHaveSingleItem();
        return ($"{got.Method} {got.Target}\n{got.Text}", events, failure);
    }

    /// <summary>What the container says comes in parts that end anywhere, its errors inside of AWS's.</summary>
    static Task FromContainerAsync(HttpContext context, HostedScene scene)
    {
        if (scene.IsStream)
            return ScriptedBedrock.StreamAsync(context, SageMakers.Parts(Sse(scene), 70));
        if (scene.Status == 200)
            return ScriptedBedrock.JsonAsync(context, scene.Answer[0]);
        context.Response.Headers["x-amzn-ErrorType"] = "ModelError";
        return ScriptedBedrock.JsonAsync(
            context,
            new JsonObject
            {
                ["Message"] = $"Received client error ({scene.Status}) from primary with message \"{scene.Answer[0]}\".",
                ["OriginalStatusCode"] = scene.Status,
                ["OriginalMessage"] = scene.Answer[0],
            }.ToJsonString(),
            424
        );
    }

    async Task<(string Sent, List<ModelEvent> Events, UpstreamException? Failure)> OnAzureAsync(
        HostedScene scene,
        ReadChat read,
        string service
    )
    {
        await using var server = await ScriptedAzure.StartAsync(
            scene.IsStream ? ScriptedAnthropic.Sse(Sse(scene)) : ScriptedAnthropic.Json(scene.Answer[0], scene.Status)
        );
        var version = service["azure-".Length..];
        var connection = new ProviderConnection(
            ConnectionId.New(TimeProvider.System),
            "azure-openai",
            version,
            new Uri(server.Url),
            new Secret(ScriptedAzure.Key)
        );
        var (events, failure) = await AskAsync(AzureOpenAiProvider.Family(http), connection, ScriptedAzure.Deployment, read);
        var got = server.Requests.ShouldHaveSingleItem();
        return ($"{got.Method} {got.Target}\n{got.Body}", events, failure);
    }

    static string Sse(HostedScene scene) => string.Concat(scene.Answer.Select(e => $"data: {e}\n\n")) + "data: [DONE]\n\n";
}
