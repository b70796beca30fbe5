using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Storage;

namespace Portico.Gateway.Ledger.Requests;

/// <summary>
/// Asking for more and deciding about it. Approving raises the budget in the transaction that writes the decision, so that neither is there without the
/// other. Who asked does not decide, an owner aside: there may be nobody else.
/// </summary>
sealed class BudgetRequests(
    Database database,
    MeterService meters,
    MeterCatalog catalog,
    MeterScopes scopes,
    BudgetPolicy policy,
    TimeProvider time
)
{
    public const int MaxWords = 1_000;

    const string Columns =
        "id, budget_id, state, limit_before, limit_asked, limit_given, reason, asked_by, asked_by_name, asked_us, decided_by, decided_by_name, decided_us, note";

    /// <exception cref="PorticoException">There is no such budget, it is no more than the limit, no reason is given, or one of theirs is open already.</exception>
    public async Task<BudgetRequest> AskAsync(
        ApiActor actor,
        Reach within,
        string budgetId,
        long limit,
        string? reason,
        CancellationToken ct
    )
    {
        var budget = meters.Find(budgetId, budget: true, within);
        if (limit <= budget.Limit)
            throw Bad($"The limit is {NanoUsd.Format(budget.Limit)} USD already; ask for more than that.", "limit_usd");
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxWords)
            throw Bad($"reason says what for, in at most {MaxWords} characters.", "reason");
        var request = new BudgetRequest
        {
            Id = BudgetRequestId.New(time),
            BudgetId = budget.Id,
            State = BudgetRequestState.Open,
            LimitBefore = budget.Limit,
            LimitAsked = limit,
            Reason = reason.Trim(),
            AskedBy = actor.Id,
            AskedByName = actor.Name,
            AskedAt = Micros.ToTime(Micros.Now(time)),
        };
        var added = await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    """
                    insert into gateway_budget_requests (id, budget_id, state, limit_before, limit_asked, reason, asked_by, asked_by_name, asked_us)
                    values (@id, @BudgetId, 'open', @LimitBefore, @LimitAsked, @Reason, @AskedBy, @AskedByName, @at) on conflict do nothing
                    """,
                    new
                    {
                        id = request.Id.ToString(),
                        request.BudgetId,
                        request.LimitBefore,
                        request.LimitAsked,
                        request.Reason,
                        request.AskedBy,
                        request.AskedByName,
                        at = Micros.Of(request.AskedAt),
                    },
                    work.Transaction
                ),
            ct
        );
        return added > 0
            ? request
            : throw new PorticoException(
                ErrorTable.Conflict,
                "You asked for more of this budget already. Withdraw that first to ask anew."
            );
    }

    /// <summary>Raises the limit to what was asked, or to less.</summary>
    /// <exception cref="PorticoException">It is decided, the actor asked it, the budget is gone or has changed, or the limit is no raise.</exception>
    public async Task<BudgetRequest> ApproveAsync(ApiActor actor, Reach within, string id, long? limit, string? note, CancellationToken ct)
    {
        var request = await OpenOfOthersAsync(actor, within, id, ct);
        var budget =
            catalog.Current.Meters.FirstOrDefault(m => m.Id == request.BudgetId)
            ?? throw new PorticoException(ErrorTable.Conflict, "The budget is gone: decline it.");
        var given = limit ?? request.LimitAsked;
        if (given <= budget.Limit)
            throw Bad($"The limit is {NanoUsd.Format(budget.Limit)} USD already, which this would not raise: decline it.", "limit_usd");
        if (given > request.LimitAsked)
            throw Bad($"Only {NanoUsd.Format(request.LimitAsked)} USD were asked for.", "limit_usd");
        policy.Require(budget with { Limit = given }, budget);
        return await DecideAsync(actor, request, BudgetRequestState.Approved, given, note, budget, ct);
    }

    public async Task<BudgetRequest> DeclineAsync(ApiActor actor, Reach within, string id, string? note, CancellationToken ct) =>
        await DecideAsync(actor, await OpenOfOthersAsync(actor, within, id, ct), BudgetRequestState.Declined, null, note, null, ct);

    /// <exception cref="PorticoException">It is decided, or somebody else asked it.</exception>
    public async Task<BudgetRequest> WithdrawAsync(ApiActor actor, Reach within, string id, CancellationToken ct)
    {
        var request = await OpenAsync(within, id, ct);
        if (request.AskedBy != actor.Id)
            throw new PorticoException(ErrorTable.PermissionDenied, $"{request.AskedByName} asked this and alone can withdraw it.");
        return await DecideAsync(actor, request, BudgetRequestState.Withdrawn, null, null, null, ct);
    }

    async Task<BudgetRequest> OpenAsync(Reach within, string id, CancellationToken ct)
    {
        var request = await FindAsync(within, id, ct);
        return request.State == BudgetRequestState.Open ? request : throw Decided(request);
    }

    async Task<BudgetRequest> OpenOfOthersAsync(ApiActor actor, Reach within, string id, CancellationToken ct)
    {
        var request = await OpenAsync(within, id, ct);
        if (request.AskedBy == actor.Id && !actor.IsOwner)
            throw new PorticoException(ErrorTable.PermissionDenied, "You asked this: somebody else decides it.");
        return request;
    }

    static PorticoException Decided(BudgetRequest request) =>
        new(ErrorTable.Conflict, $"It was {request.State.ToString().ToLowerInvariant()} by {request.DecidedByName} already.");

    async Task<BudgetRequest> DecideAsync(
        ApiActor actor,
        BudgetRequest request,
        BudgetRequestState state,
        long? given,
        string? note,
        Meter? raised,
        CancellationToken ct
    )
    {
        if (note?.Length > MaxWords)
            throw Bad($"note has at most {MaxWords} characters.", "note");
        await database.WriteAsync(
            async work =>
            {
                var decided = await work.Connection.ExecuteAsync(
                    """
                    update gateway_budget_requests set state = @state, limit_given = @given, note = @note, decided_by = @by, decided_by_name = @name,
                      decided_us = @now
                    where id = @id and state = 'open'
                    """,
                    new
                    {
                        id = request.Id.ToString(),
                        state = state.ToString().ToLowerInvariant(),
                        given,
                        note = string.IsNullOrWhiteSpace(note) ? null : note.Trim(),
                        by = actor.Id,
                        name = actor.Name,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
                if (decided == 0)
                    throw new PorticoException(ErrorTable.Conflict, "It was decided meanwhile.");
                if (raised is not null && await MeterService.ChangeAsync(work, raised with { Limit = given!.Value }, time) == 0)
                    throw new PorticoException(ErrorTable.Conflict, "The budget changed meanwhile. Look at it again.");
            },
            ct
        );
        await catalog.RefreshAsync(ct);
        return await FindAsync(Reach.Everywhere, request.Id.ToString(), ct);
    }

    /// <exception cref="PorticoException">There is none with this id within reach.</exception>
    public async Task<BudgetRequest> FindAsync(Reach within, string id, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var (term, seen) = scopes.MetersIn(within, catalog.Current.Meters, database.Engine, "budget_id");
        var row = BudgetRequestId.TryParse(id, out _)
            ? await db.QuerySingleOrDefaultAsync<Row>(
                $"select {Columns} from gateway_budget_requests where id = @id and {term}",
                new { id, seen }
            )
            : null;
        return row?.ToNoun()
            ?? throw new PorticoException(ErrorTable.NotFound, $"There is no request '{Wire.Json.Short(id)}' for a higher limit.");
    }

    /// <summary>Newest first; those about budgets that are gone, for who sees all alone.</summary>
    public async Task<Page<BudgetRequest>> ListAsync(
        Reach within,
        string? budgetId,
        BudgetRequestState? state,
        PageRequest page,
        CancellationToken ct
    )
    {
        await using var db = await database.OpenReadAsync(ct);
        var (term, seen) = scopes.MetersIn(within, catalog.Current.Meters, database.Engine, "budget_id");
        var rows = await db.QueryAsync<Row>(
            $"""
            select {Columns} from gateway_budget_requests
            where id < @before and (@budgetId = '' or budget_id = @budgetId) and (@state = '' or state = @state) and {term}
            order by id desc limit @take
            """,
            new
            {
                // Ids begin with a letter: a tilde stands behind all of them.
                before = page.After ?? "~",
                budgetId = budgetId ?? "",
                state = state?.ToString().ToLowerInvariant() ?? "",
                take = page.Limit + 1,
                seen,
            }
        );
        return page.Cut(rows.Select(r => r.ToNoun()).ToList(), r => r.Id.ToString());
    }

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);

    sealed class Row
    {
        public string Id { get; set; } = "";
        public string BudgetId { get; set; } = "";
        public string State { get; set; } = "";
        public long LimitBefore { get; set; }
        public long LimitAsked { get; set; }
        public long? LimitGiven { get; set; }
        public string Reason { get; set; } = "";
        public string AskedBy { get; set; } = "";
        public string AskedByName { get; set; } = "";
        public long AskedUs { get; set; }
        public string? DecidedBy { get; set; }
        public string? DecidedByName { get; set; }
        public long? DecidedUs { get; set; }
        public string? Note { get; set; }

        public BudgetRequest ToNoun() =>
            new()
            {
                Id = BudgetRequestId.Parse(Id),
                BudgetId = BudgetId,
                State = Enum.Parse<BudgetRequestState>(State, ignoreCase: true),
                LimitBefore = LimitBefore,
                LimitAsked = LimitAsked,
                LimitGiven = LimitGiven,
                Reason = Reason,
                AskedBy = AskedBy,
                AskedByName = AskedByName,
                AskedAt = Micros.ToTime(AskedUs),
                DecidedBy = DecidedBy,
                DecidedByName = DecidedByName,
                DecidedAt = DecidedUs is { } us ? Micros.ToTime(us) : null,
                Note = Note,
            };
    }
}
