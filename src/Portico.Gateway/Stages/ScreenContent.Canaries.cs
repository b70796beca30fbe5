using Portico.Governance.Policy;
using Portico.Guardrails;
using Portico.Guardrails.Injection;

namespace Portico.Gateway.Stages;

/// <summary>Canaries around system prompts, for rules that look for them in answers.</summary>
sealed partial class ScreenContent
{
    const string NoPrompt = "prompt: no canary, because there is no system prompt";

    /// <summary>The call as it goes on, with a canary where it has a system prompt.</summary>
    /// <param name="call">As the rules leave it.</param>
    /// <param name="policy">Where they stand.</param>
    /// <param name="screen">The rules; receives those of the answer, null = none.</param>
    /// <exception cref="PorticoException">No canary can be made, and a rule fails closed.</exception>
    ModelCall WithCanary(ModelCall call, CompiledPolicy policy, ref Screen? screen)
    {
        var rules = screen!;
        screen = rules.Answering(null);
        // The instructions of summaries are the product's own and no secret.
        if (call.Chat is not { } chat || call.Options.ForSummary)
            return call;
        if (CanaryPrompt.Of(chat) is not { } prompt)
        {
            call.Context.Note("screen_content", NoPrompt);
            return call;
        }
        if (keys.Current.Key is not { } key)
            return WithoutKey(call, rules, policy);
        var canary = prompt.CanaryFor(key, call.Caller, chat);
        screen = rules.Answering(canary);
        call.Context.Note("screen_content", $"prompt: a canary stands around {new TextPlace("messages", prompt.First)}");
        return prompt.Enclose(call, canary);
    }

    /// <summary>Without the key of the store there is no canary, and its rules cannot be kept to.</summary>
    ModelCall WithoutKey(ModelCall call, Screen rules, CompiledPolicy policy)
    {
        foreach (var rule in rules.CanaryRules)
            if (!rule.FailsOpen)
                throw Fail(
                    call.Context,
                    policy,
                    new ScreenFailedException(rule, new InvalidOperationException("The key of the store is not there."))
                );
        NoteFailed(call.Context, "prompt", rules.CanaryRules.Select(r => r.Name));
        return call;
    }
}
