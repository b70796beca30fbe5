using System.Text.Json.Nodes;

namespace Portico.SystemTests.Support;

/// <summary>Conversations that are longer than a window, with members that Portico does not know.</summary>
static class Conversation
{
    public const string Rules = """{"role":"system","content":"Be brief.","x_priority":1}""";
    public const string LastUser = """{"role":"user", "content":"And what is left to do?","x_mood":"curious"}""";

    /// <summary>Sixty-three words, as many tokens.</summary>
    public static readonly string Words = string.Join(' ', Enumerable.Repeat("seven small words stand here in line", 9));

    public static string User(string text) => $$"""{"role":"user","content":"{{text}} {{Words}}"}""";

    public static string Assistant(string text) => $$"""{"role": "assistant","content":"{{text}} {{Words}}","x_kept":[1, 2]}""";

    /// <summary>A turn in which the model calls a tool twice at once and then answers.</summary>
    public static IReadOnlyList<string> ToolTurn(string text) =>
        [
            User(text),
            """{"role":"assistant","content":null,"tool_calls":[{"id":"call_a","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Zürich\"}"}},{"id":"call_b","type":"function","function":{"name":"clock","arguments":"{}"}}]}""",
            """{"role":"tool","tool_call_id":"call_a","content":"12 degrees"}""",
            """{"role":"tool","tool_call_id":"call_b","content":"noon"}""",
            Assistant("So it is."),
        ];

    public static string Body(string model, IEnumerable<string> messages, string more = "") =>
        $$"""{"x_first":true,"model":"{{model}}","messages":[{{string.Join(", ", messages)}}]{{more}},"x_last": 1.50}""";

    /// <summary>The messages of a body that arrived at a provider.</summary>
    public static JsonArray MessagesOf(string body) => JsonNode.Parse(body)!["messages"]!.AsArray();

    public static Task<HttpResponseMessage> SendAsync(this HttpClient door, string body, params (string Name, string Value)[] headers) =>
        door.ChatAsync(System.Text.Encoding.UTF8.GetBytes(body), default, headers);
}
