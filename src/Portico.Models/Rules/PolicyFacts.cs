using Portico.Governance.Policy;
using Portico.Models.Cards;

namespace Portico.Models.Rules;

/// <summary>What the facts of a deployment say against the lines of a policy: the same facts that rules and demands look at.</summary>
static class PolicyFacts
{
    public static (string Line, string? Value, string Why)? BreachOf(ResolvedDeployment at, ModelCard facts, CompiledPolicy policy) =>
        ModelBreach(at.Model.Name, policy)
        ?? ProviderBreach(at.Connection, policy)
        ?? DataBreach(at, facts, policy)
        ?? LicenceBreach(at, facts, policy);

    static (string, string?, string)? ModelBreach(string name, CompiledPolicy policy)
    {
        if (policy.Models.Deny?.Has(name) is true)
            return ("models.deny", name, $"the model {name} is denied");
        return policy.Models.Allow?.Has(name) is false ? ("models.allow", name, $"the model {name} is not among those allowed") : null;
    }

    /// <summary>A connection is known by its family and, where it has one, by its preset: either may be named.</summary>
    static (string, string?, string)? ProviderBreach(Connection connection, CompiledPolicy policy)
    {
        var (family, preset) = (connection.Family, connection.Preset ?? connection.Family);
        if (policy.Providers.Deny is { } deny && (deny.Has(family) && connection.Preset is null || deny.Has(preset)))
            return ("providers.deny", preset, $"the provider {preset} is denied");
        // An OpenAI-compatible server of somebody else is not OpenAI.
        return policy.Providers.Allow?.Has(preset) is false
            ? ("providers.allow", preset, $"the provider {preset} is not among those allowed")
            : null;
    }

    static (string, string?, string)? DataBreach(ResolvedDeployment at, ModelCard facts, CompiledPolicy policy)
    {
        if (policy.Regions is { } regions && DataFacts.OutsideOf(regions.Names, facts, policy.RegionsStrict) is { } region)
            return ("regions.allow", facts.Terms?.Regions?.FirstOrDefault(r => !regions.Has(r)), At(at, region));
        if (policy.NoTraining && DataFacts.Trains(facts, policy.DataStrict) is { } training)
            return ("data.no_training", null, At(at, training));
        return policy.MaxRetentionDays is { } days && DataFacts.KeepsLonger(days, facts, policy.DataStrict) is { } kept
            ? ("data.max_retention_days", null, At(at, kept))
            : null;
    }

    static (string, string?, string)? LicenceBreach(ResolvedDeployment at, ModelCard facts, CompiledPolicy policy)
    {
        if (policy.Licences is { } licences)
        {
            var id = facts.Licence?.Id?.ToLowerInvariant();
            if (id is null ? policy.LicencesStrict : !licences.Has(id))
                return ("licences.allow", id, At(at, id is null ? "its licence is not known" : $"its licence is {id}"));
        }
        if (!policy.CommercialUse)
            return null;
        return facts.Licence?.CommercialUse switch
        {
            null => DataFacts.Unknown("licence.commercial_use", policy.LicencesStrict) is { } unknown
                ? ("licences.commercial_use", null, At(at, unknown))
                : null,
            false => ("licences.commercial_use", null, At(at, "its licence does not allow commercial use")),
            true => null,
        };
    }

    static string At(ResolvedDeployment at, string fact) => $"model {at.Model.Name} at connection {at.Connection.Name}: {fact}";
}
