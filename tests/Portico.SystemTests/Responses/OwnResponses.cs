using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>
/// A provider that has the Responses API itself, scripted: the response as https://platform.openai.com/docs/api-reference/responses/object has it, its events
/// as https://platform.openai.com/docs/api-reference/responses-streaming, a search of the web as https://platform.openai.com/docs/guides/tools-web-search,
/// sealed reasoning as https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items.
/// </summary>
static class OwnResponses
{
    public const string Id = "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b";
    public const string Usage =
        """{"input_tokens":328,"input_tokens_details":{"cached_tokens":28},"output_tokens":356,"output_tokens_details":{"reasoning_tokens":300},"total_tokens":684}""";

    public const string Search =
        """{"type":"web_search_call","id":"ws_67ccf18f64008190a39b619f4c8455ef","status":"completed","action":{"type":"search","query":"positive news today"}}""";

    public const string Message =
        """{"id":"msg_67ccf190ca3881909d433c50b1f6357e","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"A new park has opened.","annotations":[{"type":"url_citation","start_index":0,"end_index":10,"url":"https://example.org/park","title":"Park"}],"logprobs":[]}]}""";

    public static readonly string Searched = Search + "," + Message;

    public static string Reasoning(string seal) =>
        $$"""{"id":"rs_6876cf02e0bc8192b74af0fb64b715ff06fa2fcced15a5ac","type":"reasoning","summary":[],"encrypted_content":"{{seal}}"}""";

    public const string FunctionCall =
        """{"id":"fc_12345xyz","type":"function_call","status":"completed","arguments":"{\"city\":\"Oslo\"}","call_id":"call_12345xyz","name":"get_weather"}""";

    /// <summary>The response object, with a member that nobody knows.</summary>
    public static string Response(string output, string status = "completed", string usage = Usage, string more = "") =>
        $$"""{"id":"{{Id}}", "object":"response","created_at":1741476777,"status":"{{status}}","background":false,"error":null,"incomplete_details":null,"instructions":null,"max_output_tokens":null,"model":"gpt-5-2025-08-07","output":[{{output}}],"parallel_tool_calls":true,"previous_response_id":null,"reasoning":{"effort":"medium","summary":null},"store":false,"temperature":1.0,"text":{"format":{"type":"text"} },"tool_choice":"auto","tools":[{"type":"web_search","sequence_number":7}],"top_p":1.0,"truncation":"disabled","usage":{{usage}},"user":null,"metadata":{},"x_of_tomorrow":{"a": [1, 2.50] }"""
        + more
        + "}";

    static string Event(string type, int number, string members) =>
        $$"""
            event: {{type}}
            data: {"type":"{{type}}","sequence_number":{{number}},{{members}}}


            """.Replace("\r", "", StringComparison.Ordinal);

    /// <summary>The beginning that says nothing yet.</summary>
    public static string Begun() =>
        Event("response.created", 0, $"\"response\":{Response("", "in_progress", "null")}")
        + Event("response.in_progress", 1, $"\"response\":{Response("", "in_progress", "null")}");

    /// <summary>A search and the first words of the text behind it.</summary>
    public static string Words() =>
        Event(
            "response.output_item.added",
            2,
            "\"output_index\":0,\"item\":{\"type\":\"web_search_call\",\"id\":\"ws_67ccf18f64008190a39b619f4c8455ef\",\"status\":\"in_progress\"}"
        )
        + Event("response.web_search_call.searching", 3, "\"output_index\":0,\"item_id\":\"ws_67ccf18f64008190a39b619f4c8455ef\"")
        + Event("response.output_item.done", 4, $"\"output_index\":0,\"item\":{Search}")
        + Event(
            "response.output_text.delta",
            5,
            "\"output_index\":1,\"item_id\":\"msg_67ccf190ca3881909d433c50b1f6357e\",\"content_index\":0,\"delta\":\"A new park \",\"logprobs\":[], \"obfuscation\":\"abc\""
        );

    /// <summary>The rest, to the end.</summary>
    public static string Rest(string? output = null) =>
        Event(
            "response.output_text.delta",
            6,
            "\"output_index\":1,\"item_id\":\"msg_67ccf190ca3881909d433c50b1f6357e\",\"content_index\":0,\"delta\":\"has opened.\",\"logprobs\":[]"
        )
        + Event("response.output_item.done", 7, $"\"output_index\":1,\"item\":{Message}")
        + Event("response.completed", 8, $"\"response\":{Response(output ?? Searched)}");

    public static Task StreamAsync(HttpContext http) => Upstream.BeginStreamAsync(http, Begun() + Words() + Rest());

    /// <summary>The answer, plain or streamed as the caller asked.</summary>
    public static Task AnswerAsync(HttpContext http) =>
        Upstream.WantsStream(http) ? StreamAsync(http) : Upstream.JsonAsync(http, 200, Response(Searched));

    /// <summary>A connection that passes responses, with a model of its own; the ids of the connection and of the deployment.</summary>
    public static async Task<(string Model, string Connection, string Deployment)> PassingAsync(
        this Node node,
        Upstream upstream,
        string? model = null,
        bool responses = true,
        int? contextTokens = null
    )
    {
        model ??= "p-" + Guid.NewGuid().ToString("N")[..8];
        var deployment = await node.ConnectAsync(
            upstream.Address,
            model,
            upstreamModel: "gpt-5",
            contextTokens: contextTokens,
            idleMs: 60_000
        );
        var found = await node.Admin.GetAsync($"/api/deployments/{deployment}");
        var connection = found.Text("connection_id");
        await node.PriceToolsAsync(found.Text("model_id"));
        if (responses)
            await node.Admin.PatchAsync($"/api/connections/{connection}", new JsonObject { ["responses"] = true });
        return (model, connection, deployment);
    }

    /// <summary>What a search costs that a tool makes, in nano-USD.</summary>
    public const long SearchNano = 10_000_000;

    /// <summary>A price of the model with rates for tools: 0.01 USD a search of the web, 0.0025 one of files, 0.03 a container.</summary>
    public static Task<JsonNode> PriceToolsAsync(this Node node, string model) =>
        node.Admin.PostAsync(
            "/api/prices",
            new JsonObject
            {
                ["model_id"] = model,
                ["usd_per_mtok"] = new JsonObject { ["input"] = "1", ["output"] = "2" },
                ["usd_per_unit"] = new JsonObject
                {
                    ["web_search"] = "0.01",
                    ["file_search"] = "0.0025",
                    ["container"] = "0.03",
                },
            }
        );

    /// <summary>A route that lets calls pass whose tools have no price.</summary>
    public static Task<JsonNode> LooseAsync(this Node node, string name, params string[] deployments) =>
        node.RouteAsync(name, deployments, new JsonObject { ["allow_unpriced"] = true, ["retries"] = 0 });

    public static JsonObject Ask(string model, string tool = "web_search", JsonNode? input = null) =>
        ResponseCalls.Ask(model, input).With("tools", new JsonArray(new JsonObject { ["type"] = tool }));
}
