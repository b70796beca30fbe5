using Portico.Storage;

namespace Portico.Governance.Policy.Budgets;

/// <summary>A budget that something is made with: decimal USD, and minute, hour, day, month or total.</summary>
public sealed record BudgetDraft(string LimitUsd, string Window);

/// <summary>What has budgets by policy.</summary>
public enum BudgetScope
{
    Key,
    UseCase,
}

/// <summary>A budget that something new gets, in nano-USD.</summary>
public sealed record GivenBudget(string Window, long NanoUsd);

/// <summary>Keeps budgets; the ledger is one. Without any, as in a verb that only reads, nothing is given.</summary>
public interface IBudgetKeeper
{
    /// <summary>Adds budgets in the transaction that makes what they are of.</summary>
    Task GiveAsync(DbWork work, BudgetScope scope, string id, IReadOnlyList<GivenBudget> budgets);

    /// <summary>Knows them from now on.</summary>
    Task RefreshAsync(CancellationToken ct);
}

/// <summary>Which budgets new keys and use cases get: the one they are made with, or those of the policy. Pure but for the giving.</summary>
public static class BudgetDefaults
{
    public const string OfKeys = "budgets.key";
    public const string OfUseCases = "budgets.use_case";

    /// <param name="policy">Of the use case that a key is of, or of the workspace that a use case is made in; null = none.</param>
    /// <param name="line">One of the two.</param>
    /// <param name="draft">What it is made with; null = nothing is said.</param>
    /// <param name="time">Exceptions end.</param>
    /// <exception cref="PorticoException">The draft is none, or larger than a mandatory line allows.</exception>
    public static IReadOnlyList<GivenBudget> For(CompiledPolicy? policy, string line, BudgetDraft? draft, TimeProvider time)
    {
        policy = policy?.At(time.GetUtcNow());
        var (usual, ceiling) = policy?.BudgetOf(line) ?? (null, null);
        if (draft is null)
            return usual?.Limits.Select(l => new GivenBudget(l.Window, l.NanoUsd)).ToList() ?? [];
        var own = Read(draft);
        if (ceiling?.Of(own.Window) is { } most && own.NanoUsd > most)
            throw TooLarge(policy!, line, own.Window, own.NanoUsd, most, "budget");
        // What is mandatory in other windows holds beside its own.
        return [own, .. ceiling?.Limits.Where(l => l.Window != own.Window).Select(l => new GivenBudget(l.Window, l.NanoUsd)) ?? []];
    }

    static GivenBudget Read(BudgetDraft draft) =>
        !MoneyBound.Windows.Contains(draft.Window, StringComparer.Ordinal)
            ? throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"budget.window must be {string.Join(", ", MoneyBound.Windows)}.",
                "budget.window"
            )
        : NanoUsd.TryParse(draft.LimitUsd, out var nano) && nano >= 0 ? new GivenBudget(draft.Window, nano)
        : throw new PorticoException(
            ErrorTable.InvalidRequest,
            "budget.limit_usd must be decimal USD such as \"250.00\", at most nine decimals.",
            "budget.limit_usd"
        );

    /// <summary>A refusal with both: what was to be, and the line.</summary>
    public static PorticoException TooLarge(CompiledPolicy policy, string line, string window, long asked, long most, string param)
    {
        var origin = policy.CeilingOrigin(line, window, most);
        return new PorticoException(
            ErrorTable.Conflict,
            $"A budget of {MoneyBound.Tell(window, asked)} is larger than {MoneyBound.Tell(window, most)}, which {line} allows"
                + (origin is null ? "" : $" ({origin.Says}: '{origin.Text}', which is mandatory)")
                + ". Make it smaller, or ask an officer to change the line or to exempt the use case from it for a time.",
            param
        );
    }

    public static async Task GiveAsync(
        IEnumerable<IBudgetKeeper> keepers,
        DbWork work,
        BudgetScope scope,
        string id,
        IReadOnlyList<GivenBudget> budgets
    )
    {
        if (budgets.Count > 0)
            foreach (var keeper in keepers)
                await keeper.GiveAsync(work, scope, id, budgets);
    }

    public static async Task RefreshAsync(IEnumerable<IBudgetKeeper> keepers, IReadOnlyList<GivenBudget> budgets, CancellationToken ct)
    {
        if (budgets.Count > 0)
            foreach (var keeper in keepers)
                await keeper.RefreshAsync(ct);
    }
}
