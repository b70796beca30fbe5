using System.Text.Json;
using Portico.Core.Chat;
using Ai = Microsoft.Extensions.AI;

namespace Portico.Gateway.InProcess;

/// <summary>Reads what a chat client is given into the canonical form. Pure. What the canonical form has no word for is refused by name.</summary>
static class ChatClientReader
{
    /// <summary>On one line: models are billed for white space too.</summary>
    static readonly JsonSerializerOptions Compact = new(Ai.AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    /// <exception cref="PorticoException">Something cannot be carried; the param names it.</exception>
    public static ChatRequest Read(IEnumerable<Ai.ChatMessage> messages, Ai.ChatOptions? options, string model, bool stream)
    {
        options ??= new Ai.ChatOptions();
        if (options.ConversationId is not null)
            throw Unsupported("A conversation kept by the provider", "ConversationId");
        var read = new List<ChatMessage>();
        if (options.Instructions is { Length: > 0 } instructions)
            read.Add(new ChatMessage { Role = ChatRole.System, Parts = [new TextPart(instructions)] });
        foreach (var message in messages)
            AddMessage(message, read);
        if (read.Count == 0)
            throw new PorticoException(ErrorTable.InvalidRequest, "There must be at least one message.", "messages");
        var request = new ChatRequest
        {
            Model = options.ModelId ?? model,
            Messages = read,
            Stream = stream,
            MaxOutputTokens = options.MaxOutputTokens,
            // By way of decimal: 0.7f is 0.7 and not 0.699999988079071.
            Temperature = (double?)(decimal?)options.Temperature,
            TopP = (double?)(decimal?)options.TopP,
            FrequencyPenalty = (double?)(decimal?)options.FrequencyPenalty,
            PresencePenalty = (double?)(decimal?)options.PresencePenalty,
            Seed = options.Seed,
            Stop = options.StopSequences is { Count: > 0 } stops ? [.. stops] : [],
            Tools = options.Tools is { Count: > 0 } tools ? tools.Select(Tool).ToList() : [],
            ToolChoice = Choice(options.ToolMode),
            ParallelToolCalls = options.AllowMultipleToolCalls,
            ResponseFormat = Format(options.ResponseFormat),
            ReasoningEffort = Effort(options.Reasoning?.Effort),
        };
        return WithMore(request, options);
    }

    static ChatRequest WithMore(ChatRequest request, Ai.ChatOptions options)
    {
        var extra = new List<KeyValuePair<string, JsonElement>>();
        if (options.TopK is { } topK)
            extra.Add(new("top_k", JsonSerializer.SerializeToElement(topK)));
        foreach (var (name, value) in options.AdditionalProperties ?? [])
            if (name != "user")
                extra.Add(new(name, JsonSerializer.SerializeToElement(value, Compact)));
        return request with { Extra = extra, User = options.AdditionalProperties?.GetValueOrDefault("user") as string };
    }

    static void AddMessage(Ai.ChatMessage message, List<ChatMessage> into)
    {
        var parts = new List<ContentPart>();
        var calls = new List<ToolCall>();
        string? refusal = null;
        foreach (var content in message.Contents)
        {
            switch (content)
            {
                // Each result is a message of its own here.
                case Ai.FunctionResultContent result:
                    into.Add(
                        new ChatMessage
                        {
                            Role = ChatRole.Tool,
                            ToolCallId = result.CallId,
                            Parts = [new TextPart(ResultText(result))],
                        }
                    );
                    break;
                case Ai.FunctionCallContent call:
                    calls.Add(
                        new ToolCall(
                            call.CallId,
                            call.Name,
                            JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(StringComparer.Ordinal), Compact)
                        )
                    );
                    break;
                case Ai.ErrorContent { ErrorCode: ChatUpdateWriter.Refusal } refused:
                    refusal = refused.Message;
                    break;
                // Sealed thinking goes back to whom it came from, who may demand it beside the results of tools.
                case Ai.TextReasoningContent { ProtectedData: { Length: > 0 } seal } thought:
                    parts.Add(
                        thought.AdditionalProperties?.ContainsKey(ChatUpdateWriter.Closed) == true
                            ? new ReasoningPart("", null, seal)
                            : new ReasoningPart(thought.Text, seal)
                    );
                    break;
                // What else a model thought and what it cost is told with an answer and not asked again.
                case Ai.TextReasoningContent or Ai.UsageContent:
                    break;
                default:
                    parts.Add(Part(content));
                    break;
            }
        }
        if (message.Role == Ai.ChatRole.Tool && parts.Count == 0)
            return;
        into.Add(
            new ChatMessage
            {
                Role = Role(message.Role),
                Name = message.AuthorName,
                Parts = parts,
                ToolCalls = calls,
                Refusal = refusal,
            }
        );
    }

