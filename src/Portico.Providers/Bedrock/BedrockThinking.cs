using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Providers.Anthropic;

namespace Portico.Providers.Bedrock;

/// <summary>
/// Has a model think, in the words of its vendor (https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html,
/// …/claude-messages-adaptive-thinking.html, https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html, …/model-parameters-openai.html).
/// </summary>
static class BedrockThinking
{
    /// <summary>The least that Claude thinks in.</summary>
    const int LeastBudget = 1_024;

    /// <summary>True when the request has Claude think, which then takes no sampling.</summary>
    public static bool Write(JsonObject more, ChatRequest r, BedrockModel model, int? cap, DroppedNames dropped)
    {
        if (model.IsClaude)
            return OfClaude(more, r, model, cap, dropped);
        if (r.ReasoningTokens is > 0)
            dropped.Add("thinking");
        if (r.ReasoningEffort is { } effort)
            OfOthers(more, r, effort, model, cap, dropped);
        else if (r.ReasoningTokens == 0 && model.IsNova2)
            more["reasoningConfig"] = new JsonObject { ["type"] = "disabled" };
        return false;
    }

    static bool OfClaude(JsonObject more, ChatRequest r, BedrockModel model, int? cap, DroppedNames dropped)
    {
        // The caller's own words on thinking win.
        if (r.Extra.FirstOrDefault(e => e.Key == "thinking") is { Key: not null } own)
        {
            more["thinking"] = JsonNode.Parse(own.Value.GetRawText());
            return AnthropicDecoder.Text(own.Value, "type"u8) != "disabled";
        }
        var claude = model.Claude;
        if (r.ReasoningTokens == 0 || r.ReasoningEffort == "none")
        {
            // Before 4.6 a model thinks only when told to; the other new lines always do.
            if (claude.TakesThinkingSwitch)
                more["thinking"] = new JsonObject { ["type"] = "disabled" };
            else if (claude.TakesEffort && claude.Line != "opus")
                dropped.Add(r.ReasoningTokens == 0 ? "thinking" : "reasoning_effort");
            return false;
        }
        // A forced tool and thinking exclude each other.
        var forced = r.ToolChoice?.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named;
        var effort = r.ReasoningEffort is { } e ? Effort(e, claude) : null;
        if (effort is not null)
            more["output_config"] = new JsonObject { ["effort"] = effort };
        else if (r.ReasoningEffort is not null)
            dropped.Add("reasoning_effort");
        if (r.ReasoningTokens is { } tokens)
            return !forced ? WithBudget(more, tokens, model, cap, dropped) : Without(dropped);
        if (effort is null || forced || !claude.TakesThinkingSwitch)
            return false;
        more["thinking"] = new JsonObject { ["type"] = "adaptive" };
        return true;
    }

    static bool WithBudget(JsonObject more, int tokens, BedrockModel model, int? cap, DroppedNames dropped)
    {
        if (!model.TakesThinkingBudget)
        {
            if (!model.Claude.TakesThinkingSwitch)
                return Without(dropped);
            // The newest models decide themselves how long they think.
            dropped.Add("thinking.budget_tokens");
            more["thinking"] = new JsonObject { ["type"] = "adaptive" };
            return true;
        }
        // The budget lies within the cap, and leaves something of it.
        if (cap <= LeastBudget)
            return Without(dropped);
        var budget = Math.Max(LeastBudget, cap is { } max ? Math.Min(tokens, max - 1) : tokens);
        if (budget != tokens)
            dropped.Add("thinking.budget_tokens");
        more["thinking"] = new JsonObject { ["type"] = "enabled", ["budget_tokens"] = budget };
        return true;
    }

    static bool Without(DroppedNames dropped)
    {
        dropped.Add("thinking");
        return false;
    }

    static string? Effort(string effort, AnthropicModel claude) =>
        claude.Version < 406
            ? null
            : effort switch
            {
                "minimal" or "low" => "low",
                "medium" => "medium",
                "high" => "high",
                "xhigh" => claude.TakesHighestEfforts ? "xhigh" : "high",
                "max" => "max",
                _ => null,
            };

    static void OfOthers(JsonObject more, ChatRequest r, string effort, BedrockModel model, int? cap, DroppedNames dropped)
    {
        string? level = effort switch
        {
            "minimal" or "low" => "low",
            "medium" => "medium",
            "high" or "xhigh" or "max" => "high",
            _ => null,
        };
        if (model.IsNova2 && effort == "none")
        {
            more["reasoningConfig"] = new JsonObject { ["type"] = "disabled" };
        }
        else if (model.IsNova2 && level is not null)
        {
            // The highest effort takes neither a cap nor sampling; the caller's cap also bounds its bill.
            if (level == "high" && (cap is not null || r.Temperature is not null || r.TopP is not null))
            {
                level = "medium";
                dropped.Add("reasoning_effort");
            }
            more["reasoningConfig"] = new JsonObject { ["type"] = "enabled", ["maxReasoningEffort"] = level };
        }
        else if (model.Vendor == "openai" && level is not null)
        {
            more["reasoning_effort"] = level;
        }
        else
        {
            dropped.Add("reasoning_effort");
        }
    }
}
