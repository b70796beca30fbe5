using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Portico.Gateway.Routing;

/// <summary>Puts the candidates of a plan into the order in which this call tries them.</summary>
static class CandidateOrder
{
    /// <param name="plan">At least one candidate.</param>
    /// <param name="session">The session to stay with, or null.</param>
    /// <param name="draw">A number in [0, 1) that decides chance; from the call's id, so that a record can be explained.</param>
    /// <param name="worstCase">The candidate's price for this call in nano-USD, null = unpriced.</param>
    /// <param name="last">The deployment at which the conversation was last, or null.</param>
    public static IReadOnlyList<Candidate> For(
        RoutePlan plan,
        string? session,
        double draw,
        Func<Candidate, long?> worstCase,
        string? last = null
    )
    {
        var all = plan.Candidates;
        if (all.Count == 1)
            return all;
        var ordered = plan.Route.Strategy switch
        {
            RouteStrategy.Weighted => ByWeight(all, draw),
            RouteStrategy.LeastLatency => all.OrderBy(c => c.Health.FirstOutputUs).ToList(),
            RouteStrategy.LeastCost => all.OrderBy(c => worstCase(c) ?? long.MaxValue).ToList(),
            RouteStrategy.LeastBusy => all.OrderBy(c => (double)c.Health.Busy / c.Weight).ToList(),
            _ => all.ToList(),
        };
        if (session is not null && plan.Route.SessionAffinity)
            Prefer(ordered, Sticky(all, session));
        if (last is not null && ordered.Find(c => c.Deployment.DeploymentText == last) is { } same)
            Prefer(ordered, same);
        return ordered;
    }

    /// <summary>A weighted order without replacement: each place is drawn from those left in proportion to weight.</summary>
    static List<Candidate> ByWeight(IReadOnlyList<Candidate> all, double draw)
    {
        var left = all.ToList();
        var ordered = new List<Candidate>(left.Count);
        while (left.Count > 0)
        {
            double total = left.Sum(c => c.Weight);
            var at = draw * total;
            var chosen = 0;
            while (chosen < left.Count - 1 && at >= left[chosen].Weight)
                at -= left[chosen++].Weight;
            // What is left of the draw inside the chosen one's share is uniform again: it decides the next place.
            draw = Math.Clamp(at / left[chosen].Weight, 0, 0.999999999);
            ordered.Add(left[chosen]);
            left.RemoveAt(chosen);
        }
        return ordered;
    }

    /// <summary>Weighted rendezvous hashing: a session keeps its deployment when others come and go.</summary>
    static Candidate Sticky(IReadOnlyList<Candidate> all, string session)
    {
        var best = all[0];
        var bestScore = double.NegativeInfinity;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var candidate in all)
        {
            SHA256.HashData(Encoding.UTF8.GetBytes($"{session}|{candidate.Deployment.Deployment.Id}"), digest);
            var hash = BinaryPrimitives.ReadUInt64BigEndian(digest);
            var uniform = ((hash >> 11) + 0.5) / (1ul << 53);
            var score = -candidate.Weight / Math.Log(uniform);
            if (score > bestScore)
                (best, bestScore) = (candidate, score);
        }
        return best;
    }

    static void Prefer(List<Candidate> ordered, Candidate first)
    {
        ordered.Remove(first);
        ordered.Insert(0, first);
    }
}