    static ContentPart Part(Ai.AIContent content) =>
        content switch
        {
            Ai.TextContent text => new TextPart(text.Text),
            Ai.DataContent data when data.HasTopLevelMediaType("image") => new ImagePart(data.Uri, null),
            Ai.DataContent data when data.HasTopLevelMediaType("audio") => new AudioPart(
                data.Base64Data.ToString(),
                data.MediaType is "audio/mpeg" or "audio/mp3" ? "mp3" : "wav"
            ),
            Ai.DataContent data => new FilePart(null, data.Name, data.Uri),
            Ai.UriContent uri when uri.HasTopLevelMediaType("image") => new ImagePart(uri.Uri.ToString(), null),
            Ai.HostedFileContent file => new FilePart(file.FileId, file.Name, null),
            _ => throw Unsupported($"Content of the kind {content.GetType().Name}", "messages"),
        };

    static string ResultText(Ai.FunctionResultContent result) =>
        result.Result switch
        {
            null => result.Exception?.Message ?? "",
            string text => text,
            var other => JsonSerializer.Serialize(other, Compact),
        };

    static ChatRole Role(Ai.ChatRole role) =>
        role.Value switch
        {
            "system" => ChatRole.System,
            "developer" => ChatRole.Developer,
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            _ => throw Unsupported($"A message of the role '{Wire.Json.Short(role.Value)}' with this content", "messages"),
        };

    static ToolDefinition Tool(Ai.AITool tool) =>
        tool is Ai.AIFunctionDeclaration function
            ? new ToolDefinition(
                function.Name,
                function.Description is { Length: > 0 } text ? text : null,
                function.JsonSchema,
                function.AdditionalProperties.TryGetValue("strict", out var strict) ? strict as bool? : null
            )
            : throw Unsupported($"A tool of the kind {tool.GetType().Name}", "Tools");

    static ToolChoice? Choice(Ai.ChatToolMode? mode) =>
        mode switch
        {
            null => null,
            Ai.NoneChatToolMode => new ToolChoice(ToolChoiceMode.None),
            Ai.RequiredChatToolMode { RequiredFunctionName: { } name } => new ToolChoice(ToolChoiceMode.Named, name),
            Ai.RequiredChatToolMode => new ToolChoice(ToolChoiceMode.Required),
            _ => new ToolChoice(ToolChoiceMode.Auto),
        };

    static ResponseFormat? Format(Ai.ChatResponseFormat? format) =>
        format switch
        {
            null => null,
            Ai.ChatResponseFormatJson { Schema: { } schema } json => new ResponseFormat(
                ResponseFormatKind.JsonSchema,
                json.SchemaName ?? "answer",
                schema,
                Description: json.SchemaDescription
            ),
            Ai.ChatResponseFormatJson => new ResponseFormat(ResponseFormatKind.JsonObject),
            _ => new ResponseFormat(ResponseFormatKind.Text),
        };

    static string? Effort(Ai.ReasoningEffort? effort) =>
        effort switch
        {
            null => null,
            Ai.ReasoningEffort.ExtraHigh => "xhigh",
            var e => e.ToString()!.ToLowerInvariant(),
        };

    static PorticoException Unsupported(string what, string param) =>
        new(ErrorTable.UnsupportedByModel, $"{what} cannot be carried by a call of this client.", param);
}
